"""What is started cold: each function, and what it is compared with."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.stories import told
from local.emulator.parameter_store_events import change
from local.simulation.function_sandbox import aws_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.simulation.system import VirtualSystem

#: Stories in which every function of the state machine is invoked.
STORIES = ("storm-one-after-another", "remind-forgotten")
#: The two that dial and look, and the first of all.
DIALS, LOOKS, OPENS = "place_call", "check_call", "open_incident"
#: Before its first call: it would stay with a phone that rings, and sleep; this is one look.
ONE_LOOK = "import oncall.calls.call; oncall.calls.call.STAY_SECONDS = 0"
BARE, BOTO3 = "bare Python", "import boto3"
CONNECT, DYNAMODB, BOTH = (
    "boto3 client of Connect",
    "boto3 client of DynamoDB",
    "boto3 clients of both",
)
_CLIENT = "boto3.client('{}')"


@dataclass(frozen=True)
class Case:
    """One process.

    Attributes:
        name: of the function, or what it is compared with.
        code: imports it, so that its clients are made; nothing is invoked.
        call: the same, and invokes it once; "" where there is nothing to invoke.
        environment: of the process.
    """

    name: str
    code: str
    call: str
    environment: Mapping[str, str]


def cases(system: VirtualSystem, asset: Path) -> list[Case]:
    """Give what is to be started.

    Args:
        system: whose services answer the first call of each function.
        asset: where the functions are.
    """
    invoked = first_invocations(system)
    around = environment(system) | {"PYTHONPATH": str(asset)}
    found = [Case(name, code, "", around) for name, code in compared().items()]
    for one in system.deployed.functions.values():
        given = json.dumps(invoked[one.name])
        first = ONE_LOOK if one.name == LOOKS else "pass"
        invokes = f"{one.name}.handler(json.loads({given!r}), None)"
        found.append(
            Case(
                one.name,
                f"import {one.name}",
                f"{first}\nimport json, {one.name}\n{invokes}",
                around | dict(one.environment) | {"AWS_LAMBDA_FUNCTION_NAME": one.name},
            )
        )
    return found


def compared() -> dict[str, str]:
    """Give the code of what the functions are compared with."""
    connect, dynamodb = _CLIENT.format("connect"), _CLIENT.format("dynamodb")
    return {
        BARE: "pass",
        BOTO3: "import boto3",
        CONNECT: f"import boto3; {connect}",
        DYNAMODB: f"import boto3; {dynamodb}",
        BOTH: f"import boto3; {connect}; {dynamodb}",
    }


def environment(system: VirtualSystem) -> dict[str, str]:
    """Give what is in a function's environment but its own variables, and nothing else."""
    return aws_environment(system.services.url, system.connect.url) | {
        "NO_PROXY": "127.0.0.1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def first_invocations(system: VirtualSystem) -> dict[str, Any]:
    """Give what each function is given the first time in some stories, by its name."""
    found: dict[str, Any] = {
        "validate_roster": change("Update", system.roster_name()),
    }

    def note(name: str, given: object, run: Any) -> Any:  # noqa: ANN401 - JSON
        found.setdefault(name, given)
        return run()

    for name in STORIES:
        system.run_scenario(told(name), around=note)
    return found
