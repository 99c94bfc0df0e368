"""Whether what happened is what the model says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.faults.fault_types import FaultKind
from tests.property.model import retry_limits
from tests.property.model.expected_outcome import ACKNOWLEDGED, FAILED, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.property.model.expected_outcome import Expected

#: How the subject of the notification of each outcome begins.
SUBJECTS = {
    ACKNOWLEDGED: "Callout: acknowledged",
    UNANSWERED: "Callout: nobody acknowledged",
    FAILED: "Callout: NOBODY HAS TAKEN THIS PAGE",
}
#: SNS sends, and whoever asked does not get to know.
SENT_UNKNOWN = {FaultKind.DROP_AFTER, FaultKind.HANG_AFTER}


@dataclass(frozen=True)
class Seen:
    """What became of a page."""

    ending: str  # its outcome, or NOBODY_TOLD
    by: str  # who acknowledged; "" for nobody
    #: contact and outcome of each call, in order; None where the execution failed, and left no
    #: output
    calls: tuple[tuple[str, str], ...] | None
    #: how often each call rang its phone; None where that was not observed
    rings: tuple[int, ...] | None
    subjects: tuple[str, ...] | None  # of the notifications, in order
    further: tuple[str, ...]  # what the other deliveries came to


def contradictions(expected: Expected, seen: Seen) -> list[str]:
    """Say in a line each where a page is not what it must be."""
    if expected.paged_twice:
        return []  # each of the executions is held to what holds whatever happens (laws)
    return [
        *_of_the_calls(expected, seen),
        *_of_the_ending(expected, seen),
        *_of_the_notifications(expected, seen),
        *(
            f"another delivery ended as {one}, not as duplicate"
            for one in seen.further
            if one != "duplicate"
        ),
        *([] if len(seen.further) == expected.further else ["a delivery started no execution"]),
    ]


def _of_the_calls(expected: Expected, seen: Seen) -> Iterator[str]:
    if seen.calls is None:
        return
    for number, (attempt, (contact, outcome)) in enumerate(
        zip(expected.attempts, seen.calls, strict=False), start=1
    ):
        if contact != attempt.contact:
            yield f"call {number} was {contact}'s, not {attempt.contact}'s"
        if outcome not in attempt.outcomes:
            yield f"call {number} came to {outcome}, not to {_any(attempt.outcomes)}"
        if seen.rings and seen.rings[number - 1] not in attempt.rings:
            rung = seen.rings[number - 1]
            yield f"call {number} rang the phone {rung} times, not {_any(attempt.rings)}"
    acknowledged = [n for n, (_, outcome) in enumerate(seen.calls) if outcome == ACKNOWLEDGED]
    most = acknowledged[0] + 1 if acknowledged else len(expected.attempts)
    due = {most} if expected.planned == {True} else {0, most}
    if expected.planned == {False}:
        due = {0}
    if len(seen.calls) not in due:
        yield f"there were {len(seen.calls)} calls, not {_any(due)}"


def _of_the_ending(expected: Expected, seen: Seen) -> Iterator[str]:
    if seen.calls is None:
        possible = {one for outcome in (UNANSWERED, FAILED) for one in expected.endings(outcome)}
    elif seen.calls and seen.calls[-1][1] == ACKNOWLEDGED:
        possible = {ACKNOWLEDGED}
    else:
        reached = {
            known or outcome != FAILED
            for attempt, (_, outcome) in zip(expected.attempts, seen.calls, strict=False)
            for known in attempt.reached
        }
        outcomes = {UNANSWERED if one else FAILED for one in (reached or {False})}
        if _surely_reached(expected, seen):
            outcomes = {UNANSWERED}
        possible = {one for outcome in outcomes for one in expected.endings(outcome)}
    if seen.ending not in possible:
        yield f"the page ended as {seen.ending}, not as {_any(possible)}"
    due = seen.calls[-1][0] if seen.calls and seen.ending == ACKNOWLEDGED else ""
    if seen.by != due:
        yield f"acknowledged by {seen.by or 'nobody'}, not by {due or 'nobody'}"


def _surely_reached(expected: Expected, seen: Seen) -> bool:
    return any(
        outcome != FAILED or attempt.reached == {True}
        for attempt, (_, outcome) in zip(expected.attempts, seen.calls or (), strict=False)
    )


def _of_the_notifications(expected: Expected, seen: Seen) -> Iterator[str]:
    if seen.subjects is None:
        return
    sns, count = expected.sns, len(seen.subjects)
    unknown = int(min(sns.most, 100)) if sns.kinds & SENT_UNKNOWN else 0
    # Of an execution that failed, the rule speaks that watches for those.
    untold = seen.ending == ACKNOWLEDGED and sns.most >= retry_limits.TELL_ACKNOWLEDGED
    least = 0 if untold else 1
    if not least <= count <= 1 + unknown:
        yield f"SNS sent {count} notifications, not {least} to {1 + unknown}"
    if seen.subjects and seen.ending in SUBJECTS:
        due = SUBJECTS[seen.ending]
        if not seen.subjects[-1].startswith(due):
            yield f"the last notification begins {seen.subjects[-1]!r}, not {due!r}"


def _any(several: object) -> str:
    return " or ".join(sorted(map(str, several))) or "nothing"  # type: ignore[call-overload]
