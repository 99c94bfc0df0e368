"""What all pagers have in common: people, schedules with layers, overrides, and escalation.

Instants are in UTC. People, schedules and policies are referred to by the IDs of the product.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from itertools import chain, pairwise
from math import lcm
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from callout.roster.importing.roster_writer import printable
from callout.roster.importing.schedule_comparison import Shift
from callout.roster.importing.weekly_hours import DAY_MINUTES, WEEK_MINUTES, minutes_of
from oncall.mask_phone_number import mask
from oncall.roster.daylight_saving import first_moment, is_reached, wall_clock
from oncall.roster.defaults_and_limits import MAX_PHONES_PER_CONTACT
from oncall.roster.hours import is_within, list_periods
from oncall.roster.parsing.phone_number_parser import NumberError, normalize
from oncall.roster.parsing.rotations import MAX_TURN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from oncall.roster.hours import Hours

WEEK = timedelta(weeks=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

#: Kinds of lines in the report.
TRANSLATED, APPROXIMATED, DROPPED = "translated", "approximated", "dropped"
DIFFERENT, INVALID = "different", "invalid"
#: About a policy whose steps have delays.
DELAYS = "delays between its steps are not kept; each phone rings before the next is called"


class Note(NamedTuple):
    """A line of the report."""

    kind: str
    what: str
    where: str  # in the dump
    why: str

    @property
    def line(self) -> str:
        """The line as text, without line breaks or control characters of the dump."""
        return printable(f"{self.kind}: {self.what} ({self.where}): {self.why}")


@dataclass
class Person:
    """A user; `phones` are E.164 numbers, `notes` go into the reports that concern them."""

    name: str
    where: str
    phones: list[str] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    email: str = ""

    def note(self, kind: str, why: str) -> None:
        """Add a line to the report."""
        self.notes.append(Note(kind, self.name, self.where, why))

    def add_phones(self, numbers: Mapping[str, Iterable[str]], unusable: int = 0) -> None:
        """Take all numbers of the first kind, or those of the next, for text messages."""
        voice, *text = numbers.values()
        found = self._normalized(voice)
        if not found and text and (found := self._normalized(text[0])):
            self.note(APPROXIMATED, "has no number for calls; the number for text messages is used")
        if unusable:
            self.note(DROPPED, f"{unusable} disabled or unverified phone numbers")
        if len(found) > MAX_PHONES_PER_CONTACT:
            self.note(DROPPED, f"numbers after the first {MAX_PHONES_PER_CONTACT}")
        self.phones = found[:MAX_PHONES_PER_CONTACT]

    def _normalized(self, numbers: Iterable[str]) -> list[str]:
        found: dict[str, None] = {}
        for number in numbers:
            try:
                found[normalize(number)] = None
            except NumberError as error:
                digits = "".join(c for c in number if c in "+0123456789")
                self.note(DROPPED, f"the number {mask(digits)} {error}")
        return list(found)


@dataclass(frozen=True)
class Layer:
    """People who take turns."""

    name: str
    timezone: str
    starts: datetime  # local time at which turn 0 starts
    every: timedelta
    # the people of each turn, all on call together; () for nobody
    turns: tuple[tuple[str, ...], ...]
    hours: tuple[Hours, ...] = ()  # on call only then; always if there are none
    # whether turns out of hours do not count, so that the next person takes the next one
    skips: bool = False
    level: int = 0  # hides layers of a lower level; those of the same level are on call together
    since: datetime | None = None  # since, until: in effect only then
    until: datetime | None = None

    @property
    def is_usable(self) -> bool:
        """Whether a rotation can have its turns."""
        return HOUR <= self.every <= MAX_TURN and self.every % HOUR == timedelta()

    def people_at(self, at: datetime) -> tuple[str, ...]:
        """Return who is on call at a moment, by this layer alone."""
        zone = ZoneInfo(self.timezone)
        outside = (self.since and at < self.since) or (self.until and at >= self.until)
        if not self.is_usable or outside or (self.hours and not is_within(self.hours, zone, at)):
            return ()
        turn = (wall_clock(zone, at) - self.starts) // self.every
        while is_reached(self.starts + (turn + 1) * self.every, zone, at):
            turn += 1
        return self.turns[self.index_of(turn) % len(self.turns)]

    def index_of(self, turn: int) -> int:
        """Return the index of a turn among those that count."""
        if not self.skips or self.every >= WEEK:
            return turn
        before = counted_turns(self.starts, self.every, minutes_of(self.hours))
        periods, rest = divmod(turn, len(before) - 1)
        return periods * before[-1] + before[rest]

    def edges(self, since: datetime, until: datetime) -> set[datetime]:
        """Return the moments at which someone else may be on call."""
        if not self.is_usable:
            return set()
        zone = ZoneInfo(self.timezone)
        first, last = (wall_clock(zone, at) for at in (since, until))
        turns = range((first - self.starts) // self.every, (last - self.starts) // self.every + 2)
        edges = {first_moment(self.starts + turn * self.every, zone) for turn in turns}
        edges |= {*chain(*list_periods(self.hours, zone, since, until))}
        return edges | {edge for edge in (self.since, self.until) if edge}


class Replacement(NamedTuple):
    """An override: these people are on call instead, or nobody."""

    starts: datetime
    until: datetime
    people: tuple[str, ...]
    where: str


@dataclass(frozen=True)
class Schedule:
    """Layers of which the highest that has someone on duty counts, and its overrides."""

    name: str
    where: str
    layers: tuple[Layer, ...]
    overrides: tuple[Replacement, ...] = ()  # of two that overlap, the later one counts
    computed: tuple[Shift, ...] = ()  # the shifts that the product computed, overrides included
    # the period of the computed shifts, if the dump has it
    timeline: tuple[datetime, datetime] | None = None
    notes: tuple[Note, ...] = ()
    # other possible readings of the dump, each with what is different
    alternatives: tuple[tuple[str, Schedule], ...] = ()

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """The period of the computed shifts; None without them."""
        if self.timeline or not self.computed:
            return self.timeline
        return min(s.starts for s in self.computed), max(s.until for s in self.computed)

    def people_at(self, at: datetime) -> tuple[str, ...]:
        """Return who is on call at a moment."""
        for override in reversed(self.overrides):
            if override.starts <= at < override.until:
                return override.people
        for level in sorted({layer.level for layer in self.layers}, reverse=True):
            layers = [layer for layer in self.layers if layer.level == level]
            people = [person for layer in layers for person in layer.people_at(at)]
            if people:
                return tuple(people)
        return ()

    def shifts(self, since: datetime, until: datetime, forwards: Sequence[Forward]) -> list[Shift]:
        """Return the shifts in a period."""
        edges = {since, until}.union(*(layer.edges(since, until) for layer in self.layers))
        edges |= {at for o in self.overrides for at in (o.starts, o.until)}
        edges |= {at for f in forwards for at in (f.starts, f.until)}
        ordered = sorted(edge for edge in edges if since <= edge <= until)
        return [
            Shift(starts, ends, forwarded(person, starts, forwards))
            for starts, ends in pairwise(ordered)
            for person in self.people_at(starts)
        ]


class Forward(NamedTuple):
    """A period in which calls of one person go to another, wherever they would be called."""

    starts: datetime
    until: datetime
    person: str
    substitute: str
    where: str


@dataclass(frozen=True)
class Policy:
    """An escalation policy; `steps` are IDs of people and schedules, in the order to call."""

    name: str
    where: str
    steps: tuple[str, ...]
    rounds: int | None = None  # None for the roster's default
    notes: tuple[Note, ...] = ()
    team: str = ""


@dataclass
class Account:
    """Everything that a dump has; several schedules may have one ID."""

    product: str
    people: dict[str, Person] = field(default_factory=dict)
    schedules: dict[str, list[Schedule]] = field(default_factory=dict)
    policies: list[Policy] = field(default_factory=list)
    forwards: list[Forward] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def refer(self, key: str, where: str, name: str = "") -> str:
        """Return a person's ID; add a person without number if the dump does not have the user."""
        if key not in self.people:
            person = self.people[key] = Person(name or key, where)
            person.note(APPROXIMATED, "is not among the users of the dump, perhaps deleted")
        return key


def forwarded(person: str, at: datetime, forwards: Sequence[Forward]) -> str:
    """Return who is called instead of a person at a moment."""
    active: Mapping[str, str] = {
        forward.person: forward.substitute
        for forward in forwards
        if forward.starts <= at < forward.until
    }
    chain = [person]
    while (substitute := active.get(chain[-1])) is not None and substitute not in chain:
        chain.append(substitute)
    return chain[-1]


@cache
def counted_turns(starts: datetime, every: timedelta, minutes: frozenset[int]) -> tuple[int, ...]:
    """Return the number of turns within hours before each turn, until the pattern repeats."""
    counts = [0]
    for turn in range(lcm(every // MINUTE, WEEK_MINUTES) // (every // MINUTE)):
        counts.append(counts[-1] + bool(minutes & span(starts, every, turn)))
    return tuple(counts)


def span(starts: datetime, every: timedelta, turn: int) -> frozenset[int]:
    """Return the minutes of the week that a turn of less than a week takes."""
    local = starts + turn * every
    first = local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute
    return frozenset((first + n) % WEEK_MINUTES for n in range(min(every // MINUTE, WEEK_MINUTES)))
