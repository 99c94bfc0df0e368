"""Which calls a page makes, in which order."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from oncall.roster.model import Contact, Roster
from oncall.roster.schedule import person_for


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call that will be made unless an earlier one is acknowledged.

    Attributes:
        attempt: number of the call within the page, from 1.
        round: time through the escalation, from 1.
        contact: name of the person.
        phone: E.164.
        language: tag of the language to speak, such as `zh-CN`.
        ring_seconds: how long the phone may ring.
    """

    attempt: int
    round: int
    contact: str
    phone: str
    language: str
    ring_seconds: int


def plan_calls(roster: Roster, at: datetime, first: str = "") -> tuple[PlannedCall, ...]:
    """The calls of a page that goes out at a moment; never empty.

    In each round every person of the escalation is called, on each of their phones in order.
    A person who would be next to themselves within a round is called once.

    Args:
        roster: whom to call.
        at: has a time zone.
        first: name of somebody to be called before all others in the first round; of nobody
            whom the page calls, it changes nothing.
    """
    people = _people(roster, at)
    calls = (
        (number, person, phone)
        for number in range(1, roster.rounds + 1)
        for person in (_led_by(first, people) if number == 1 else people)
        for phone in person.phones
    )
    return tuple(
        PlannedCall(attempt, number, person.name, phone, person.language, roster.ring_seconds)
        for attempt, (number, person, phone) in enumerate(calls, start=1)
    )


def _people(roster: Roster, at: datetime) -> list[Contact]:
    if at.tzinfo is None:
        raise ValueError("a moment without time zone says not who is on call; give it one")
    return _once([person_for(roster, entry, at) for entry in roster.escalation])


def _led_by(name: str, people: list[Contact]) -> list[Contact]:
    """Bring a person's first turn to the front; later turns stay where they are."""
    turn = next((index for index, person in enumerate(people) if person.name == name), 0)
    return _once([people[turn], *people[:turn], *people[turn + 1 :]])


def _once(people: list[Contact]) -> list[Contact]:
    """Leave out whoever is next to themselves."""
    return [person for person, _turns in groupby(people)]
