"""Writes the MockConfigFile of Step Functions Local, from the executions of the scenarios.

Source of the format: Step Functions developer guide, "Configuration file for mocked service
integrations". The number of a response is that of the invocation of the task, over all visits to
its state and with every retry: the guide says "for each invocation", and users of version 2.0.0
report the same. An invocation without a response fails the execution.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.asl.state_visits import Failure, visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from local.scenarios.result import Execution
    from local.simulation.all_scenarios import AllScenarios

Json = dict[str, Any]
#: The execution that each test case repeats, by name.
Cases = dict[str, "Execution"]

#: Name of the state machine of the test cases.
MACHINE = "Callout"


def cases_from_scenarios(scenarios: AllScenarios) -> Cases:
    """Return a test case for each execution of every scenario, such as FirstAnswers2."""
    cases: Cases = {}
    for scenario, result in scenarios.results.items():
        name = "".join(word.capitalize() for word in scenario.split("-"))
        for number, execution in enumerate(result.executions, start=1):
            cases[name if number == 1 else f"{name}{number}"] = execution
    return cases


def write(folder: Path, definition: str, cases: Cases) -> Path:
    """Write all files that the test cases need; return the path of MockConfigFile.json.

    Beside it are definition.json and the input of each test case: inputs/FirstAnswers.json.
    """
    inputs = folder / "inputs"
    inputs.mkdir(parents=True, exist_ok=True)
    for old in inputs.glob("*.json"):
        old.unlink()
    (folder / "definition.json").write_text(definition, encoding="utf-8")
    for name, execution in cases.items():
        (inputs / f"{name}.json").write_text(input_of(execution), encoding="utf-8")
    path = folder / "MockConfigFile.json"
    histories = {name: execution.history for name, execution in cases.items()}
    config = json.dumps(mock_config(histories), indent=2, ensure_ascii=False)
    path.write_text(config, encoding="utf-8")
    return path


def input_of(execution: Execution) -> str:
    """Return the input of an execution, as JSON text."""
    return str(execution.history[0]["executionStartedEventDetails"]["input"])


def mock_config(histories: Mapping[str, Sequence[Json]]) -> Json:
    """Return the content of the file, from the history of each test case."""
    test_cases: Json = {}
    responses: Json = {}
    for name, history in histories.items():
        found: dict[str, list[Json]] = {}
        for visit in visits(history):
            for result in visit.tries:
                found.setdefault(visit.state, []).append(_response(result))
        test_cases[name] = {state: f"{name}_{state}" for state in found}
        for state, tries in found.items():
            responses[f"{name}_{state}"] = {str(number): each for number, each in enumerate(tries)}
    return {
        "StateMachines": {MACHINE: {"TestCases": test_cases}},
        "MockedResponses": responses,
    }


def failed_tries(history: Sequence[Json]) -> list[tuple[str, int]]:
    """Return each visit with failed tries: the state and the number of failed tries."""
    counted = (
        (visit.state, sum(isinstance(result, Failure) for result in visit.tries))
        for visit in visits(history)
    )
    return [(state, failed) for state, failed in counted if failed]


def _response(result: Any) -> Json:  # noqa: ANN401 - whatever JSON holds
    """Return the response of one try; what fails after it will fail again after the same one."""
    if isinstance(result, Failure):
        return {"Throw": {"Error": result.error, "Cause": result.cause}}
    return {"Return": result}
