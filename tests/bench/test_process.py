"""Modules are counted alike whatever Python counts them."""

from __future__ import annotations

from bench.process import Looked


def test_what_python_starts_with_by_itself_is_not_counted() -> None:
    own = ["sys", "json.decoder", "__main__", "sitecustomize", "_distutils_hack.override"]
    seen = Looked([*own, "_sysconfigdata__linux_x86_64-linux-gnu", "boto3.session", "clients"], 1)

    assert seen.of_libraries == ["boto3.session", "clients"]
