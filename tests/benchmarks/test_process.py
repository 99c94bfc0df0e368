"""Modules of the standard library do not count, so that the count is the same on every Python."""

from __future__ import annotations

from benchmarks.subprocess_runner import ImportProfile


def test_modules_of_python_itself_are_not_counted() -> None:
    own = ["sys", "json.decoder", "__main__", "sitecustomize", "_distutils_hack.override"]
    libraries = ["boto3.session", "clients"]
    profile = ImportProfile([*own, "_sysconfigdata__linux_x86_64-linux-gnu", *libraries], 1)

    assert profile.library_modules == libraries
