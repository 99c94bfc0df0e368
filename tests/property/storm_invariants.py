"""Invariants of every alert storm: no page is lost, and no acknowledgement is false.

They are read from the spoken texts, the keys that were pressed, SNS, the histories and the table.
The invariants of the team lock are in team_lock_invariants.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.incident import SEVERITIES
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED
from tests.property.hold_invariants import release_second, wrong_holds
from tests.property.invariants import (
    WAITING,
    InvariantViolations,
    leaked_numbers,
    repeated_calls,
    unconfirmed_answers,
    unsound_inputs,
)
from tests.property.model.retry_limits import NOTIFY_FAILURE_TRIES
from tests.property.storm_executions import end_of, key_meaning, mentions
from tests.property.team_lock_invariants import (
    calls_after_close,
    concurrent_calls,
    idle_lock,
    leftovers,
    repeated_pages,
)
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.simulated_call import Call
    from tests.property.run_storm import StormRun
    from tests.property.storm_executions import Page

#: Deduplication window of every storm event: pages and alarms.
DEDUP_SECONDS = Settings().dedup_window_minutes.page * 60
#: Seconds for which an incident that is not closed counts as claimed
#: (functions/adapters/incident_store).
CLAIM_SECONDS = 15 * 60
#: Seconds by which times of Connect and of histories may differ.
ROUNDING = 0.001


def find_storm_violations(run: StormRun) -> InvariantViolations:
    numbers = [*run.storm.scenario.names_by_number(), *run.storm.phones]
    return InvariantViolations(
        lost_pages=tuple(_lost_pages(run)),
        false_acknowledgements=(*unconfirmed_answers(run.result), *_false_acknowledgements(run)),
        repeated_calls=tuple(repeated_calls(run.result, ())),
        other=(
            *leaked_numbers(run.result, numbers),
            *unsound_inputs(run.result),
            *_wrong_announcements(run),
            *leftovers(run),
            *_raised_incidents(run),
            *run.defects,
        ),
        concurrent_calls=(*concurrent_calls(run), *repeated_pages(run)),
        late_calls=(*calls_after_close(run), *idle_lock(run), *wrong_holds(run)),
    )


def _lost_pages(run: StormRun) -> Iterator[str]:
    checks = {
        **dict.fromkeys(("FAILED", "TIMED_OUT", "ABORTED"), _missing_output_is_explained),
        ACKNOWLEDGED: _is_acknowledged,
        UNANSWERED: _is_notified,
        FAILED: _is_notified,
        RESOLVED: _is_resolved,
        "duplicate": _is_duplicate,
    }
    for number, page in enumerate(run.pages):
        if not checks[page.outcome](run, page):
            yield f"execution {number} ({page.mark}): {page.outcome} is not justified"


def _missing_output_is_explained(run: StormRun, page: Page) -> bool:
    """Check that the rule reported a stopped execution, or that SNS failed."""
    if page.stopped:
        name = page.execution.arn.rpartition(":")[2]
        return any(name in notification.message for notification in run.result.all_notifications)
    sns = sum(count for (where, _), count in run.injected.items() if where.startswith("sns"))
    return sns >= NOTIFY_FAILURE_TRIES


def _is_acknowledged(run: StormRun, page: Page) -> bool:
    """Check that a key or an operator acknowledged; a rise is only in calls placed after it."""
    began = page.execution.began
    rises = run.rises(page)
    return (page.incident_id, ACKNOWLEDGED) in run.done or any(
        acknowledges(call, page.mark)
        and (call.placed_at if rises else end_of(call)) >= began - ROUNDING
        for call in run.result.calls
    )


def _is_notified(run: StormRun, page: Page) -> bool:
    return any(
        page.mark in notification.message or page.execution.arn in notification.message
        for notification in run.result.all_notifications
        if not notification.subject.startswith(("Callout: acknowledged", WAITING))
    )


def _is_resolved(run: StormRun, page: Page) -> bool:
    if page.event.recovers:
        return True
    # A test is resolved when a real page needs the lock.
    real = (other for other in run.pages if other.team == page.team and not other.test)
    if page.test and any(other.execution.began <= page.execution.ended for other in real):
        return True
    since, until = page.execution.began, page.execution.ended
    return (page.incident_id, RESOLVED) in run.done or any(
        other.execution.began <= until
        # A retried recovery may be processed after the next alarm, and an alarm may be delivered
        # again after its recovery.
        and (since <= other.execution.ended or page.event.after[0] < other.event.after[0])
        for other in run.recoveries(page)
    )


def _is_duplicate(run: StormRun, page: Page) -> bool:
    """Check that another execution works on the incident or was acknowledged recently."""
    began = page.execution.began
    for other in run.pages:
        # A page that waited may have been taken over later.
        waited = other.holds and other.execution.ended >= began
        if other is page or (other.outcome == "duplicate" and not waited):
            continue
        if other.execution.began > page.execution.ended:
            continue
        if other.event_id == page.event_id:
            return True
        # A rise is counted if it is held like the page that waits.
        held = bool(other.holds) and release_second(run, page) > began
        if other.topic != page.topic or (other.rank > page.rank and not held):
            continue
        acknowledged = _is_acknowledged(run, other) and not page.test
        since = DEDUP_SECONDS if acknowledged else 0
        if other.stopped or run.had_fault("dynamodb", "finish_page"):
            # It may have been left open, and claimed until its next check.
            waits = (entry.input["hold"]["wait_seconds"] for entry in other.holds)
            since = max(since, CLAIM_SECONDS + max(waits, default=0))
        ended = max(other.execution.ended, *run.counted_before(page))
        if ended + since >= began:
            return True
    return False


def _raised_incidents(run: StormRun) -> Iterator[str]:
    """Find incidents whose record has not the highest severity of their events."""
    if run.injected or run.storm.stops:
        return
    for topic in {page.topic for page in run.pages if not page.event.recovers}:
        pages = [page for page in run.pages if page.topic == topic and not page.event.recovers]
        ids = {page.incident_id for page in pages}
        ranks = [
            SEVERITIES.index(record.incident.severity)
            for incident_id, record in run.records.items()
            if incident_id in ids
        ]
        if not ranks:
            yield f"{topic} has no record"
            continue
        if min(ranks) != min(page.rank for page in pages):
            yield f"{topic} is recorded as {SEVERITIES[min(ranks)]}"
        counts = sum(run.records[known].count for known in ids & run.records.keys())
        events = {page.event_id for page in pages}
        if not len(events) <= counts <= len(pages):
            yield f"{topic} is counted {counts} times, and happened {len(events)} times"


def _false_acknowledgements(run: StormRun) -> Iterator[str]:
    """Find acknowledgements in the table that nobody gave."""
    for incident_id, record in run.records.items():
        mark = run.marks.get(incident_id)
        if record.outcome != ACKNOWLEDGED or mark is None:
            continue
        if (incident_id, ACKNOWLEDGED) in run.done:
            continue
        if not any(acknowledges(call, mark) for call in run.result.calls):
            yield f"{mark} is acknowledged by {record.closed_by}, who was not called about it"


def _wrong_announcements(run: StormRun) -> Iterator[str]:
    """Find calls that do not speak exactly the announced incidents, the page's own among them."""
    marks = set(run.marks.values())
    tests = {page.mark for page in run.pages if page.test}
    for call in run.result.calls:
        spoken = {mark for mark in marks if mentions(call, mark)}
        if spoken & tests and spoken - tests:
            yield f"a call announces tests together with real incidents: {sorted(spoken)}"
        if call.contact_id not in run.call_owners:
            continue  # no execution has recorded the call
        page, announced = run.call_owners[call.contact_id]
        if page.mark not in spoken:
            yield f"a call about {page.mark} speaks {sorted(spoken)}"
        covered = {run.marks[incident_id] for incident_id in announced if incident_id in run.marks}
        if spoken != covered:
            yield f"a call announces {sorted(covered)} and speaks {sorted(spoken)}"


def acknowledges(call: Call, mark: str) -> bool:
    return key_meaning(call) == ACKNOWLEDGED and mentions(call, mark)
