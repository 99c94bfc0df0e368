"""Requests of TestState, one for everything in the definition, made of what executions had."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.asl.transitions import Retrier, Way, retriers, ways
from local.test_state.compare import OF_CONTEXT, up_to
from local.test_state.state_visits import context_of, nested, visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from local.asl.transitions import Json
    from local.test_state.state_visits import Failure, Visit

#: What is asked about: a way from state to state, a retrier, or (by its name) a state at which
#: an execution ends.
About = Way | Retrier | str


@dataclass(frozen=True)
class Question:
    """One request, and what must be answered.

    Attributes:
        about: what of the definition it is about.
        request: the arguments of TestState.
        answer: the expected parts of the answer by name, see `answers.parts`; None for one that
            must not be there. A part that is not named may be anything.
    """

    about: About
    request: Json
    answer: Json

    @property
    def mocked(self) -> bool:
        """Whether a mock stands in for what the state would do."""
        return "mock" in self.request


def to_ask(machine: Json) -> list[About]:
    """Give everything that has to be asked about.

    Raises:
        ValueError: see `ways`.
    """
    ends = [
        name
        for name, one in machine["States"].items()
        if "End" in one or one["Type"] in ("Succeed", "Fail")
    ]
    return [*ways(machine), *retriers(machine), *ends]


def questions(definition: str, histories: Iterable[list[Json]]) -> list[Question]:
    """Make the questions, of the first execution that has what it takes for each.

    Args:
        definition: JSON text, substitutions filled in.
        histories: the events of each execution. No more are taken than are needed.

    Returns:
        In the order of `to_ask`; for what no execution came by there is none.

    Raises:
        ValueError: see `ways`.
    """
    machine = json.loads(definition)
    wanted = to_ask(machine)
    found: dict[About, list[Question]] = {}
    for history in histories:
        seen = visits(history)
        known = context_of(machine, seen)
        missing = {_state_of(about) for about in wanted if about not in found}
        for visit in seen:
            if visit.state in missing:
                context = nested(known | context_of(machine, [visit]))
                for about, made in _Maker(definition, machine, visit, context).make():
                    found.setdefault(about, made)
        if all(about in found for about in wanted):
            break
    return [question for about in wanted for question in found.get(about, [])]


def _state_of(about: About) -> str:
    match about:
        case Way(origin=name) | Retrier(state=name) | str(name):
            return name


@dataclass(frozen=True)
class _Maker:
    """Makes the questions of one visit."""

    definition: str
    machine: Json
    visit: Visit
    context: Json

    @property
    def _state(self) -> Json:
        state: Json = self.machine["States"][self.visit.state]
        return state

    def make(self) -> Iterator[tuple[About, list[Question]]]:
        """Give what this visit shows, and the questions about it."""
        visit = self.visit
        if self._state["Type"] == "Task":
            yield from self._of_task()
        elif visit.failures:
            answer = visit.failures[0]._asdict()
            yield visit.state, [self._question(visit.state, "FAILED", answer)]
        elif about := self._left_by():
            output = _marked(_made(self._state), visit.output)
            yield about, [self._question(about, "SUCCEEDED", self._left | {"output": output})]

    def _of_task(self) -> Iterator[tuple[About, list[Question]]]:
        visit = self.visit
        if visit.retried and (retrier := self._retrier(visit.failures[0])):
            yield retrier, self._retries(retrier, visit.failures[0])
        if visit.result is not None and (about := self._left_by()):
            # What Lambda answers is read as JSON by Step Functions, where Lambda's own model has
            # it as bytes: a mock that is checked against that model is refused.
            mode = "NONE" if ":lambda:" in self._state["Resource"] else "STRICT"
            mock = {"result": _json(visit.result), "fieldValidationMode": mode}
            yield about, [self._question(about, "SUCCEEDED", self._left, mock=mock)]
        elif visit.failures and (caught := self._way(caught=True)):
            failure = visit.failures[-1]
            retrier = self._retrier(failure)
            question = self._question(
                caught,
                "CAUGHT_ERROR",
                self._left | failure._asdict() | {"catchIndex": caught.number},
                mock={"errorOutput": failure._asdict()},
                retries=_most_attempts(self._retry(retrier)) if retrier else None,
            )
            yield caught, [question]

    def _retries(self, retrier: Retrier, failure: Failure) -> list[Question]:
        """Ask what comes of the first failure, and of the last that is tried again."""
        retry = self._retry(retrier)
        return [
            self._question(
                retrier,
                "RETRIABLE",
                failure._asdict()
                | {"retryIndex": retrier.number}
                | {"retryBackoffIntervalSeconds": _delay(retry, before)},
                mock={"errorOutput": failure._asdict()},
                retries=before,
            )
            for before in sorted({0, _most_attempts(retry) - 1})
        ]

    def _question(
        self,
        about: About,
        status: str,
        answer: Json,
        *,
        mock: Json | None = None,
        retries: int | None = None,
    ) -> Question:
        request: Json = {
            "definition": self.definition,
            "stateName": self.visit.state,
            "input": _json(self.visit.given),
            "inspectionLevel": "DEBUG",
        }
        expected: Json = {"nextState": None, "output": None, "error": None, "cause": None}
        if mock:
            # A context object is taken with a mock only, a mock by tasks only.
            request |= {"mock": mock, "context": _json(self.context)}
            expected["afterParameters"] = self.visit.parameters
        if retries is not None:
            request["stateConfiguration"] = {"retrierRetryCount": retries}
        return Question(about, request, expected | {"status": status} | answer)

    @property
    def _left(self) -> Json:
        return {"output": self.visit.output, "nextState": self.visit.next_state or None}

    def _left_by(self) -> About | None:
        return self._way(caught=False) if self.visit.next_state else self.visit.state

    def _way(self, *, caught: bool) -> Way | None:
        seen = (self.visit.state, self.visit.next_state, caught)
        return next((one for one in ways(self.machine) if one.seen == seen), None)

    def _retrier(self, failure: Failure) -> Retrier | None:
        own = (one for one in retriers(self.machine) if one.state == self.visit.state)
        return next((one for one in own if one.is_for(failure.error)), None)

    def _retry(self, retrier: Retrier) -> Json:
        retry: Json = self._state["Retry"][retrier.number]
        return retry


def _most_attempts(retry: Json) -> int:
    return int(retry.get("MaxAttempts", 3))


def _delay(retry: Json, before: int) -> object:
    """Give the delay of a retry, in seconds, after so many before it."""
    rate, first = retry.get("BackoffRate", 2.0), retry.get("IntervalSeconds", 1)
    seconds = min(first * rate**before, retry.get("MaxDelaySeconds", float("inf")))
    return up_to(seconds) if retry.get("JitterStrategy") == "FULL" else seconds


def _made(state: Json) -> Json:
    """Give the payload template that makes the output of a Pass, where ResultPath puts it."""
    template: Json = state.get("Parameters", {})
    for key in reversed((state.get("ResultPath") or "$").split(".")[1:]):
        template = {key: template}
    return template


def _marked(template: object, output: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Mark in an output what was taken of the context object, which nobody can set without mock."""
    if not isinstance(template, dict) or not isinstance(output, dict):
        return output
    return {
        key: OF_CONTEXT
        if "$$." in str(template.get(f"{key}.$", ""))
        else _marked(template.get(key), value)
        for key, value in output.items()
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
