"""Writes the MockConfigFile of Step Functions Local, from test cases.

Source of the format: Step Functions developer guide, "Configuration file for mocked service
integrations". The number of a response is that of the invocation of the task, over all visits to
its state and with every retry: the guide says "for each invocation", and users of version 2.0.0
report the same. An invocation without a response fails the execution.
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

#: Name of the state machine of the test cases.
MACHINE = "Callout"
#: Bytes. Source: Step Functions developer guide, "Service quotas": input or result of a task.
MAX_BYTES = 262_144


def write(folder: Path, definition: str, cases: Sequence[Case]) -> Path:
    """Write all files that the test cases need; return the path of MockConfigFile.json.

    Beside it are definition.json and the input of each test case: inputs/FirstAnswers.json.

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
    path = folder / "MockConfigFile.json"
    path.write_text(_json(mock_config(cases)), encoding="utf-8")
    return path


def mock_config(cases: Iterable[Case]) -> Json:
    """Return the content of the file.

    Raises:
        LocalError: a response is larger than the result of a task may be.
    """
    test_cases: Json = {}
    responses: Json = {}
    for case in cases:
        _check_sizes(case)
        names = {state: f"{case.name}_{state}" for state in case.responses}
        test_cases[case.name] = names
        responses |= {names[state]: numbered(tries) for state, tries in case.responses.items()}
    return {
        "StateMachines": {MACHINE: {"TestCases": test_cases}},
        "MockedResponses": responses,
    }


def numbered(responses: Sequence[Json]) -> Json:
    """Number responses from 0; consecutive equal ones share a range: 0-2."""
    found: Json = {}
    for first, last in _runs(responses):
        found[str(first) if first == last else f"{first}-{last}"] = responses[first]
    return found


def _runs(responses: Sequence[Json]) -> Iterator[tuple[int, int]]:
    first = 0
    for index in range(1, len(responses) + 1):
        if index == len(responses) or responses[index] != responses[first]:
            yield first, index - 1
            first = index


def _check_sizes(case: Case) -> None:
    for state, responses in case.responses.items():
        for number, response in enumerate(responses):
            size = len(json.dumps(response.get("Return", {}), ensure_ascii=False).encode())
            if size > MAX_BYTES:
                raise LocalError(
                    f"{case.name}: response {number} of {state} has {size:,} bytes; Step Functions"
                    f" accepts at most {MAX_BYTES:,}"
                )


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
