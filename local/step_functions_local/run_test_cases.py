"""Runs the test cases of a MockConfigFile in a Step Functions, and lists the differences."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError
from local.emulator.system import POLL_INTERVAL
from local.environment import ACCOUNT
from local.step_functions_local.mock_config import MACHINE
from local.step_functions_local.test_cases import entered_states, failed_tries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.step_functions_local.test_cases import Case, Json

#: Step Functions Local checks only the form.
ROLE = f"arn:aws:iam::{ACCOUNT}:role/callout"
#: Real seconds for all test cases together; their Wait states do not wait.
LIMIT = 120


def differences(states: Any, definition: str, cases: Iterable[Case]) -> list[str]:  # noqa: ANN401 - boto3's
    """Run the test cases concurrently; list where states, failed tries, error or output differ.

    Args:
        states: a client of a Step Functions that was started with the MockConfigFile.
        definition: the state machine's, as JSON text.
        cases: the test cases.
    """
    machine = states.create_state_machine(name=MACHINE, definition=definition, roleArn=ROLE)
    arn = machine["stateMachineArn"]
    started = [
        (
            case,
            states.start_execution(
                stateMachineArn=f"{arn}#{case.name}", input=json.dumps(case.given)
            )["executionArn"],
        )
        for case in cases
    ]
    deadline = time.monotonic() + LIMIT
    return [
        f"{case.name}: {difference}"
        for case, execution in started
        for difference in _differences(case, states, _wait_for_end(states, execution, deadline))
    ]


def _wait_for_end(states: Any, execution: str, deadline: float) -> Json:  # noqa: ANN401 - boto3's
    while True:
        description: Json = states.describe_execution(executionArn=execution)
        if description["status"] != "RUNNING":
            return description
        if time.monotonic() > deadline:
            raise LocalError(f"the test cases did not end within {LIMIT} s: {execution}")
        time.sleep(POLL_INTERVAL)


def _differences(case: Case, states: Any, description: Json) -> Iterator[str]:  # noqa: ANN401 - boto3's
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=description["executionArn"]
    )
    history = [event for page in pages for event in page["events"]]
    compared = {
        "states": (case.states, entered_states(history)),
        "failed tries": (case.failed_tries, failed_tries(history)),
        "error": (case.error, description.get("error", "")),
    }
    for name, (expected, actual) in compared.items():
        if expected != actual:
            yield f"{name}: in the scenario {expected}, here {actual}"
    # The emulator also returns the error of a failed execution as its output.
    output = json.loads(description["output"]) if description["status"] == "SUCCEEDED" else {}
    if not _equal(case.output, output, case.unique):
        yield f"output: in the scenario {case.output}, here {output}"


def _equal(expected: object, actual: object, unique: frozenset[str]) -> bool:
    """Compare, but accept any text for values that are unique to the scenario's execution."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return expected.keys() == actual.keys() and all(
            _equal(expected[key], actual[key], unique) for key in expected
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(
            map(_equal, expected, actual, [unique] * len(expected))
        )
    return expected == actual or (expected in unique and isinstance(actual, str))
