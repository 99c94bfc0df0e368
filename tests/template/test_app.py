"""Stacks that are synthesised in this process are those that the app makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.template import app

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_synthesised_here_is_what_the_app_writes(assembly: Path, tmp_path: Path) -> None:
    app.synthesise(tmp_path, {})

    assert written(tmp_path) == written(assembly)


def written(folder: Path) -> dict[str, bytes]:
    """Give the content of every file but the asset's, whose name is the digest of what it holds."""
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()} | {
        one.name: b"" for one in folder.iterdir() if one.is_dir()
    }
