"""The functions' asset, built as it is for Lambda."""

from __future__ import annotations

import compileall
import io
import zipfile
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from workflow.lambda_asset import build

if TYPE_CHECKING:
    from collections.abc import Iterator

#: A zip needs a date; it takes no more or fewer bytes for it.
DATE = (1980, 1, 1, 0, 0, 0)


@contextmanager
def built() -> Iterator[Path]:
    """Build the asset in a folder that goes away; with bytecode only if Python is Lambda's."""
    with TemporaryDirectory(prefix="callout-") as scratch:
        yield build(Path(scratch, "functions"))


@contextmanager
def built_with_bytecode() -> Iterator[Path]:
    """Build the asset with bytecode of this Python, of whatever version it is."""
    with built() as asset:
        compileall.compile_dir(
            asset,
            quiet=1,
            stripdir=str(asset),
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
        yield asset


def files(asset: Path, *, bytecode: bool) -> list[Path]:
    """List an asset's files, in order."""
    found = sorted(path for path in asset.rglob("*") if path.is_file())
    return [path for path in found if bytecode or path.suffix != ".pyc"]


def size(asset: Path, *, bytecode: bool = False) -> int:
    """Add up the bytes of an asset's files, unzipped; Lambda takes 250 MB."""
    return sum(path.stat().st_size for path in files(asset, bytecode=bytecode))


def zipped(asset: Path, *, bytecode: bool = False) -> int:
    """Measure an asset as a zip: within a hundredth of what the CDK's packer makes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files(asset, bytecode=bytecode):
            archive.writestr(
                zipfile.ZipInfo(str(path.relative_to(asset)), DATE),
                path.read_bytes(),
                zipfile.ZIP_DEFLATED,
            )
    return len(target.getvalue())
