"""The plan of one page: whom it calls, in which order, made beforehand.

So the functions that dial and watch do not read the roster. What people are told is apart from
it (oncall/said.py), for that changes while a page goes on.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from oncall.call import Call
from oncall.language import DEFAULT
from oncall.notice import roster_used
from oncall.phone import mask
from oncall.plan import plan_calls
from oncall.summary import calls_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from oncall.incident import Incident
    from oncall.roster import Roster
    from oncall.roster_choice import Chosen


@dataclass(frozen=True)
class PagePlan:
    """The plan of one page.

    Attributes:
        calls: the calls to make, in order, without full numbers.
        numbers: the number of each, E.164; only place_call is given one.
        lines: what the notification says of each if its function dies.
        language: tag of the notification's language.
        timezone: IANA name of the zone of times, spoken and written.
        preface: what the notification says before what happened; "" where nothing.
        roster: which one this was planned from: `source` and `version`.
    """

    calls: tuple[Call, ...] = ()
    numbers: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    language: str = DEFAULT
    timezone: str = "UTC"
    preface: str = ""
    roster: dict[str, object] = field(default_factory=dict)

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> PagePlan:
        """Read the plan out of the state; what is missing takes its default, the rest is left."""
        known = {field.name for field in fields(cls)}
        lists = {key: tuple(state.get(key, ())) for key in ("calls", "numbers", "lines")}
        texts = {key: value for key, value in state.items() if key in known - lists.keys()}
        plan = cls(**(texts | lists))
        return replace(plan, calls=tuple(Call.from_state(call) for call in lists["calls"]))

    def to_state(self) -> dict[str, object]:
        """Give the plan as the state machine carries it, with the count of its calls."""
        return {**asdict(self), "count": len(self.calls)}


@dataclass(frozen=True)
class Telephony:
    """What the deployment's settings say of calls.

    Attributes:
        talk_seconds: after this long connected without a key, a call is ended.
        message_attribute: contact attribute that the contact flow speaks.
        acknowledge: `key`, or `answer` with a flow that asks for no key.
    """

    talk_seconds: int
    message_attribute: str = "message"
    acknowledge: str = "key"


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
