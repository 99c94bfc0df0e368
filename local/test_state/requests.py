"""Requests of TestState, for every part of the definition, from what executions did."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.asl.state_visits import context_of, nested, visits
from local.asl.transitions import Retrier, Transition, retriers, transitions
from local.test_state.matchers import CONTEXT_VALUE, up_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.asl.state_visits import Failure, Visit
    from local.asl.transitions import Json

#: What a request tests: a transition, a retrier, or (by name) a state that ends an execution.
Subject = Transition | Retrier | str


@dataclass(frozen=True)
class StateRequest:
    """One request and the expected response.

    Attributes:
        subject: the part of the definition that it tests.
        arguments: the arguments of TestState.
        expected: the expected fields of the response, see `compare.compared_fields`; None for a
            field that must be missing. Omitted fields are not compared.
    """

    subject: Subject
    arguments: Json
    expected: Json

    @property
    def mocked(self) -> bool:
        """Whether the task of the state is mocked."""
        return "mock" in self.arguments


def subjects(machine: Json) -> list[Subject]:
    """Return everything that has to be tested.

    Raises:
        ValueError: see `transitions`.
    """
    ends = [
        name
        for name, state in machine["States"].items()
        if "End" in state or state["Type"] in ("Succeed", "Fail")
    ]
    return [*transitions(machine), *retriers(machine), *ends]


def make_requests(definition: str, histories: Iterable[list[Json]]) -> list[StateRequest]:
    """Make the requests for each subject from the first execution that covers it.

    Args:
        definition: JSON text, substitutions filled in.
        histories: the events of each execution; read only until every subject is covered.

    Returns:
        The requests in the order of `subjects`; none for a subject that no execution covers.

    Raises:
        ValueError: see `transitions`.
    """
    machine = json.loads(definition)
    wanted = subjects(machine)
    found: dict[Subject, list[StateRequest]] = {}
    for history in histories:
        visited = visits(history)
        known = context_of(machine, visited)
        missing = {_state_of(subject) for subject in wanted if subject not in found}
        for visit in visited:
            if visit.state in missing:
                context = nested(known | context_of(machine, [visit]))
                for subject, made in _RequestBuilder(definition, machine, visit, context).build():
                    found.setdefault(subject, made)
        if all(subject in found for subject in wanted):
            break
    return [request for subject in wanted for request in found.get(subject, [])]


def _state_of(subject: Subject) -> str:
    match subject:
        case Transition(origin=name) | Retrier(state=name) | str(name):
            return name


@dataclass(frozen=True)
class _RequestBuilder:
    """Makes the requests from one visit."""

    definition: str
    machine: Json
    visit: Visit
    context: Json

    @property
    def _state(self) -> Json:
        state: Json = self.machine["States"][self.visit.state]
        return state

    def build(self) -> Iterator[tuple[Subject, list[StateRequest]]]:
        """Yield each subject that this visit covers, and the requests for it."""
        visit = self.visit
        if self._state["Type"] == "Task":
            yield from self._of_task()
        elif visit.failures:
            error = visit.failures[0]._asdict()
            yield visit.state, [self._request(visit.state, "FAILED", error)]
        elif subject := self._left_by():
            output = _with_matchers(_output_template(self._state), visit.output)
            yield subject, [self._request(subject, "SUCCEEDED", self._left | {"output": output})]

    def _of_task(self) -> Iterator[tuple[Subject, list[StateRequest]]]:
        visit = self.visit
        if visit.retried and (retrier := self._retrier(visit.failures[0])):
            yield retrier, self._retries(retrier, visit.failures[0])
        if visit.result is not None and (subject := self._left_by()):
            # Step Functions parses Lambda's response as JSON, but Lambda's model declares bytes, so
            # a mock that is validated against the model is rejected.
            mode = "NONE" if ":lambda:" in self._state["Resource"] else "STRICT"
            mock = {"result": _json(visit.result), "fieldValidationMode": mode}
            yield subject, [self._request(subject, "SUCCEEDED", self._left, mock=mock)]
        elif visit.failures and (caught := self._transition(caught=True)):
            failure = visit.failures[-1]
            retrier = self._retrier(failure)
            request = self._request(
                caught,
                "CAUGHT_ERROR",
                self._left | failure._asdict() | {"catchIndex": caught.number},
                mock={"errorOutput": failure._asdict()},
                retries=_max_attempts(self._retry(retrier)) if retrier else None,
            )
            yield caught, [request]

    def _retries(self, retrier: Retrier, failure: Failure) -> list[StateRequest]:
        """Test the first failure and the last one that is retried."""
        retry = self._retry(retrier)
        return [
            self._request(
                retrier,
                "RETRIABLE",
                failure._asdict()
                | {"retryIndex": retrier.number}
                | {"retryBackoffIntervalSeconds": _delay(retry, before)},
                mock={"errorOutput": failure._asdict()},
                retries=before,
            )
            for before in sorted({0, _max_attempts(retry) - 1})
        ]

    def _request(
        self,
        subject: Subject,
        status: str,
        fields: Json,
        *,
        mock: Json | None = None,
        retries: int | None = None,
    ) -> StateRequest:
        arguments: Json = {
            "definition": self.definition,
            "stateName": self.visit.state,
            "input": _json(self.visit.given),
            "inspectionLevel": "DEBUG",
        }
        expected: Json = {"nextState": None, "output": None, "error": None, "cause": None}
        if mock:
            # TestState accepts a context object only with a mock, and a mock only for tasks.
            arguments |= {"mock": mock, "context": _json(self.context)}
            expected["afterParameters"] = self.visit.parameters
        if retries is not None:
            arguments["stateConfiguration"] = {"retrierRetryCount": retries}
        return StateRequest(subject, arguments, expected | {"status": status} | fields)

    @property
    def _left(self) -> Json:
        return {"output": self.visit.output, "nextState": self.visit.next_state or None}

    def _left_by(self) -> Subject | None:
        return self._transition(caught=False) if self.visit.next_state else self.visit.state

    def _transition(self, *, caught: bool) -> Transition | None:
        signature = (self.visit.state, self.visit.next_state, caught)
        return next(
            (each for each in transitions(self.machine) if each.signature == signature), None
        )

    def _retrier(self, failure: Failure) -> Retrier | None:
        own = (each for each in retriers(self.machine) if each.state == self.visit.state)
        return next((each for each in own if each.matches(failure.error)), None)

    def _retry(self, retrier: Retrier) -> Json:
        retry: Json = self._state["Retry"][retrier.number]
        return retry


def _max_attempts(retry: Json) -> int:
    return int(retry.get("MaxAttempts", 3))


def _delay(retry: Json, before: int) -> object:
    """Return the delay of a retry in seconds, after so many earlier retries."""
    rate, first = retry.get("BackoffRate", 2.0), retry.get("IntervalSeconds", 1)
    seconds = min(first * rate**before, retry.get("MaxDelaySeconds", float("inf")))
    return up_to(seconds) if retry.get("JitterStrategy") == "FULL" else seconds


def _output_template(state: Json) -> Json:
    """Return the payload template of a Pass, at the path where ResultPath puts its result."""
    template: Json = state.get("Parameters", {})
    for key in reversed((state.get("ResultPath") or "$").split(".")[1:]):
        template = {key: template}
    return template


def _with_matchers(template: object, output: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Replace values of the context object, which cannot be set without a mock, by matchers."""
    if not isinstance(template, dict) or not isinstance(output, dict):
        return output
    return {
        key: CONTEXT_VALUE
        if "$$." in str(template.get(f"{key}.$", ""))
        else _with_matchers(template.get(key), value)
        for key, value in output.items()
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
