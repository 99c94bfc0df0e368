"""Runs the cases of a MockConfigFile in a Step Functions, and lists what differs."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError
from local.emulator.system import LOOK
from local.environment import ACCOUNT
from local.step_functions_local.mock_config import MACHINE
from local.step_functions_local.test_cases import entered_states, faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.step_functions_local.test_cases import Case, Json

#: Nobody checks it; Step Functions Local wants one of this form.
ROLE = f"arn:aws:iam::{ACCOUNT}:role/callout"
#: Real seconds for all cases together, which wait for nothing.
LIMIT = 120


def differences(states: Any, definition: str, cases: Iterable[Case]) -> list[str]:  # noqa: ANN401 - boto3's
    """Run each case, all at once, and say where its states, faults or output differ.

    Args:
        states: a client of a Step Functions that was started with the MockConfigFile.
        definition: of the state machine, as JSON text.
        cases: what is to be run.
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
        f"{case.name}: {one}"
        for case, execution in started
        for one in _of_case(case, states, _ended(states, execution, deadline))
    ]


def _ended(states: Any, execution: str, deadline: float) -> Json:  # noqa: ANN401 - boto3's
    while True:
        found: Json = states.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        if time.monotonic() > deadline:
            raise LocalError(f"the cases did not end within {LIMIT} s: {execution}")
        time.sleep(LOOK)


def _of_case(case: Case, states: Any, found: Json) -> Iterator[str]:  # noqa: ANN401 - boto3's
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=found["executionArn"]
    )
    history = [event for page in pages for event in page["events"]]
    compared = {
        "states": (case.states, entered_states(history)),
        "failed tries": (case.faults, faults(history)),
        "error": (case.error, found.get("error", "")),
    }
    for what, (due, was) in compared.items():
        if due != was:
            yield f"{what}: in the story {due}, here {was}"
    # The emulator calls the error of a failed execution its output, too.
    output = json.loads(found["output"]) if found["status"] == "SUCCEEDED" else {}
    if not _alike(case.output, output, case.own):
        yield f"output: in the story {case.output}, here {output}"


def _alike(due: object, was: object, own: frozenset[str]) -> bool:
    """Compare; what was the story's execution's own (its name, when it began) is another's here."""
    if isinstance(due, dict) and isinstance(was, dict):
        return due.keys() == was.keys() and all(_alike(due[key], was[key], own) for key in due)
    if isinstance(due, list) and isinstance(was, list):
        return len(due) == len(was) and all(map(_alike, due, was, [own] * len(due)))
    return due == was or (due in own and isinstance(was, str))
