"""Requests of TestState, for every part of the definition, from what executions did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.asl.state_visits import visits
from local.asl.transitions import Retrier, Transition, retriers, transitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.asl.state_visits import Failure, Visit
    from local.asl.transitions import Json
    from local.scenarios.result import Execution
    from local.simulation.all_scenarios import AllScenarios

#: What a request tests: a transition, a retrier, or (by name) a state that ends an execution.
Subject = Transition | Retrier | str


@dataclass(frozen=True)
class StateRequest:
    """One request and the expected response.

    Attributes:
        arguments: of TestState.
        expected: fields of the response; None for one that must be missing. Omitted fields are not
            compared.
        any_text: values of the context object, which cannot be set without a mock: any text in the
            response equals them.
    """

    subject: Subject
    arguments: Json
    expected: Json
    any_text: frozenset[str] = frozenset()

    @property
    def mocked(self) -> bool:
        """Whether the task of the state is mocked."""
        return "mock" in self.arguments


def subjects(machine: Json) -> list[Subject]:
    """Return everything that has to be tested."""
    ends = [
        name
        for name, state in machine["States"].items()
        if "End" in state or state["Type"] in ("Succeed", "Fail")
    ]
    return [*transitions(machine), *retriers(machine), *ends]


def make_requests(scenarios: AllScenarios) -> list[StateRequest]:
    """Make a request for each subject, in their order, from the first visit that covers it."""
    machine = json.loads(scenarios.definition)
    found: dict[Subject, StateRequest] = {}
    for result in scenarios.results.values():
        for execution in result.executions:
            for visit in visits(execution.history):
                for subject, arguments, expected in _covered(machine, visit):
                    if subject not in found:
                        arguments["definition"] = scenarios.definition
                        found[subject] = _request(subject, arguments, expected, visit, execution)
    return [found[subject] for subject in subjects(machine) if subject in found]


def _request(
    subject: Subject, arguments: Json, expected: Json, visit: Visit, execution: Execution
) -> StateRequest:
    arguments |= {
        "stateName": visit.state,
        "input": _json(visit.given),
        "inspectionLevel": "DEBUG",
    }
    expected = {"nextState": None, "output": None, "error": None, "cause": None} | expected
    if "mock" not in arguments:
        reads_context = "$$." in _json(json.loads(arguments["definition"])["States"][visit.state])
        any_text = execution.unique_values if reads_context else frozenset()
        return StateRequest(subject, arguments, expected, any_text)
    # TestState accepts a context object only with a mock, and a mock only for tasks.
    context = {
        "Id": execution.arn,
        "Name": execution.arn.rsplit(":", 1)[-1],
        "StartTime": execution.history[0]["timestamp"],
    }
    state = {"RetryCount": len(visit.tries) - 1}
    arguments["context"] = _json({"Execution": context, "State": state})
    return StateRequest(subject, arguments, expected | {"afterParameters": visit.parameters})


def _covered(machine: Json, visit: Visit) -> Iterator[tuple[Subject, Json, Json]]:
    """Yield each subject that a visit covers, its own arguments and the expected response."""
    state = machine["States"][visit.state]
    left = {"status": "SUCCEEDED", "output": visit.output, "nextState": visit.next_state or None}
    by_signature = {transition.signature: transition for transition in transitions(machine)}
    left_by = by_signature.get((visit.state, visit.next_state, False)) or visit.state
    if state["Type"] != "Task":
        failed = [failure._asdict() | {"status": "FAILED"} for failure in visit.failures]
        yield left_by, {}, failed[0] if failed else left
        return
    if len(visit.tries) > 1 and (retrier := _retrier(machine, visit.state, visit.failures[0])):
        before = state["Retry"][retrier.number]["MaxAttempts"] - 1  # the last try that is retried
        response = {"status": "RETRIABLE", "retryIndex": retrier.number}
        yield retrier, _failing(visit.failures[0], before), visit.failures[0]._asdict() | response
    if visit.result is not None:
        # Step Functions parses Lambda's response as JSON, but Lambda's model declares bytes, so
        # a mock that is validated against the model is rejected.
        mode = "NONE" if ":lambda:" in state["Resource"] else "STRICT"
        yield (
            left_by,
            {"mock": {"result": _json(visit.result), "fieldValidationMode": mode}},
            left,
        )
    elif visit.failures and (caught := by_signature.get((visit.state, visit.next_state, True))):
        failure = visit.failures[-1]
        retrier = _retrier(machine, visit.state, failure)
        tries = state["Retry"][retrier.number]["MaxAttempts"] if retrier else None
        response = {"status": "CAUGHT_ERROR", "catchIndex": caught.number}
        yield caught, _failing(failure, tries), left | failure._asdict() | response


def _failing(failure: Failure, retries: int | None) -> Json:
    """Return the arguments for a task that fails after so many retries."""
    mock: Json = {"mock": {"errorOutput": failure._asdict()}}
    return mock | (
        {} if retries is None else {"stateConfiguration": {"retrierRetryCount": retries}}
    )


def _retrier(machine: Json, state: str, failure: Failure) -> Retrier | None:
    own = (retrier for retrier in retriers(machine) if retrier.state == state)
    return next((retrier for retrier in own if retrier.matches(failure.error)), None)


def _json(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    return json.dumps(value, ensure_ascii=False)
