"""From the events of a calendar to a rotation; where they are not regular, to overrides."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from oncall.roster.model import Override, Rotation
from oncall.roster.parsing.rotations import UNITS

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What the rotation of an imported calendar is called.
NAME = "primary"
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {"DAILY": timedelta(days=1), "WEEKLY": timedelta(weeks=1)}


@dataclass(frozen=True)
class Turn:
    """What an event says: who, from when until when, and how often again.

    Attributes:
        line: of the event in its file.
        person: their name.
        starts, until: local times.
        again: after how long it comes again; None where it does not.
        doubt: what of its recurrence is not understood; "" where all is.
    """

    line: int
    person: str
    starts: datetime
    until: datetime
    again: timedelta | None = None
    doubt: str = ""

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.until - self.starts


@dataclass(frozen=True)
class Schedule:
    """What a calendar comes to.

    Attributes:
        rotation: who takes turns.
        overrides: who stands in, for one that is not regular.
        doubts: what a person has to decide, a line each.
    """

    rotation: Rotation
    overrides: tuple[Override, ...] = ()
    doubts: tuple[str, ...] = ()


def recurrence(rule: str, starts: datetime) -> tuple[timedelta | None, str]:
    """Read an RRULE: after how long the event comes again, and what is not understood of it."""
    if not rule:
        return None, ""
    parts = {
        key.upper(): value.upper() for key, _, value in (p.partition("=") for p in rule.split(";"))
    }
    step = _FREQUENCIES.get(parts.pop("FREQ", ""))
    interval = parts.pop("INTERVAL", "1")
    days = parts.pop("BYDAY", "")
    parts.pop("WKST", None)
    ends = [f"{key}={parts.pop(key)}" for key in ("COUNT", "UNTIL") if key in parts]
    understood = step and re.fullmatch("[1-9][0-9]{0,2}", interval) and not parts
    if not step or not understood or days not in ("", _DAYS[starts.weekday()]):
        return None, f"RRULE:{rule} is not understood"
    if days and step < timedelta(weeks=1):
        step = timedelta(weeks=1)
    return step * int(interval), f"ends with {', '.join(ends)}; a rotation does not" if ends else ""


def schedule(turns: Sequence[Turn]) -> Schedule:
    """Make a rotation of turns (at least one), or a person and overrides."""
    ordered = sorted(turns, key=lambda one: (one.starts, one.line))
    doubts = [f"line {one.line}: {one.person}: {one.doubt}" for one in ordered if one.doubt]
    rotation = _recurring(ordered) or _listed(ordered)
    if rotation is None:
        return _irregular(ordered, doubts)
    if len(rotation.members) == len(ordered) and ordered[0].again is None:
        doubts.append(f"after {rotation.members[-1]} it is taken to begin again")
    return Schedule(rotation, doubts=tuple(doubts))


def every(turn: timedelta) -> str:
    """Write the length of a turn as the roster does; "" where it has no such length."""
    for unit in ("w", "d", "h"):
        if not turn % UNITS[unit] and turn >= UNITS[unit]:
            return f"{turn // UNITS[unit]}{unit}"
    return ""


def _recurring(turns: Sequence[Turn]) -> Rotation | None:
    """Give the rotation of events that each come again, one after the other."""
    first, again, length = turns[0], turns[0].again, turns[0].length
    if (
        again is None
        or not every(length)
        or any((t.again, t.length) != (again, length) for t in turns)
    ):
        return None
    if again != length * len(turns):
        return None
    # Where each stands within the cycle, from the first event's start.
    places = {(one.starts - first.starts) % again: one.person for one in turns}
    if sorted(places) != [length * place for place in range(len(turns))]:
        return None
    return Rotation(NAME, tuple(places[place] for place in sorted(places)), first.starts, length)


def _listed(turns: Sequence[Turn]) -> Rotation | None:
    """Give the rotation of events written out one by one, without a gap, in the same order."""
    length = turns[0].length
    if not every(length) or any(one.again or one.length != length for one in turns):
        return None
    if any(two.starts != one.until for one, two in itertools.pairwise(turns)):
        return None
    people = [one.person for one in turns]
    for size in range(1, len(people) + 1):
        if all(person == people[place % size] for place, person in enumerate(people)):
            # The last turn of a person who comes once proves no order.
            return Rotation(NAME, tuple(people[:size]), turns[0].starts, length)
    return None


def _irregular(turns: Sequence[Turn], doubts: list[str]) -> Schedule:
    """Let the person of most events be there always, and the others stand in."""
    [(usual, _)] = Counter(one.person for one in turns).most_common(1)
    overrides: list[Override] = []
    doubts = [f"the events are not regular: {usual} is called wherever nobody else is", *doubts]
    for one in turns:
        if one.again or "RRULE" in one.doubt:
            doubts.append(f"line {one.line}: {one.person} comes again; only the first is here")
        if one.person == usual:
            continue
        if one.until <= one.starts:
            doubts.append(f"line {one.line}: {one.person} ends before it starts; left out")
        elif overrides and one.starts < overrides[-1].until:
            other = overrides[-1].substitute
            doubts.append(f"line {one.line}: {one.person} overlaps {other}; left out")
        else:
            overrides.append(Override(one.starts, one.until, NAME, one.person))
    return Schedule(
        Rotation(NAME, (usual,), turns[0].starts, timedelta(weeks=1)),
        tuple(overrides),
        tuple(doubts),
    )
