"""What shortens the start of a function, and what would: each against the same without it."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader

from bench.asset import built, built_with_bytecode
from bench.cold import REPETITIONS, measured
from bench.cold_cases import DIALS, Case, environment
from bench.sheet import Sheet
from bench.spread import median

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bench.sheet import Row
    from bench.systems import Systems

#: What the functions ask of Connect.
OPERATIONS = (
    "DescribeContact",
    "DescribeContactFlow",
    "DescribeInstance",
    "GetContactAttributes",
    "StartOutboundVoiceContact",
    "StopContact",
)
CLIENT = "import boto3; boto3.client('connect')"


def gains(systems: Systems) -> list[Sheet]:
    """Start by turns with and without each thing."""
    with built() as bare, built_with_bytecode() as asset, TemporaryDirectory() as models:
        write_trimmed(Path(models))
        around = environment(systems.virtual)
        for one in systems.virtual.deployed.functions.values():
            if one.name == DIALS:
                around |= dict(one.environment)
        shipped = around | {"PYTHONPATH": str(asset)}
        found = [
            Case("place_call", "import place_call", "", shipped),
            Case("without bytecode", "import place_call", "", around | {"PYTHONPATH": str(bare)}),
            Case("with what reads rosters", "import place_call, oncall.roster", "", shipped),
            Case("with pydantic", "import place_call; from pydantic import BaseModel", "", shipped),
            Case("plan_calls", "import plan_calls", "", shipped),
            Case(
                "plan_calls without bytecode",
                "import plan_calls",
                "",
                around | {"PYTHONPATH": str(bare)},
            ),
            Case("boto3's client of Connect", CLIENT, "", shipped),
            Case("the same, its model trimmed", CLIENT, "", shipped | {"AWS_DATA_PATH": models}),
        ]
        started, _ = measured(found, systems.options.times(REPETITIONS))
    rows: list[Row] = [
        {"process": name, "processor s": median([one.cpu_seconds for one in rans])}
        for name, rans in started.items()
    ]
    note = (
        f"Processor seconds of a whole new process, median of {len(started['place_call'])}, by"
        f" turns. The trimmed model has the {len(OPERATIONS)} operations that the functions use; it"
        " is not shipped."
    )
    return [Sheet("What shortens a start, and what would", rows, note)]


def write_trimmed(folder: Path) -> None:
    """Write botocore's model of Connect with no more than OPERATIONS, where AWS_DATA_PATH looks."""
    loader = Loader()
    version = loader.determine_latest_version("connect", "service-2")
    model = loader.load_service_model("connect", "service-2", version)
    target = folder / "connect" / version
    target.mkdir(parents=True)
    (target / "service-2.json").write_text(json.dumps(trimmed(model, OPERATIONS)))


def trimmed(model: Mapping[str, Any], operations: Iterable[str]) -> dict[str, Any]:
    """Give a service's model with these operations, and the shapes that they need."""
    kept = {name: model["operations"][name] for name in operations}
    shapes: dict[str, Any] = {}
    new = set(_named(kept))
    while new:
        name = new.pop()
        shapes[name] = model["shapes"][name]
        new |= set(_named(shapes[name])) - set(shapes)
    return {**model, "operations": kept, "shapes": shapes}


def _named(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        for one in value.values():
            yield from _named(one)
    elif isinstance(value, list):
        for one in value:
            yield from _named(one)
