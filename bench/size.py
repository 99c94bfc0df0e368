"""How large what is deployed is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench.asset import built_with_bytecode, files, size, zipped
from bench.deployed import resources, template_bytes
from bench.sheet import Sheet
from local.full_settings import EVERYTHING

if TYPE_CHECKING:
    from bench.systems import Systems


def sizes(_systems: Systems) -> list[Sheet]:
    """Measure asset and template."""
    with built_with_bytecode() as asset:
        packed = [
            {
                "asset": "with bytecode" if bytecode else "without",
                "files": len(files(asset, bytecode=bytecode)),
                "unzipped": size(asset, bytecode=bytecode),
                "zipped": zipped(asset, bytecode=bytecode),
            }
            for bytecode in (False, True)
        ]
    default, everything = resources({}), resources(EVERYTHING)
    return [
        Sheet(
            "The functions' asset",
            packed,
            "Bytes. Bytecode is shipped where the asset is built by Lambda's own version of"
            " Python; here it is that of the version that measures.",
        ),
        Sheet(
            "The template of stack Callout",
            [
                {
                    "settings": name,
                    "bytes, compact": template_bytes(settings),
                    "resources": resources(settings).total(),
                }
                for name, settings in (("default", {}), ("everything on", EVERYTHING))
            ],
            "CloudFormation takes 1 MB and 500 resources.",
        ),
        Sheet(
            "Its resources, by type",
            [
                {"type": kind, "default": default[kind], "everything on": everything[kind]}
                for kind in sorted(default | everything)
            ],
        ),
    ]
