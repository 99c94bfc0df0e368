"""Makes the plan of a page from a roster.

Apart from the plan itself, so that who only reads a plan does not load what reads rosters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from oncall.call import Call
from oncall.notice import roster_used
from oncall.page import PagePlan
from oncall.phone import mask
from oncall.plan import plan_calls
from oncall.summary import calls_text

if TYPE_CHECKING:
    from datetime import datetime

    from oncall.incident import Incident
    from oncall.page import Telephony
    from oncall.roster import Roster
    from oncall.roster_choice import Chosen


def plan_page(
    incident: Incident, roster: Roster, at: datetime, *, telephony: Telephony, first: str = ""
) -> PagePlan:
    """Plan a page.

    Args:
        incident: what people are called about; a drill makes the first call only.
        roster: whom to call.
        at: the moment whose on-call people they are; has a time zone.
        telephony: what the settings say of calls.
        first: name of who is called first of all, being awake (oncall/plan.py).
    """
    planned = plan_calls(roster, at, first)[: 1 if incident.drill else None]
    calls = tuple(
        Call(
            attempt=one.attempt,
            round=one.round,
            contact=one.contact,
            phone=mask(one.phone),
            language=one.language,
            ring_seconds=one.ring_seconds,
            talk_seconds=telephony.talk_seconds,
            acknowledge=telephony.acknowledge,
            drill=incident.drill,
        )
        for one in planned
    )
    language = roster.language
    died = [replace(call, reason="function failed").to_state() for call in calls]
    return PagePlan(
        calls=calls,
        numbers=tuple(one.phone for one in planned),
        lines=tuple(calls_text([call], language, first=n) for n, call in enumerate(died, start=1)),
        language=language,
        timezone=roster.timezone,
    )


def planned_from(plan: PagePlan, chosen: Chosen) -> PagePlan:
    """Give the plan with the roster it was made from.

    The notification names one that is not the latest: it may have called the wrong people.
    """
    saved = chosen.saved
    roster: dict[str, object] = {"source": chosen.source.value, "version": saved.version}
    if not chosen.why:
        return replace(plan, roster=roster)
    preface = roster_used(chosen.source, saved.version, saved.kept, chosen.why, plan.language)
    return replace(plan, roster=roster, preface=preface)
