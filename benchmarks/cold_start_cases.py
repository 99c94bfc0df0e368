"""The processes whose cold start is measured: each function, and its references."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.scenarios import load_scenario
from local.emulator.parameter_store_events import change_event
from local.simulation.function_sandbox import aws_environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from local.simulation.system import VirtualSystem

#: Scenarios that together invoke every function of the state machine.
SCENARIOS = ("storm-grouped-call", "reminder-pages-again")
PLACE_CALL, CHECK_CALL, OPEN_INCIDENT = "place_call", "check_call", "open_incident"
#: Make check_call poll once instead of sleeping between polls while the phone rings.
POLL_ONCE = r"import oncall.calls.call; (?:oncall\.calls\.)call.MAX_POLL_LOOP_SECONDS = 0"
CONNECT, DYNAMODB = "boto3 client of Connect", "boto3 client of DynamoDB"
#: The code of the references.
REFERENCES = {
    "bare Python": "pass",
    "import boto3": "import boto3",
    CONNECT: "import boto3; boto3.client('connect')",
    DYNAMODB: "import boto3; boto3.client('dynamodb')",
}


@dataclass(frozen=True)
class Case:
    """One process.

    Attributes:
        name: the function or the reference.
        import_code: imports the function, which creates its clients, without an invocation.
        invoke_code: the same with one invocation; "" for a reference.
        environment: of the process.
    """

    name: str
    import_code: str
    invoke_code: str
    environment: Mapping[str, str]


def cold_start_cases(system: VirtualSystem, asset: Path) -> list[Case]:
    """Return the references and the functions.

    Args:
        system: its services answer the first invocation of each function.
        asset: the folder with the functions.
    """
    inputs = first_inputs(system)
    shared = aws_variables(system) | {"PYTHONPATH": str(asset)}
    cases = [Case(name, code, "", shared) for name, code in REFERENCES.items()]
    for function in system.deployed.functions.values():
        name, given = function.name, json.dumps(inputs[function.name])
        prepare = POLL_ONCE if name == CHECK_CALL else "pass"
        invoke = f"{name}.handler(json.loads({given!r}), None)"
        cases.append(
            Case(
                name,
                f"import {name}",
                f"{prepare}\nimport json, {name}\n{invoke}",
                shared | dict(function.environment) | {"AWS_LAMBDA_FUNCTION_NAME": name},
            )
        )
    return cases


def aws_variables(system: VirtualSystem) -> dict[str, str]:
    """Return the environment that all functions share."""
    return aws_environment(system.services.url, system.connect.url) | {
        "NO_PROXY": "127.0.0.1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def first_inputs(system: VirtualSystem) -> dict[str, Any]:
    """Return the input of each function's first invocation in SCENARIOS, by function."""
    inputs: dict[str, Any] = {"validate_roster": change_event("Update", system.roster_name())}

    def record(name: str, given: object, run: Any) -> Any:  # noqa: ANN401 - JSON
        inputs.setdefault(name, given)
        return run()

    for name in SCENARIOS:
        system.run_scenario(load_scenario(name), middleware=record)
    return inputs
