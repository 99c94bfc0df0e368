"""What all pagers have in common: people, schedules with layers, overrides, and escalation.

Instants are in UTC. People, schedules and policies are referred to by the IDs of the product.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from callout.roster.importing.roster_writer import printable
from callout.roster.importing.schedule_comparison import Shift
from oncall.mask_phone_number import mask
from oncall.roster.daylight_saving import first_moment, wall_clock
from oncall.roster.defaults_and_limits import MAX_PHONES_PER_CONTACT
from oncall.roster.hours import Hours, is_within, list_periods
from oncall.roster.model import Rotation
from oncall.roster.parsing.phone_number_parser import NumberError, normalize
from oncall.roster.parsing.rotations import MAX_TURN
from oncall.roster.schedule import on_call

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

    @cached_property
    def counted(self) -> Rotation:
        """A rotation that counts turns as this layer does; its members are indexes of `turns`."""
        turns = tuple(map(str, range(len(self.turns))))
        hours = self.hours if self.skips else ()
        return Rotation(self.name, turns, self.starts, self.every, self.timezone, hours)

    def people_at(self, at: datetime) -> tuple[str, ...]:
        """Return who is on call at a moment, by this layer alone."""
        outside = (self.since and at < self.since) or (self.until and at >= self.until)
        on_duty = not self.hours or is_within(self.hours, ZoneInfo(self.timezone), at)
        if outside or not on_duty or not self.is_usable:
            return ()
        return self.turns[int(on_call(self.counted, at))]

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


def uncounted(layer: Layer) -> dict[str, tuple[Layer, ...]]:
    """Return the other reading of a layer whose product does not document how turns count."""
    if layer.hours and layer.every < WEEK:
        return {"turns out of its hours do not count": (replace(layer, skips=True),)}
    return {}


class Replacement(NamedTuple):
    """An override: these people are on call instead, or nobody."""

    starts: datetime
    until: datetime
    people: tuple[str, ...]
    where: str


class Forward(NamedTuple):
    """A period in which calls of one person go to another, wherever they would be called."""

    starts: datetime
    until: datetime
    person: str
    substitute: str
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
    # the layers in other possible readings of the dump, by what is different
    alternatives: Mapping[str, tuple[Layer, ...]] = field(default_factory=dict)

    @property
    def period(self) -> tuple[datetime, datetime] | None:
        """The period of the computed shifts; None without them."""
        if self.timeline or not self.computed:
            return self.timeline
        return min(s.starts for s in self.computed), max(s.until for s in self.computed)

    @property
    def by_level(self) -> list[list[Layer]]:
        """The layers of each level, the highest first."""
        levels = sorted({layer.level for layer in self.layers}, reverse=True)
        return [[layer for layer in self.layers if layer.level == level] for level in levels]

    def people_at(self, at: datetime) -> tuple[str, ...]:
        """Return who is on call at a moment."""
        for override in reversed(self.overrides):
            if override.starts <= at < override.until:
                return override.people
        on_call = (tuple(chain(*(la.people_at(at) for la in level))) for level in self.by_level)
        return next(filter(None, on_call), ())

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
