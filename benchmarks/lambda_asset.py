"""Build the functions' asset as for Lambda, and measure its size."""

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

#: Any fixed date: a zip needs one, and its size does not depend on it.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@contextmanager
def build_asset() -> Iterator[Path]:
    """Build the asset in a temporary folder; bytecode is included only on Lambda's Python."""
    with TemporaryDirectory(prefix="callout-") as folder:
        yield build(Path(folder, "functions"))


@contextmanager
def build_asset_with_bytecode() -> Iterator[Path]:
    """Build the asset with bytecode of the running Python, whatever its version."""
    with build_asset() as asset:
        compileall.compile_dir(
            asset,
            quiet=1,
            stripdir=str(asset),
            invalidation_mode=PycInvalidationMode.UNCHECKED_HASH,
        )
        yield asset


def list_files(asset: Path, *, bytecode: bool) -> list[Path]:
    """List an asset's files in sorted order."""
    paths = sorted(path for path in asset.rglob("*") if path.is_file())
    return [path for path in paths if bytecode or path.suffix != ".pyc"]


def unzipped_bytes(asset: Path, *, bytecode: bool = False) -> int:
    """Return the total size of an asset's files; Lambda's limit is 250 MB."""
    return sum(path.stat().st_size for path in list_files(asset, bytecode=bytecode))


def zipped_bytes(asset: Path, *, bytecode: bool = False) -> int:
    """Return an asset's size as a zip, within 1% of what the CDK uploads."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in list_files(asset, bytecode=bytecode):
            archive.writestr(
                zipfile.ZipInfo(str(path.relative_to(asset)), ZIP_DATE),
                path.read_bytes(),
                zipfile.ZIP_DEFLATED,
            )
    return len(target.getvalue())
