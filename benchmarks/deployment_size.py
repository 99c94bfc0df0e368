"""Measure the functions' asset and the templates, and read resources from the templates."""

from __future__ import annotations

import compileall
import io
import json
import zipfile
from collections import Counter
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from py_compile import PycInvalidationMode
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.report import Table
from local.full_settings import FULL_SETTINGS
from local.simulation.synthesized_template import synthesized_template
from workflow.lambda_asset import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.report import Row
    from benchmarks.systems import Systems

#: Any fixed date: a zip needs one, and its size does not depend on it.
ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def deployment_size(_systems: Systems) -> list[Table]:
    """Measure the functions' asset and the template of stack Callout."""
    rows: list[Row] = []
    with build_asset_with_bytecode() as asset:
        for name, bytecode in (("without", False), ("with", True)):
            rows.append(
                {
                    "artifact": f"functions, {name} bytecode",
                    "files or resources": len(list_files(asset, bytecode=bytecode)),
                    "bytes": unzipped_bytes(asset, bytecode=bytecode),
                    "zipped": zipped_bytes(asset, bytecode=bytecode),
                }
            )
    for name, settings in (("default settings", {}), ("everything enabled", FULL_SETTINGS)):
        rows.append(
            {
                "artifact": f"template, {name}",
                "files or resources": count_resources(settings).total(),
                "bytes": template_bytes(settings),
                "zipped": None,
            }
        )
    return [
        Table(
            "Deployment size",
            rows,
            "The asset includes bytecode if Lambda's version of Python builds it; here it is that"
            " of the measuring Python. The template is counted without whitespace. Limits: 250 MB"
            " for the asset; 1 MB and 500 resources for the template.",
        )
    ]


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


def count_resources(settings: Mapping[str, Any]) -> Counter[str]:
    """Count the template's resources by type."""
    resources = synthesized_template(settings)["Resources"].values()
    return Counter(resource["Type"] for resource in resources)


def template_bytes(settings: Mapping[str, Any]) -> int:
    """Return the template's size without whitespace; CloudFormation's limit is 1 MB."""
    return len(json.dumps(synthesized_template(settings), separators=(",", ":")).encode())


@cache
def memory_gb() -> dict[str, float]:
    """Return each function's memory, by its module."""
    return {
        resource["Properties"]["Handler"].partition(".")[0]: resource["Properties"]["MemorySize"]
        / 1024
        for resource in synthesized_template(FULL_SETTINGS)["Resources"].values()
        if resource["Type"] == "AWS::Lambda::Function"
    }
