"""What holds of every storm: nothing is lost, nothing is acknowledged that nobody has taken.

Read from what the calls said and who pressed what, from SNS, the histories and the table. What
holds of the team's line is in storm_line_laws.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED
from tests.property.invariants import Breaches, false_answers, rung_twice, told_in_full
from tests.property.model.retry_limits import TELL_FAILURE
from tests.property.storm_executions import answered, ended, speaks
from tests.property.team_lock_invariants import (
    called_again,
    idle,
    left,
    rung_for_what_is_over,
    together,
)
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.simulated_call import Call
    from tests.property.run_storm import StormRun
    from tests.property.storm_executions import Page

SUPPRESSED = Settings().dedup_window_minutes * 60
#: Seconds for which an incident counts as worked on that nobody closes
#: (functions/adapters/incident_store).
CLAIMED = 15 * 60


def storm_breaches(told: StormRun) -> Breaches:
    """Find what may never be."""
    numbers = [*told.storm.scenario.names_by_number(), *told.storm.phones]
    return Breaches(
        lost=tuple(_lost(told)),
        false=(*false_answers(told.result), *_false(told)),
        twice=tuple(rung_twice(told.result, ())),
        other=(
            *told_in_full(told.result, numbers),
            *_misspoken(told),
            *left(told),
            *told.defects,
        ),
        together=(*together(told), *called_again(told)),
        over=(*rung_for_what_is_over(told), *idle(told)),
    )


def _lost(told: StormRun) -> Iterator[str]:
    accounts = {
        "": _of_no_output,
        ACKNOWLEDGED: _is_acknowledged,
        UNANSWERED: _is_told,
        FAILED: _is_told,
        RESOLVED: _is_resolved,
        "duplicate": _is_duplicate,
    }
    for number, page in enumerate(told.pages):
        if not accounts[page.outcome](told, page):
            status = page.execution.status
            yield f"execution {number} ({page.mark}): {status} {page.outcome}, but it is not so"


def _of_no_output(told: StormRun, page: Page) -> bool:
    """It was stopped, which the rule tells; or SNS took nothing."""
    if page.stopped:
        name = page.execution.arn.rpartition(":")[2]
        return any(name in one.message for one in told.result.all_notifications)
    sns = sum(count for (where, _), count in told.struck.items() if where.startswith("sns"))
    return sns >= TELL_FAILURE


def _is_acknowledged(told: StormRun, page: Page) -> bool:
    return (page.incident_id, ACKNOWLEDGED) in told.done or any(
        takes(call, page.mark) and ended(call) >= page.execution.began for call in told.result.calls
    )


def _is_told(told: StormRun, page: Page) -> bool:
    return any(
        page.mark in one.message or page.execution.arn in one.message
        for one in told.result.all_notifications
        if not one.subject.startswith("Callout: acknowledged")
    )


def _is_resolved(told: StormRun, page: Page) -> bool:
    if page.happening.recovers:
        return True
    # A test gives way to what really happens.
    real = (one for one in told.pages if one.team == page.team and not one.test)
    if page.test and any(one.execution.began <= page.execution.ended for one in real):
        return True
    # One that was tried again may come to it after the next alarm.
    since, until = page.execution.began, page.execution.ended
    recoveries = (one.execution for one in told.recoveries(page))
    return (page.incident_id, RESOLVED) in told.done or any(
        one.began <= until and since <= one.ended for one in recoveries
    )


def _is_duplicate(told: StormRun, page: Page) -> bool:
    """Another execution has it: it works on it, or was acknowledged a short while ago."""
    began = page.execution.began
    for other in told.pages:
        if other is page or other.outcome == "duplicate" or other.execution.began > began:
            continue
        if other.event_id == page.event_id:
            return True
        if (other.mark, other.team, other.test) != (page.mark, page.team, page.test):
            continue
        taken = _is_acknowledged(told, other) and not page.test
        untidy = told.was_struck("dynamodb", "finish_page")
        since = CLAIMED if other.stopped or untidy else SUPPRESSED if taken else 0
        if other.execution.ended + since >= began:
            return True
    return False


def _false(told: StormRun) -> Iterator[str]:
    """The table knows of an acknowledgement that nobody gave."""
    for incident_id, record in told.records.items():
        mark = told.marks.get(incident_id)
        if record.outcome != ACKNOWLEDGED or mark is None:
            continue
        if (incident_id, ACKNOWLEDGED) in told.done:
            continue
        if not any(takes(call, mark) for call in told.result.calls):
            yield f"{mark} is acknowledged by {record.handled_by}, who has not heard of it"


def _misspoken(told: StormRun) -> Iterator[str]:
    """A call speaks what it covers, all of it and nothing else; its own incident is among it."""
    marks = set(told.marks.values())
    tests = {page.mark for page in told.pages if page.test}
    for call in told.result.calls:
        spoken = {mark for mark in marks if speaks(call, mark)}
        if spoken & tests and spoken - tests:
            yield f"tests and real incidents are spoken together: {sorted(spoken)}"
        if call.contact_id not in told.callers:
            continue  # nobody got to know that it was placed
        page, covers = told.callers[call.contact_id]
        if page.mark not in spoken:
            yield f"a call about {page.mark} does not speak it, but {sorted(spoken)}"
        covered = {told.marks[one] for one in covers if one in told.marks}
        if spoken != covered:
            yield f"a call covers {sorted(covered)} and speaks {sorted(spoken)}"


def takes(call: Call, mark: str) -> bool:
    """Say whether somebody has taken an incident in a call."""
    return answered(call) == ACKNOWLEDGED and speaks(call, mark)
