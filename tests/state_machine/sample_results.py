"""Sample results of the functions, made with their own code: one of every kind."""

from __future__ import annotations

from datetime import UTC, datetime

from oncall.calls.announcement import CallGroup, build_announcement
from oncall.calls.call import (
    NOT_ALLOWED,
    PagePlan,
    Progress,
    Telephony,
    mark_drill_passed,
    mark_failed,
    mark_placed,
)
from oncall.calls.call_evaluation import ContactSnapshot, evaluate_call
from oncall.calls.planner import plan_page
from oncall.events.parse_event import incident_from_event
from oncall.hold import SUPPRESSED, Hold, HoldWait
from oncall.roster.parsing.parser import parse
from oncall.team_lock import LockWait

INCIDENT = incident_from_event({"source": "callout", "detail-type": "Page"}, fallback_id="one")
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:Callout:one"
PLAN = plan_page(
    INCIDENT,
    parse("contacts: [{name: Ana, phone: +14155550132}]"),
    datetime(2026, 1, 5, tzinfo=UTC),
    telephony=Telephony(90),
)
ANNOUNCEMENT = build_announcement(
    CallGroup((INCIDENT,)), PLAN, execution=EXECUTION, telephony=Telephony(90)
)


def answers() -> dict[str, list[object]]:
    """Return the possible results of each Task's function."""
    ringing = mark_placed(PLAN.calls[0], "contact")
    calls = [
        mark_failed(PLAN.calls[0], NOT_ALLOWED, "refused"),
        mark_drill_passed(PLAN.calls[0]),
        ringing,
        evaluate_call(ringing, None).call,
        evaluate_call(ringing, ContactSnapshot(connected=True)).call,
        evaluate_call(ringing, ContactSnapshot(connected=True, response="acknowledged")).call,
    ]
    progress: list[object] = [Progress().after(call, "en-US").to_state() for call in calls]
    incident = INCIDENT.to_state()
    hold = HoldWait().held_by(Hold(SUPPRESSED, None, ""), datetime(2026, 1, 5, tzinfo=UTC))
    holds: list[object] = [wait.to_state() for wait in (HoldWait(), hold, hold.over())]
    locks: list[object] = [
        lock.to_state() for lock in (LockWait().acquired(), LockWait().still_held(EXECUTION))
    ]
    return {
        "OpenIncident": [
            {
                "incident": incident,
                "duplicate": True,
                "recovered": False,
                "hold": hold,
                "team_lock": lock,
            }
            for hold in holds
            for lock in locks
        ],
        "CheckHold": holds,
        "AcquireTeamLock": locks,
        "CollectOpenIncidents": [ANNOUNCEMENT.to_state()],
        "PlanCalls": [
            {
                "incident": incident,
                "plan": plan.to_state(),
                "announcement": ANNOUNCEMENT.to_state(),
                "progress": Progress().to_state(),
            }
            for plan in (PLAN, PagePlan())
        ],
        "PlaceCall": progress,
        "CheckCall": progress,
        "FinishPage": [{"closed": 1, "reminder_delay_seconds": 0}],
        "ReleasePage": [{"closed": 0, "reminder_delay_seconds": 0}],
        "SendReminder": [{"reminder_sent": True}],
    }
