"""Plan the calls of a page from a roster.

Separate from call.py, so that functions that only read a plan do not import the roster.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from oncall.calls.call import Call, PagePlan, Telephony, calls_text
from oncall.incident import Incident
from oncall.mask_phone_number import mask
from oncall.messages.email import roster_used
from oncall.roster.fallback import SelectedRoster
from oncall.roster.model import Contact, Roster
from oncall.roster.schedule import is_covered, person_for


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
    failed = [replace(call, reason="function failed").to_state() for call in calls]
    return PagePlan(
        calls=calls,
        numbers=tuple(call.phone for call in planned),
        failed_call_lines=tuple(calls_text(failed, roster.language).split("\n")),
        language=roster.language,
        timezone=roster.timezone,
        started=at.isoformat(),
    )


def with_roster_provenance(plan: PagePlan, chosen: SelectedRoster) -> PagePlan:
    """Return the plan with the roster that it was made from.

    The notification names a roster that is not the latest, which may call the wrong people.
    """
    saved = chosen.stored
    reason, source = chosen.fallback_reason, chosen.source.value
    note = roster_used(source, saved.version, saved.cached_at, reason, plan.language)
    roster: dict[str, object] = {"source": source, "version": saved.version}
    return replace(plan, roster=roster, fallback_note=note if reason else "")


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call, placed unless an earlier one is acknowledged; `phone` is E.164, else as in Call."""

    attempt: int
    round: int
    contact: str
    phone: str
    language: str
    ring_seconds: int
    text: bool = False


def plan_calls(roster: Roster, at: datetime, call_first: str = "") -> tuple[PlannedCall, ...]:
    """Return the calls of a page that starts at a moment; never empty.

    Each round calls every person of its entries on each of their phones in order. An entry that is
    off duty is skipped; if all are, hours are ignored. A person who would follow themselves is
    called once, unless their entry is repeated. In the first round, `call_first` comes before all
    others, if it calls them at all.
    """
    if at.tzinfo is None:
        raise ValueError("the time has no time zone; add one")
    ignore_hours = not is_covered(roster, at)
    people = {
        entry.name: person_for(roster, entry.name, at, ignore_hours=ignore_hours)
        for entry in roster.escalation
    }
    calls = (
        (number, step.person, phone)
        for number in range(1, roster.rounds + 1)
        for step in _round(roster, people, number, call_first if number == 1 else "")
        for phone in step.person.phones * step.times
        for _ in range(step.person.attempts)
    )
    return tuple(
        PlannedCall(
            *(attempt, number, person.name, phone, person.language),
            ring_seconds=roster.ring_seconds,
            text=person.text,
        )
        for attempt, (number, person, phone) in enumerate(calls, start=1)
    )


class _Step(NamedTuple):
    person: Contact
    times: int  # how often an entry is repeated


def _round(
    roster: Roster, people: Mapping[str, Contact | None], number: int, call_first: str
) -> Iterator[_Step]:
    """Yield whom a round calls; `people` is who is on duty for each entry."""
    names = (entry.name for entry in roster.escalation if entry.from_round <= number)
    steps = [
        _Step(person, len(list(repeated)))
        for name, repeated in groupby(names)
        if (person := people[name])
    ]
    first = next((i for i, step in enumerate(steps) if step.person.name == call_first), 0)
    ordered = [*steps[first : first + 1], *steps[:first], *steps[first + 1 :]]
    for person, following in groupby(ordered, key=attrgetter("person")):
        yield _Step(person, max(step.times for step in following))
