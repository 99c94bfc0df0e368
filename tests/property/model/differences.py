"""Compare an observed page with the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.faults.fault_types import FaultKind
from tests.property.invariants import WAITING
from tests.property.model import retry_limits
from tests.property.model.expected_outcome import ACKNOWLEDGED, FAILED, UNANSWERED
from tests.property.model.fault_budget import NO, YES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.scenarios.result import ScenarioResult
    from tests.property.model.expected_outcome import ExpectedPage

    Calls = Sequence[tuple[str, str]]

#: The beginning of the subject of each outcome's notification.
SUBJECTS = {
    ACKNOWLEDGED: "Callout: acknowledged",
    UNANSWERED: "Callout: nobody acknowledged",
    FAILED: "Callout: PAGE FAILED - NOBODY ACKNOWLEDGED",
}
#: Faults after which SNS may have sent although the publisher received no response.
MAY_BE_SENT = {FaultKind.DROP_AFTER, FaultKind.HANG_AFTER}


def find_differences(
    expected: ExpectedPage, result: ScenarioResult, call_counts: Sequence[int] = ()
) -> list[str]:
    """List the differences between a page and the model, in a line each.

    Args:
        expected: what the model expects.
        result: the page.
        call_counts: the number of calls that each attempt placed; empty if not observed.
    """
    if expected.may_page_twice or expected.unpredictable:
        return []  # only the invariants apply
    # Contact and outcome of each call; None if the execution failed without output.
    calls = None
    if result.status == "SUCCEEDED":
        calls = [(call["contact"], call["outcome"]) for call in result.output.get("calls", [])]
    found = [
        *(_call_differences(expected, calls, call_counts) if calls is not None else ()),
        *_outcome_differences(expected, result, calls),
        *_notification_differences(expected, result),
        *(
            f"another delivery ended as {outcome}, not as duplicate"
            for outcome in result.other_outcomes
            if outcome != "duplicate"
        ),
    ]
    if len(result.other_outcomes) != expected.other_deliveries:
        found.append("a delivery started no execution")
    return found


def _call_differences(
    expected: ExpectedPage, calls: Calls, call_counts: Sequence[int]
) -> Iterator[str]:
    for number, (attempt, (contact, outcome)) in enumerate(
        zip(expected.attempts, calls, strict=False), start=1
    ):
        if contact != attempt.contact:
            yield f"call {number} was {contact}'s, not {attempt.contact}'s"
        if outcome not in attempt.outcomes:
            yield f"call {number} ended as {outcome}, not as {_alternatives(attempt.outcomes)}"
        if call_counts and call_counts[number - 1] not in attempt.call_counts:
            expected_counts = _alternatives(attempt.call_counts)
            yield f"attempt {number} placed {call_counts[number - 1]} calls, not {expected_counts}"
    acknowledged = [n for n, (_, outcome) in enumerate(calls) if outcome == ACKNOWLEDGED]
    last = acknowledged[0] + 1 if acknowledged else len(expected.attempts)
    allowed = {last if is_planned else 0 for is_planned in expected.is_planned}
    if len(calls) not in allowed:
        yield f"there were {len(calls)} calls, not {_alternatives(allowed)}"


def _outcome_differences(
    expected: ExpectedPage, result: ScenarioResult, calls: Calls | None
) -> Iterator[str]:
    made = list(zip(expected.attempts, calls or (), strict=False))
    if calls is None:
        outcomes = {UNANSWERED, FAILED}
    elif calls and calls[-1][1] == ACKNOWLEDGED:
        outcomes = {ACKNOWLEDGED}
    elif any(outcome != FAILED or attempt.reached == YES for attempt, (_, outcome) in made):
        outcomes = {UNANSWERED}
    else:
        reached = {known for attempt, _ in made for known in attempt.reached} or NO
        outcomes = {UNANSWERED if is_reached else FAILED for is_reached in reached}
    possible = {ending for outcome in outcomes for ending in expected.possible_outcomes(outcome)}
    outcome = result.page.outcome
    if outcome not in possible:
        yield f"the page ended as {outcome}, not as {_alternatives(possible)}"
    allowed = calls[-1][0] if calls and outcome == ACKNOWLEDGED else None
    if (result.output.get("acknowledged_by") or None) != allowed:
        by = result.output["acknowledged_by"]
        yield f"acknowledged by {by or 'nobody'}, not by {allowed or 'nobody'}"


def _notification_differences(expected: ExpectedPage, result: ScenarioResult) -> Iterator[str]:
    sent = [each for each in result.notifications if not each.subject.startswith(WAITING)]
    sns, count, outcome = expected.sns, len(sent), result.page.outcome
    extra = int(min(sns.most, 100)) if sns.kinds & MAY_BE_SENT else 0
    # An EventBridge rule reports executions that fail.
    may_be_missing = outcome == ACKNOWLEDGED and sns.most >= retry_limits.NOTIFY_ACKNOWLEDGED_TRIES
    least = 0 if may_be_missing else 1
    if not least <= count <= 1 + extra:
        yield f"SNS sent {count} notifications, not {least} to {1 + extra}"
    if count and outcome in SUBJECTS:
        last, allowed = sent[-1].subject, SUBJECTS[outcome]
        if not last.startswith(allowed):
            yield f"the last notification begins {last!r}, not {allowed!r}"


def _alternatives(several: object) -> str:
    return " or ".join(sorted(map(str, several))) or "nothing"  # type: ignore[call-overload]
