"""Measure the size of the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.lambda_asset import (
    build_asset_with_bytecode,
    list_files,
    unzipped_bytes,
    zipped_bytes,
)
from benchmarks.table import Table
from benchmarks.template_resources import count_resources, template_bytes
from local.full_settings import FULL_SETTINGS

if TYPE_CHECKING:
    from benchmarks.systems import Systems
    from benchmarks.table import Row


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
