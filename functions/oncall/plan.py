"""Which calls a page makes, in which order."""

from dataclasses import dataclass
from datetime import datetime

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


def plan_calls(roster: Roster, at: datetime) -> tuple[PlannedCall, ...]:
    """The calls of a page that goes out at a moment (`at` has a time zone); never empty.

    In each round every person of the escalation is called, on each of their phones in order.
    A person who would be next to themselves within a round is called once.
    """
    people = _people(roster, at)
    calls = (
        (number, person, phone)
        for number in range(1, roster.rounds + 1)
        for person in people
        for phone in person.phones
    )
    return tuple(
        PlannedCall(attempt, number, person.name, phone, person.language, roster.ring_seconds)
        for attempt, (number, person, phone) in enumerate(calls, start=1)
    )


def _people(roster: Roster, at: datetime) -> list[Contact]:
    if at.tzinfo is None:
        raise ValueError("a moment without time zone says not who is on call; give it one")
    people: list[Contact] = []
    for entry in roster.escalation:
        person = person_for(roster, entry, at)
        if not people or people[-1] != person:
            people.append(person)
    return people
