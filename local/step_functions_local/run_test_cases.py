"""Runs the test cases of a MockConfigFile in a Step Functions, and lists the differences."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.asl.json_differences import json_differences
from local.emulator.system import history_of, wait_until_ended
from local.environment import ACCOUNT
from local.scenarios.result import states_entered
from local.step_functions_local.mock_config import MACHINE, failed_tries, input_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.scenarios.result import Execution
    from local.step_functions_local.mock_config import Cases, Json

#: Step Functions Local checks only the form.
ROLE = f"arn:aws:iam::{ACCOUNT}:role/callout"
#: Real seconds for a test case; its Wait states do not wait.
LIMIT = 120


def differences(states: Any, definition: str, cases: Cases) -> list[str]:  # noqa: ANN401 - boto3's
    """Run the test cases concurrently; list where states, failed tries, error or output differ.

    `states` is a client of a Step Functions that was started with the MockConfigFile.
    """
    machine = states.create_state_machine(name=MACHINE, definition=definition, roleArn=ROLE)
    arn = machine["stateMachineArn"]
    started = {
        name: states.start_execution(stateMachineArn=f"{arn}#{name}", input=input_of(case))
        for name, case in cases.items()
    }
    return [
        f"{name}: {difference}"
        for name, execution in started.items()
        for difference in _differences(cases[name], states, execution["executionArn"])
    ]


def _differences(case: Execution, states: Any, arn: str) -> Iterator[str]:  # noqa: ANN401 - boto3's
    description = wait_until_ended(states, arn, LIMIT)
    history = history_of(states, arn)
    # The emulator also returns the error of a failed execution as its output.
    succeeded = description["status"] == "SUCCEEDED"
    output = json.loads(description["output"]) if succeeded else {}
    compared = {
        "states": (_state_names(case.history), _state_names(history)),
        "failed tries": (failed_tries(case.history), failed_tries(history)),
        "error": (case.error, description.get("error", "")),
        "output": (case.output, output),
    }
    for name, (expected, actual) in compared.items():
        yield from json_differences(name, expected, actual, case.unique_values)


def _state_names(history: list[Json]) -> list[str]:
    return [event["stateEnteredEventDetails"]["name"] for event in states_entered(history)]
