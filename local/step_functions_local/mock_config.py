"""The MockConfigFile of Step Functions Local, out of what the stories' tasks answered.

Source of the format: Step Functions developer guide, "Configuration file for mocked service
integrations". A response is numbered by the invocation of its state's task, over all times that
the state is entered and with every retry: so the guide says ("for each invocation"), and so users
of version 2.0.0 have reported it. A number without a response fails the execution.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from local.step_functions_local.test_cases import Case

Json = dict[str, Any]

#: Name of the state machine that the cases are of.
MACHINE = "Callout"
#: Bytes. Source: Step Functions developer guide, "Service quotas": input or result of a task.
MOST_BYTES = 262_144


def write(folder: Path, definition: str, cases: Sequence[Case]) -> Path:
    """Write what it takes to run the cases; return the path of MockConfigFile.json.

    Beside it are definition.json and the input of each case: inputs/FirstAnswers.json.

    Raises:
        LocalError: see `mock_config`.
    """
    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for old in inputs.glob("*.json"):
        old.unlink()
    (folder / "definition.json").write_text(definition, encoding="utf-8")
    for case in cases:
        (inputs / f"{case.name}.json").write_text(_json(case.given), encoding="utf-8")
    written = folder / "MockConfigFile.json"
    written.write_text(_json(mock_config(cases)), encoding="utf-8")
    return written


def mock_config(cases: Iterable[Case]) -> Json:
    """Return the content of the file, one test case for each case.

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
        "StateMachines": {MACHINE: {"TestCases": test_cases}},
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


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
