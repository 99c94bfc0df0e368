"""Who is on call at a moment: rotations, their hours, and overrides.

daylight_saving.py defines when a handover takes place on a night with a clock change.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from math import lcm
from zoneinfo import ZoneInfo

from oncall.roster.daylight_saving import is_reached, wall_clock
from oncall.roster.hours import Hours, is_within, overlap
from oncall.roster.model import Contact, Roster, Rotation

_HOUR, _WEEK = timedelta(hours=1), timedelta(weeks=1)


def on_call(rotation: Rotation, at: datetime) -> str:
    """Return the name of the member whose turn it is at a moment (with time zone).

    Off duty, it is the member of the last turn that was on duty, or of one that is about to be.
    Turns before the rotation's start are counted backwards, so that someone always has the turn.
    """
    zone = ZoneInfo(rotation.timezone)
    turn = (wall_clock(zone, at) - rotation.starts) // rotation.every
    while is_reached(rotation.starts + (turn + 1) * rotation.every, zone, at):
        # The clock was set back and has already shown this handover.
        turn += 1
    return rotation.members[_on_duty_before(rotation, turn) % len(rotation.members)]


def is_on_duty(rotation: Rotation, at: datetime) -> bool:
    """Return whether a moment (with time zone) is within the hours of a rotation."""
    return not rotation.hours or is_within(rotation.hours, ZoneInfo(rotation.timezone), at)


def person_for(
    roster: Roster, entry: str, at: datetime, *, ignore_hours: bool = False
) -> Contact | None:
    """Return who is called for an escalation entry at a moment (with time zone).

    None while the entry, or the rotation that substitutes for it, is off duty.
    """
    contact, rotations = resolve(roster, entry, at)
    if ignore_hours or all(is_on_duty(rotation, at) for rotation in rotations):
        return contact
    return None


def resolve(roster: Roster, entry: str, at: datetime) -> tuple[Contact, tuple[Rotation, ...]]:
    """Return who is called for an entry at a moment, and the rotations that must be on duty.

    An override of a rotation replaces the member on call. An override of that person then
    applies, and so on for each substitute.
    """
    zone = ZoneInfo(roster.timezone)
    substitutes = {
        override.replaced: override.substitute
        for override in roster.overrides
        if is_reached(override.starts, zone, at) and not is_reached(override.until, zone, at)
    }
    person, rotations = _follow(roster, entry, substitutes, at)
    replaced = roster.rotation(entry)
    needed = {rotation.name: rotation for rotation in (replaced, *rotations) if rotation}
    return roster.contact(person), tuple(needed.values())


def is_covered(roster: Roster, at: datetime) -> bool:
    """Return whether someone is on duty at a moment (with time zone)."""
    return any(person_for(roster, entry.name, at) for entry in roster.escalation)


def max_calls(roster: Roster) -> tuple[int, int]:
    """Return the most calls that a page can make at any time, and those of its last round."""
    calls = [
        (
            max(len(person.phones) * person.attempts for person in _candidates(roster, entry.name)),
            roster.rounds - entry.from_round + 1,
        )
        for entry in roster.escalation
    ]
    return sum(number * rounds for number, rounds in calls), sum(number for number, _ in calls)


def _on_duty_before(rotation: Rotation, turn: int) -> int:
    """Return how many turns are on duty from the first one to a turn, which is excluded.

    Turns entirely out of hours are not counted: `every: 1d` within `Mon-Fri 09:00-17:00` hands
    over from Friday's member to the next on Monday.
    """
    if not rotation.hours or rotation.every >= _WEEK:
        return turn
    before = _pattern(rotation.starts, rotation.every, rotation.hours)
    periods, rest = divmod(turn, len(before) - 1)
    return periods * before[-1] + before[rest]


@lru_cache(maxsize=64)
def _pattern(starts: datetime, every: timedelta, hours: tuple[Hours, ...]) -> tuple[int, ...]:
    """Return the number of turns on duty before each turn, until the weekly pattern repeats."""
    turns = lcm(every // _HOUR, _WEEK // _HOUR) // (every // _HOUR)
    on_duty = (overlap(hours, starts + turn * every, every) for turn in range(turns))
    return tuple(accumulate(on_duty, initial=0))


def _follow(
    roster: Roster, name: str, substitutes: Mapping[str, str], at: datetime
) -> tuple[str, list[Rotation]]:
    """Return the person behind a name, and the rotations whose member was looked up."""
    chain: list[str] = []
    looked_up: list[Rotation] = []
    while name not in chain:
        chain.append(name)
        if name in substitutes:
            name = substitutes[name]
        elif rotation := roster.rotation(name):
            looked_up.append(rotation)
            name = on_call(rotation, at)
        else:
            return name, looked_up
    # Two trade places: each stands in for the other, once, also if an override led to one of them.
    cycle = chain[chain.index(name) :]
    first = next(substitutes[link] for link in cycle if link in substitutes)
    rest = {link: substitute for link, substitute in substitutes.items() if link not in chain}
    return _follow(roster, first, rest, at)


def _candidates(roster: Roster, entry: str) -> list[Contact]:
    """Return all contacts who may be called for an escalation entry, at any time."""
    names, added = set[str](), {entry}
    while added:
        names |= added
        added = {o.substitute for o in roster.overrides if o.replaced in names}
        added |= {name for r in roster.rotations if r.name in names for name in r.members}
        added -= names
    return [contact for contact in roster.contacts if contact.name in names]
