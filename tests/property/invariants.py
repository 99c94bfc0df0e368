"""What holds of every run, whatever the model says; read from Connect, SNS and the histories."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.property.model.call_lifecycle import RESPONSE
from tests.property.model.retry_limits import TELL_FAILURE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.scenarios.result import Execution, ScenarioResult


@dataclass(frozen=True)
class Breaches:
    """What went wrong, in a line each."""

    lost: tuple[str, ...]  # pages that nobody was told of
    false: tuple[str, ...]  # acknowledgements that nobody gave
    twice: tuple[str, ...]  # attempts that rang a phone more than once
    other: tuple[str, ...]  # what else may never be
    #: of a storm: two calls at once for a team, or two about one thing
    together: tuple[str, ...] = ()
    #: of a storm: a phone that rings for what is over, or none for what is open
    over: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All of them."""
        return (
            *self.lost,
            *self.false,
            *self.twice,
            *self.other,
            *self.together,
            *self.over,
        )


def breaches(
    result: ScenarioResult, numbers: Iterable[str], sns_struck: int, rings: Iterable[int] = ()
) -> Breaches:
    """Find what may never be."""
    return Breaches(
        lost=tuple(_lost(result, sns_struck)),
        false=(*false_answers(result), *_false(result)),
        twice=tuple(rung_twice(result, rings)),
        other=tuple(told_in_full(result, numbers)),
    )


def _lost(result: ScenarioResult, sns_struck: int) -> Iterable[str]:
    told = "\n".join(one.message for one in result.all_notifications)
    outcomes = [_outcome(one) for one in result.executions]
    if all(one == "duplicate" for one in outcomes):
        yield "no execution is responsible for the incident"
    for execution, outcome in zip(result.executions, outcomes, strict=True):
        down = execution.status == "FAILED" and sns_struck >= TELL_FAILURE
        by_sns = outcome in ("unanswered", "failed") and execution.arn in told
        if not (outcome in ("acknowledged", "duplicate") or by_sns or down):
            yield f"{execution.status} {outcome} {execution.error}: nobody was told"


def false_answers(result: ScenarioResult) -> Iterable[str]:
    """A call is not said to be acknowledged or passed on by somebody who has not."""
    stored = {call.contact_id: call.attributes.get(RESPONSE) for call in result.calls}
    for execution in result.executions:
        for call in execution.output.get("calls", []):
            for answer in ("acknowledged", "declined"):
                if call["outcome"] == answer and stored.get(call["contact_id"]) != answer:
                    yield f"{call['contact']} has not {answer} it: {stored.get(call['contact_id'])}"


def _false(result: ScenarioResult) -> Iterable[str]:
    """Whoever says so has a call that was, or waited while the other delivery had one."""
    taken = [_taken(one) for one in result.executions]
    for execution in result.executions:
        waited = any(
            event.get("stateEnteredEventDetails", {}).get("name") == "HandledByOtherExecution"
            for event in execution.history
        )
        if _outcome(execution) == "acknowledged" and not (
            any(taken) if waited else _taken(execution)
        ):
            yield "acknowledged without a call that was"


def _taken(execution: Execution) -> bool:
    calls = execution.output.get("calls") or [{}]
    return bool(calls[-1].get("outcome") == "acknowledged")


def rung_twice(result: ScenarioResult, rings: Iterable[int]) -> Iterable[str]:
    """No attempt rings a phone more than once."""
    attempts = Counter(number for one in result.executions for number in _numbers(one))
    placed = Counter(call.number for call in result.calls)
    for number, count in placed.items():
        if count > attempts[number]:
            yield f"{count} calls to one phone in {attempts[number]} attempts"
    for attempt, count in enumerate(rings, start=1):
        if count > 1:
            yield f"attempt {attempt} rang {count} times"


def _numbers(execution: Execution) -> Iterable[str]:
    """Give the number of each attempt, by the history."""
    for event in execution.history:
        details = event.get("stateEnteredEventDetails", {})
        if details.get("name") == "PlaceCall":
            given = json.loads(details["input"])
            yield given["plan"]["numbers"][given["progress"]["next"]]


def told_in_full(result: ScenarioResult, numbers: Iterable[str]) -> Iterable[str]:
    """No number is in a log, a notification or an output."""
    written = "\n".join(
        [*result.log, *(one.message for one in result.all_notifications)]
        + [json.dumps(one.output) + one.cause for one in result.executions]
    )
    if any(number in written for number in numbers):
        yield "a phone number is told in full"


def _outcome(execution: Execution) -> str:
    output: Mapping[str, Any] = execution.output
    return str(output.get("outcome", ""))
