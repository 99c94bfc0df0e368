"""Invariants of a page that may wait: quiet hours, a mute, or a suppressed alarm.

Faults may end a hold early. So without any, the page calls when the hold ends and not before; with
faults, only the invariants of every page apply.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from local.simulation.system import EPOCH
from oncall.events.parse_event import incident_from_event
from oncall.hold import CHECK_SCHEDULE, find_hold
from tests.property.invariants import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario
    from oncall.incident import Incident
    from oncall.roster.model import Roster
    from tests.property.run_storm import StormRun
    from tests.property.storm_executions import Page

#: Seconds until a call is placed to a phone whose first requests fail.
PLACING_SECONDS = 60


def may_wait(scenario: Scenario, at: datetime) -> bool:
    """Whether the roster or the event may hold the page of a moment."""
    incident = incident_from_event(scenario.event_sent, fallback_id="-")
    released = released_at(scenario.roster_read(), incident, at)
    return released > at or bool(incident.facts.get("suppressed_alarm"))


def early_or_late_calls(scenario: Scenario, result: ScenarioResult, at: datetime) -> Iterator[str]:
    """Find calls of a page without faults that begin before its hold ends, or too late after it."""
    first, last = _end_of_hold(scenario, at)
    if last and not any(each.subject.startswith(WAITING) for each in result.notifications):
        yield "SNS is not notified that the page waits"
    recovers = any(change.state == "OK" for change in scenario.alarms)
    if recovers and (result.calls or result.page.outcome != "resolved"):
        yield f"the alarm is OK, and the page ends as {result.page.outcome}"
    placed = result.calls[0].placed_at if result.calls else first
    if not recovers and not first <= placed <= last + PLACING_SECONDS:
        yield f"the hold ends at {first} to {last}, and the first call begins at {placed}"


def _end_of_hold(scenario: Scenario, at: datetime) -> tuple[float, float]:
    """Return the earliest and the latest scenario second at which the page calls."""
    if scenario.alarms:
        after = scenario.alarms[0].after
        interval = next(wait for until, wait in CHECK_SCHEDULE if after <= until)
        return max(after, CHECK_SCHEDULE[0][1]), after + interval
    incident = incident_from_event(scenario.event_sent, fallback_id="-")
    seconds = (released_at(scenario.roster_read(), incident, at) - at).total_seconds()
    return seconds, seconds


def released_at(roster: Roster | None, incident: Incident, at: datetime) -> datetime:
    """Return when the quiet hours and mutes end that hold an incident at a moment, or follow."""
    while roster and (hold := find_hold(roster, incident, at)) and hold.until:
        at = hold.until
    return at


#: The first states of a page that is not held.
CALLS_FROM = ("AcquireTeamLock", "PlanCalls", "WaitForTeamLock")


def wrong_holds(run: StormRun) -> Iterator[str]:
    """Find pages of a storm that wait without a notification, or call too early or too late."""
    waiting = [each for each in run.result.all_notifications if each.subject.startswith(WAITING)]
    for page in run.pages:
        if page.holds and not any(page.execution.arn in each.message for each in waiting):
            yield f"{page.mark} waits, and SNS is not notified"
    if run.injected:
        return
    for page in run.pages:
        calls_from = next((each.at for each in page.states if each.name in CALLS_FROM), None)
        if calls_from is None or run.closed_at(page) <= calls_from:
            continue
        ends = [
            release_second(run, other)
            for other in run.pages
            if other.topic == page.topic
            and not other.event.recovers
            and round(other.execution.began, 6) <= calls_from  # both as histories have them
        ]
        if calls_from < min(ends) - 1:
            yield f"{page.mark} is held until {min(ends)}, and calls from {calls_from}"
        # A suppression ends at the next check.
        interval = next(
            wait for until, wait in CHECK_SCHEDULE if max(ends) - page.execution.began <= until
        )
        if page.holds and calls_from > max(ends) + interval + 1:
            yield f"{page.mark} is held until {max(ends)}, and calls only from {calls_from}"


def release_second(run: StormRun, page: Page) -> float:
    """Return the scenario second at which nothing holds the incident of a page any more."""
    roster = run.storm.scenario.roster_read() if page.team == run.storm.scenario.team else None
    incident = incident_from_event(page.event.event, fallback_id="-")
    began = EPOCH + timedelta(seconds=page.execution.began + page.event.suppressed)
    return (released_at(roster, incident, began) - EPOCH).total_seconds()
