"""The MockConfigFile of Step Functions Local, out of what the stories' tasks answered.

Source of the format: Step Functions developer guide, "Configuration file for mocked service
integrations". A response is numbered by the invocation of its state's task, over all times that
the state is entered and with every retry: so the guide says ("for each invocation"), and so users
of version 2.0.0 have reported it. A number without a response fails the execution.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.emulator import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from local.step_functions_local.cases import Case

Json = dict[str, Any]

#: Bytes. Source: Step Functions developer guide, "Service quotas": input or result of a task.
MOST_BYTES = 262_144


def mock_config(machine: str, cases: Iterable[Case]) -> Json:
    """Give the content of the file.

    Args:
        machine: name of the state machine that the cases are of.
        cases: one test case each.

    Raises:
        LocalError: an answer is larger than a task's may be.
    """
    test_cases: Json = {}
    responses: Json = {}
    for case in cases:
        _check_sizes(case)
        named = {state: f"{case.name}_{state}" for state in case.answers}
        test_cases[case.name] = named
        responses |= {named[state]: numbered(one) for state, one in case.answers.items()}
    return {
        "StateMachines": {machine: {"TestCases": test_cases}},
        "MockedResponses": responses,
    }


def numbered(answers: Sequence[Json]) -> Json:
    """Number answers from 0 on; equal ones that follow each other share a range: 0-2."""
    found: Json = {}
    for first, last in _runs(answers):
        found[str(first) if first == last else f"{first}-{last}"] = answers[first]
    return found


def _runs(answers: Sequence[Json]) -> Iterator[tuple[int, int]]:
    first = 0
    for index in range(1, len(answers) + 1):
        if index == len(answers) or answers[index] != answers[first]:
            yield first, index - 1
            first = index


def _check_sizes(case: Case) -> None:
    for state, answers in case.answers.items():
        for number, answer in enumerate(answers):
            size = len(json.dumps(answer.get("Return", {}), ensure_ascii=False).encode())
            if size > MOST_BYTES:
                raise LocalError(
                    f"{case.name}: answer {number} of {state} has {size:,} bytes; Step Functions"
                    f" takes {MOST_BYTES:,} at most"
                )
