"""Plan the calls of a page from a roster.

Separate from plan.py, so that functions that only read a plan do not import the roster.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from oncall.calls.call import Call
from oncall.calls.plan import PagePlan
from oncall.calls.progress import calls_text
from oncall.mask_phone_number import mask
from oncall.messages.email import roster_used
from oncall.roster.schedule import person_for

if TYPE_CHECKING:
    from datetime import datetime

    from oncall.calls.plan import Telephony
    from oncall.incident import Incident
    from oncall.roster.fallback import SelectedRoster
    from oncall.roster.model import Contact, Roster


def plan_page(
    incident: Incident, roster: Roster, at: datetime, *, telephony: Telephony, call_first: str = ""
) -> PagePlan:
    """Plan the calls of a page to those on call at a time (with time zone).

    For a drill, plan the first call only. `call_first` is the name of the responder to call first.
    """
    planned = plan_calls(roster, at, call_first)[: 1 if incident.drill else None]
    calls = tuple(
        Call(
            **asdict(call) | {"phone": mask(call.phone)},
            max_call_seconds=telephony.max_call_seconds,
            acknowledge=telephony.acknowledge,
            drill=incident.drill,
        )
        for call in planned
    )
    language = roster.language
    failed = [replace(call, reason="function failed").to_state() for call in calls]
    return PagePlan(
        calls=calls,
        numbers=tuple(call.phone for call in planned),
        failed_call_lines=tuple(
            calls_text([call], language, first=n) for n, call in enumerate(failed, start=1)
        ),
        language=language,
        timezone=roster.timezone,
        started=at.isoformat(),
    )


def with_roster_provenance(plan: PagePlan, chosen: SelectedRoster) -> PagePlan:
    """Return the plan with the roster that it was made from.

    The notification names a roster that is not the latest, which may call the wrong people.
    """
    saved = chosen.stored
    roster: dict[str, object] = {"source": chosen.source.value, "version": saved.version}
    if not chosen.fallback_reason:
        return replace(plan, roster=roster)
    fallback_note = roster_used(
        chosen.source, saved.version, saved.cached_at, chosen.fallback_reason, plan.language
    )
    return replace(plan, roster=roster, fallback_note=fallback_note)


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call, placed unless an earlier one is acknowledged; `phone` is E.164, else as in Call."""

    attempt: int
    round: int
    contact: str
    phone: str
    language: str
    ring_seconds: int


def plan_calls(roster: Roster, at: datetime, call_first: str = "") -> tuple[PlannedCall, ...]:
    """Return the calls of a page that starts at a moment; never empty.

    Each round calls every person of the escalation on each of their phones in order. A person who
    follows themselves within a round is called once. In the first round, `call_first` comes before
    all others, if the page calls them at all.
    """
    if at.tzinfo is None:
        raise ValueError("the time has no time zone; add one")
    people = _once([person_for(roster, entry, at) for entry in roster.escalation])
    calls = (
        (number, person, phone)
        for number in range(1, roster.rounds + 1)
        for person in (_with_first(call_first, people) if number == 1 else people)
        for phone in person.phones
    )
    return tuple(
        PlannedCall(attempt, number, person.name, phone, person.language, roster.ring_seconds)
        for attempt, (number, person, phone) in enumerate(calls, start=1)
    )


def _with_first(name: str, people: list[Contact]) -> list[Contact]:
    """Move a person's first position to the front; further positions stay."""
    first = next((index for index, person in enumerate(people) if person.name == name), 0)
    return _once([people[first], *people[:first], *people[first + 1 :]])


def _once(people: list[Contact]) -> list[Contact]:
    """Drop people who directly follow themselves."""
    return [person for person, _ in groupby(people)]
