"""What holds of every run, whatever the model says; read from Connect, SNS and the histories."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.property.model.call_lifecycle import RESPONSE
from tests.property.model.retry_limits import NOTIFY_FAILURE_TRIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from local.scenarios.result import Execution, ScenarioResult


@dataclass(frozen=True)
class InvariantViolations:
    """What went wrong, in a line each."""

    lost_pages: tuple[str, ...]  # pages that nobody was told of
    false_acknowledgements: tuple[str, ...]  # acknowledgements that nobody gave
    repeated_calls: tuple[str, ...]  # attempts that rang a phone more than once
    other: tuple[str, ...]  # what else may never be
    #: of a storm: two calls at once for a team, or two about one thing
    concurrent_calls: tuple[str, ...] = ()
    #: of a storm: a phone that rings for what is over, or none for what is open
    late_calls: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All of them."""
        return (
            *self.lost_pages,
            *self.false_acknowledgements,
            *self.repeated_calls,
            *self.other,
            *self.concurrent_calls,
            *self.late_calls,
        )


def find_violations(
    result: ScenarioResult,
    numbers: Iterable[str],
    sns_failures: int,
    call_counts: Iterable[int] = (),
) -> InvariantViolations:
    """Find what may never be."""
    return InvariantViolations(
        lost_pages=tuple(_lost_pages(result, sns_failures)),
        false_acknowledgements=(*unconfirmed_answers(result), *_false_acknowledgements(result)),
        repeated_calls=tuple(repeated_calls(result, call_counts)),
        other=tuple(leaked_numbers(result, numbers)),
    )


def _lost_pages(result: ScenarioResult, sns_failures: int) -> Iterable[str]:
    messages = "\n".join(notification.message for notification in result.all_notifications)
    outcomes = [_outcome(execution) for execution in result.executions]
    if all(outcome == "duplicate" for outcome in outcomes):
        yield "no execution is responsible for the incident"
    for execution, outcome in zip(result.executions, outcomes, strict=True):
        down = execution.status == "FAILED" and sns_failures >= NOTIFY_FAILURE_TRIES
        by_sns = outcome in ("unanswered", "failed") and execution.arn in messages
        if not (outcome in ("acknowledged", "duplicate") or by_sns or down):
            yield f"{execution.status} {outcome} {execution.error}: nobody was told"


def unconfirmed_answers(result: ScenarioResult) -> Iterable[str]:
    """A call is not said to be acknowledged or passed on by somebody who has not."""
    stored = {call.contact_id: call.attributes.get(RESPONSE) for call in result.calls}
    for execution in result.executions:
        for call in execution.output.get("calls", []):
            for answer in ("acknowledged", "declined"):
                if call["outcome"] == answer and stored.get(call["contact_id"]) != answer:
                    yield f"{call['contact']} has not {answer} it: {stored.get(call['contact_id'])}"


def _false_acknowledgements(result: ScenarioResult) -> Iterable[str]:
    """Whoever says so has a call that was, or waited while the other delivery had one."""
    acknowledged = [_last_call_acknowledged(execution) for execution in result.executions]
    for execution in result.executions:
        waited = any(
            event.get("stateEnteredEventDetails", {}).get("name") == "HandledByOtherExecution"
            for event in execution.history
        )
        if _outcome(execution) == "acknowledged" and not (
            any(acknowledged) if waited else _last_call_acknowledged(execution)
        ):
            yield "acknowledged without a call that was"


def _last_call_acknowledged(execution: Execution) -> bool:
    calls = execution.output.get("calls") or [{}]
    return bool(calls[-1].get("outcome") == "acknowledged")


def repeated_calls(result: ScenarioResult, call_counts: Iterable[int]) -> Iterable[str]:
    """No attempt rings a phone more than once."""
    attempts = Counter(
        number for execution in result.executions for number in _dialed_numbers(execution)
    )
    placed = Counter(call.number for call in result.calls)
    for number, count in placed.items():
        if count > attempts[number]:
            yield f"{count} calls to one phone in {attempts[number]} attempts"
    for attempt, count in enumerate(call_counts, start=1):
        if count > 1:
            yield f"attempt {attempt} rang {count} times"


def _dialed_numbers(execution: Execution) -> Iterable[str]:
    """Give the number of each attempt, by the history."""
    for event in execution.history:
        details = event.get("stateEnteredEventDetails", {})
        if details.get("name") == "PlaceCall":
            state_input = json.loads(details["input"])
            yield state_input["plan"]["numbers"][state_input["progress"]["next"]]


def leaked_numbers(result: ScenarioResult, numbers: Iterable[str]) -> Iterable[str]:
    """No number is in a log, a notification or an output."""
    text = "\n".join(
        [*result.log, *(notification.message for notification in result.all_notifications)]
        + [json.dumps(execution.output) + execution.cause for execution in result.executions]
    )
    if any(number in text for number in numbers):
        yield "a phone number is told in full"


def _outcome(execution: Execution) -> str:
    output: Mapping[str, Any] = execution.output
    return str(output.get("outcome", ""))
