"""Invariants of the team lock in a storm: one call at a time, about open incidents, without delay.

If a dependency of the lock fails, additional calls are correct. So each invariant first checks
whether it applies.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from local.faults.fault_types import FaultKind
from oncall.incident_record import ACKNOWLEDGED, FAILED, UNANSWERED
from oncall.team_lock import LEASE_SECONDS, MAX_QUEUE_WAIT_SECONDS
from tests.property.storm_executions import end_of, key_meaning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.property.run_storm import StormRun

#: Seconds until the next poll of a call has ended, and the rounding of records.
ONE_POLL = 2 + 2 + 1
#: Seconds for which a lock may be free while an execution waits: the lease, and the longest poll
#: interval before and after it.
MAX_IDLE_SECONDS = LEASE_SECONDS + 2 * MAX_QUEUE_WAIT_SECONDS
#: A function that hangs delays the heartbeat of the lock.
HANGS = (FaultKind.TIMEOUT_BEFORE, FaultKind.TIMEOUT_AFTER)


def lock_is_reliable(run: StormRun) -> bool:
    """Check that no fault may have given the lock to two executions."""
    hung = any(kind in HANGS for _, kind in run.injected)
    return not (hung or run.had_fault("dynamodb", "open_incident", "acquire_team_lock"))


def concurrent_calls(run: StormRun) -> Iterator[str]:
    """Find executions that call a team at the same time."""
    if not lock_is_reliable(run):
        return
    holders = [(page, *page.lock_held) for page in run.pages if page.lock_held]
    for (first, since, until), (other, from_, to) in combinations(holders, 2):
        if first.team == other.team and since < to and from_ < until:
            yield f"{first.mark} and {other.mark} call at once, from {max(since, from_)}"
    if run.injected or run.storm.stops:
        return
    found = [
        (run.calls[contact_id], page.team) for contact_id, (page, _) in run.call_owners.items()
    ]
    calls = sorted(found, key=lambda owned: owned[0].placed_at)
    for (call, team), (later, its_team) in combinations(calls, 2):
        # After a key the callee hears a confirmation; the next call does not wait for its end.
        if team == its_team and later.placed_at < end_of(call) and not key_meaning(call):
            yield f"two calls at once: from {call.placed_at} and from {later.placed_at}"


def repeated_pages(run: StormRun) -> Iterator[str]:
    """Find pages and calls about an incident that is claimed or acknowledged already."""
    if run.had_fault("dynamodb", "open_incident", "finish_page"):
        return
    for page, other in combinations(run.pages, 2):
        same_incident = page.topic == other.topic and other.rank >= page.rank
        # A stopped execution has no outcome: it may have been about to end as a duplicate. One that
        # failed has released its incident.
        both_page = page.may_call and other.may_call and page.outcome not in ("ABORTED", "FAILED")
        overlap = page.execution.began < other.execution.began < run.closed_at(page)
        if same_incident and both_page and overlap:
            yield f"{page.mark} is open, and another execution pages it"
    if not lock_is_reliable(run):
        return
    for contact, (page, announced) in run.call_owners.items():
        acknowledged = {
            call["contact_id"]
            for call in page.execution.output.get("calls", [])
            if call["outcome"] == ACKNOWLEDGED
        }
        if contact not in acknowledged:
            continue
        first = run.calls[contact]
        # What rose while the call was being placed, perhaps in many tries, was not announced.
        raised = raised_since(run, page.announcement_began_at(first.placed_at))
        for later, (_, announced_again) in run.call_owners.items():
            call = run.calls[later]
            again = set(announced) & set(announced_again) - raised
            if call.placed_at > first.placed_at and again:
                yield f"called again after the acknowledgement, at {call.placed_at}"


def raised_since(run: StormRun, second: float) -> set[str]:
    """Return the IDs of the incidents whose severity an event raised since a second."""
    return {
        page.incident_id for page in run.pages if page.execution.began >= second and run.rises(page)
    }


def leftovers(run: StormRun) -> Iterator[str]:
    """Find locks that are held and incidents that are open at the end."""
    failed = any(page.execution.status != "SUCCEEDED" for page in run.pages)
    if failed or not lock_is_reliable(run) or run.had_fault("open_incident", "finish_page"):
        return
    for team in run.held_locks:
        yield f"the lock of {team} is still held"
    for record in run.records.values():
        if record.open:
            yield f"{record.incident.title} is still open"


def calls_after_close(run: StormRun) -> Iterator[str]:
    """Find calls about closed incidents that start or continue after the next poll.

    A call continues while one of its incidents is open. Between a poll and the next call, the
    execution does not check that: placing a call on an unavailable phone may take many tries.
    """
    if (
        run.storm.stops
        or not lock_is_reliable(run)
        or run.had_fault("connect", "open_incident", "place_call", "check_call", "plan_calls")
    ):
        return
    by_id = {page.incident_id: page for page in run.pages if page.outcome != "duplicate"}
    unknown = raised_since(run, 0)
    if run.had_fault("sns"):
        # While the holder retries its notification, the lock expires. When it has notified, it
        # closes the incidents, but the next holder's calls about them continue: someone may be
        # listening (functions/adapters/refresh_open_incidents.py).
        unknown |= {
            known for known, record in run.records.items() if record.outcome in (UNANSWERED, FAILED)
        }
    for contact, (page, announced) in run.call_owners.items():
        call = run.calls[contact]
        if not announced or unknown.intersection(announced) or not by_id.keys() >= {*announced}:
            continue
        closed_at = max(run.closed_at(by_id[incident_id]) for incident_id in announced)
        if page.closing_checked_at(call.placed_at) > closed_at + 1:
            yield f"a call at {call.placed_at} is about an incident closed at {closed_at}"
        elif not key_meaning(call) and end_of(call) > max(closed_at, call.placed_at) + ONE_POLL:
            yield f"a call about an incident closed at {closed_at} lasts until {end_of(call)}"


def idle_lock(run: StormRun) -> Iterator[str]:
    """Find times in which an execution waits for a lock that nobody uses."""
    if not lock_is_reliable(run):
        return
    for page in run.pages:
        if not page.lock_wait:
            continue
        since, until = page.lock_wait
        holding = sorted(
            other.lock_held for other in run.pages if other.lock_held and other.team == page.team
        )
        for begun, closed_at in [*holding, (until, until)]:
            if since < until and min(begun, until) - since > MAX_IDLE_SECONDS:
                yield f"{page.mark} waits from {since} to {begun} for a lock that is idle"
            since = max(since, closed_at)
