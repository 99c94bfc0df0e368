"""Compare an observed page with the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.faults.fault_types import FaultKind
from tests.property.model import retry_limits
from tests.property.model.expected_outcome import ACKNOWLEDGED, FAILED, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.property.model.expected_outcome import ExpectedPage

#: The beginning of the subject of each outcome's notification.
SUBJECTS = {
    ACKNOWLEDGED: "Callout: acknowledged",
    UNANSWERED: "Callout: nobody acknowledged",
    FAILED: "Callout: NOBODY HAS TAKEN THIS PAGE",
}
#: Faults after which SNS may have sent although the publisher received no response.
MAY_BE_SENT = {FaultKind.DROP_AFTER, FaultKind.HANG_AFTER}


@dataclass(frozen=True)
class ObservedPage:
    """The observed result of a page."""

    outcome: str  # or NOTIFICATION_FAILED
    acknowledged_by: str  # "" for nobody
    #: contact and outcome of each call, in order; None if the execution failed without output
    calls: tuple[tuple[str, str], ...] | None
    #: the number of calls that each attempt placed; None if not observed
    call_counts: tuple[int, ...] | None
    subjects: tuple[str, ...] | None  # of the notifications, in order
    other_outcomes: tuple[str, ...]  # of the other deliveries


def find_differences(expected: ExpectedPage, observed: ObservedPage) -> list[str]:
    """List the differences between a page and the model, in a line each."""
    if expected.may_page_twice:
        return []  # only the invariants apply
    return [
        *_call_differences(expected, observed),
        *_outcome_differences(expected, observed),
        *_notification_differences(expected, observed),
        *(
            f"another delivery ended as {outcome}, not as duplicate"
            for outcome in observed.other_outcomes
            if outcome != "duplicate"
        ),
        *(
            []
            if len(observed.other_outcomes) == expected.other_deliveries
            else ["a delivery started no execution"]
        ),
    ]


def _call_differences(expected: ExpectedPage, observed: ObservedPage) -> Iterator[str]:
    if observed.calls is None:
        return
    for number, (attempt, (contact, outcome)) in enumerate(
        zip(expected.attempts, observed.calls, strict=False), start=1
    ):
        if contact != attempt.contact:
            yield f"call {number} was {contact}'s, not {attempt.contact}'s"
        if outcome not in attempt.outcomes:
            yield f"call {number} ended as {outcome}, not as {_alternatives(attempt.outcomes)}"
        if observed.call_counts and observed.call_counts[number - 1] not in attempt.call_counts:
            count = observed.call_counts[number - 1]
            expected_counts = _alternatives(attempt.call_counts)
            yield f"attempt {number} placed {count} calls, not {expected_counts}"
    acknowledged = [n for n, (_, outcome) in enumerate(observed.calls) if outcome == ACKNOWLEDGED]
    last = acknowledged[0] + 1 if acknowledged else len(expected.attempts)
    allowed = {last} if expected.is_planned == {True} else {0, last}
    if expected.is_planned == {False}:
        allowed = {0}
    if len(observed.calls) not in allowed:
        yield f"there were {len(observed.calls)} calls, not {_alternatives(allowed)}"


def _outcome_differences(expected: ExpectedPage, observed: ObservedPage) -> Iterator[str]:
    if observed.calls is None:
        possible = {
            ending
            for outcome in (UNANSWERED, FAILED)
            for ending in expected.possible_outcomes(outcome)
        }
    elif observed.calls and observed.calls[-1][1] == ACKNOWLEDGED:
        possible = {ACKNOWLEDGED}
    else:
        reached = {
            known or outcome != FAILED
            for attempt, (_, outcome) in zip(expected.attempts, observed.calls, strict=False)
            for known in attempt.reached
        }
        outcomes = {UNANSWERED if is_reached else FAILED for is_reached in (reached or {False})}
        if _certainly_reached(expected, observed):
            outcomes = {UNANSWERED}
        possible = {
            ending for outcome in outcomes for ending in expected.possible_outcomes(outcome)
        }
    if observed.outcome not in possible:
        yield f"the page ended as {observed.outcome}, not as {_alternatives(possible)}"
    allowed = observed.calls[-1][0] if observed.calls and observed.outcome == ACKNOWLEDGED else ""
    if observed.acknowledged_by != allowed:
        by = observed.acknowledged_by or "nobody"
        yield f"acknowledged by {by}, not by {allowed or 'nobody'}"


def _certainly_reached(expected: ExpectedPage, observed: ObservedPage) -> bool:
    return any(
        outcome != FAILED or attempt.reached == {True}
        for attempt, (_, outcome) in zip(expected.attempts, observed.calls or (), strict=False)
    )


def _notification_differences(expected: ExpectedPage, observed: ObservedPage) -> Iterator[str]:
    if observed.subjects is None:
        return
    sns, count = expected.sns, len(observed.subjects)
    extra = int(min(sns.most, 100)) if sns.kinds & MAY_BE_SENT else 0
    # An EventBridge rule reports executions that fail.
    may_be_missing = (
        observed.outcome == ACKNOWLEDGED and sns.most >= retry_limits.NOTIFY_ACKNOWLEDGED_TRIES
    )
    least = 0 if may_be_missing else 1
    if not least <= count <= 1 + extra:
        yield f"SNS sent {count} notifications, not {least} to {1 + extra}"
    if observed.subjects and observed.outcome in SUBJECTS:
        allowed = SUBJECTS[observed.outcome]
        if not observed.subjects[-1].startswith(allowed):
            yield f"the last notification begins {observed.subjects[-1]!r}, not {allowed!r}"


def _alternatives(several: object) -> str:
    return " or ".join(sorted(map(str, several))) or "nothing"  # type: ignore[call-overload]
