"""Invariants of every run, independent of the model, read from Connect, SNS and the histories."""

from __future__ import annotations

import json
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from local.connect.timeline import EntryType
from tests.property.model.call_lifecycle import RESPONSE
from tests.property.model.retry_limits import NOTIFY_FAILURE_TRIES
from tests.state_machine.state_inputs import unsound_values

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from local.scenarios.result import Execution, ScenarioResult
#: The HTTP status of an answer by link that counts.
ANSWERED = 200
#: The subject of the notification of a page that waits.
WAITING = "Callout: waiting"


class InvariantViolations(NamedTuple):
    """The violations that were found, in a line each."""

    lost_pages: Sequence[str]  # neither acknowledged nor notified
    false_acknowledgements: Sequence[str]  # no callee pressed the key
    repeated_calls: Sequence[str]  # several calls for one attempt
    other: Sequence[str]
    #: in a storm: two calls at once for a team, or two executions for one incident
    concurrent_calls: Sequence[str] = ()
    #: in a storm: calls about a closed incident, or none about an open one
    late_calls: Sequence[str] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All violations."""
        return tuple(chain(*self))


def find_violations(
    result: ScenarioResult,
    numbers: Iterable[str],
    sns_failures: int,
    call_counts: Iterable[int] = (),
    *,
    resolves: bool = False,
) -> InvariantViolations:
    return InvariantViolations(
        lost_pages=tuple(_lost_pages(result, sns_failures, resolves=resolves)),
        false_acknowledgements=(
            *unconfirmed_answers(result),
            *_false_acknowledgements(result, tuple(numbers)),
        ),
        repeated_calls=tuple(repeated_calls(result, call_counts)),
        other=(
            *leaked_numbers(result, numbers),
            *unsound_inputs(result),
        ),
    )


def _lost_pages(result: ScenarioResult, sns_failures: int, *, resolves: bool) -> Iterable[str]:
    messages = "\n".join(
        notification.message
        for notification in result.all_notifications
        if not notification.subject.startswith(WAITING)
    )
    outcomes = [execution.outcome for execution in result.executions]
    if all(outcome == "duplicate" for outcome in outcomes):
        yield "no execution is responsible for the incident"
    for execution, outcome in zip(result.executions, outcomes, strict=True):
        down = execution.status == "FAILED" and sns_failures >= NOTIFY_FAILURE_TRIES
        # That of another delivery covers an execution that waited for it.
        covering = result.executions if _ends_elsewhere(execution) else [execution]
        by_sns = outcome in ("unanswered", "failed") and any(
            each.arn in messages for each in covering
        )
        resolved = outcome == "resolved" and resolves
        if not (outcome in ("acknowledged", "duplicate") or resolved or by_sns or down):
            yield f"{outcome} {execution.error}: the page was lost"


def unconfirmed_answers(result: ScenarioResult) -> Iterable[str]:
    """Find calls reported as acknowledged or declined whose callee did not press that key."""
    stored = {call.contact_id: call.attributes.get(RESPONSE) for call in result.calls}
    for execution in result.executions:
        for call in execution.output.get("calls", []):
            for answer in ("acknowledged", "declined"):
                response = stored.get(call["contact_id"])
                if call["outcome"] == answer and response != answer:
                    yield f"{call['contact']} is reported as {answer}, but stored {response}"


def _false_acknowledgements(result: ScenarioResult, numbers: Container[str]) -> Iterable[str]:
    """Find acknowledged executions without an acknowledged call, also of the other delivery."""
    # A function that closed the incident may have died before it returned that.
    pressed = any(call.attributes.get(RESPONSE) == "acknowledged" for call in result.calls)
    called = [call.entries for call in result.inbound_calls if call.number in numbers]
    if any((entry.type, entry.text) == (EntryType.PRESSED, "1") for entry in chain(*called)):
        return
    acknowledged = [_last_call_acknowledged(execution) for execution in result.executions]
    if any(answer.status == ANSWERED for answer in result.answers):
        return
    for execution in result.executions:
        if execution.outcome == "acknowledged" and not (
            pressed or any(acknowledged)
            if _ends_elsewhere(execution)
            else _last_call_acknowledged(execution)
        ):
            yield "acknowledged without an acknowledged call"


def _ends_elsewhere(execution: Execution) -> bool:
    """Whether another execution or the command closed the incident."""
    ends = ("HandledByOtherExecution", "HandledElsewhere")
    return any(state.name in ends for state in execution.states)


def _last_call_acknowledged(execution: Execution) -> bool:
    calls = execution.output.get("calls") or [{}]
    return bool(calls[-1].get("outcome") == "acknowledged")


def repeated_calls(result: ScenarioResult, call_counts: Iterable[int]) -> Iterable[str]:
    """Find attempts that place more than one call."""
    attempts = Counter(
        state.input["plan"]["numbers"][state.input["progress"]["next"]]
        for execution in result.executions
        for state in execution.states
        if state.name == "PlaceCall"
    )
    placed = Counter(call.number for call in result.calls)
    for number, count in placed.items():
        if count > attempts[number]:
            yield f"{count} calls to one phone in {attempts[number]} attempts"
    for attempt, count in enumerate(call_counts, start=1):
        if count > 1:
            yield f"attempt {attempt} placed {count} calls"


def unsound_inputs(result: ScenarioResult) -> Iterable[str]:
    """Find waits and texts that AWS would reject or write differently."""
    return unsound_values(chain(*(execution.states for execution in result.executions)))


def leaked_numbers(result: ScenarioResult, numbers: Iterable[str]) -> Iterable[str]:
    """Find phone numbers in logs, notifications and outputs."""
    text = "\n".join(
        [*result.log, *(notification.message for notification in result.all_notifications)]
        + [json.dumps(execution.output) + execution.cause for execution in result.executions]
    )
    if any(number in text for number in numbers):
        yield "a phone number is written in full"
