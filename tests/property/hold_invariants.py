"""Invariants of a page that may wait: quiet hours, a mute, or a suppressed alarm.

Faults may end a hold early. So without any, the page calls when the hold ends and not before; with
faults, only the invariants of every page apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from oncall.events.parse_event import incident_from_event
from oncall.hold import find_hold
from oncall.hold_wait import CHECK_SCHEDULE
from tests.property.invariants import WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from local.scenarios.result import ScenarioResult
    from local.scenarios.scenario import Scenario

#: Seconds until a call is placed to a phone whose first requests fail.
PLACING_SECONDS = 60


def may_wait(scenario: Scenario) -> bool:
    """Whether the roster or the event may hold the page."""
    roster, incident = (
        scenario.roster_read(),
        incident_from_event(scenario.event_sent, fallback_id="-"),
    )
    held_by_roster = roster and (roster.quiet_hours or roster.mutes)
    return bool(held_by_roster or incident.facts.get("suppressed_alarm"))


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
    roster, incident = (
        scenario.roster_read(),
        incident_from_event(scenario.event_sent, fallback_id="-"),
    )
    end = at
    while roster and (hold := find_hold(roster, incident, end)) and hold.until:
        end = hold.until
    seconds = (end - at).total_seconds()
    return seconds, seconds
