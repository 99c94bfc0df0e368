"""Who is on call at a moment: rotations and overrides on the local clock.

Local times come and go when clocks change: some never happen, some happen twice.
One rule serves for all of them: a local time has come as soon as the clock on the wall
has shown it, or any later time, once. So a hand-over at 02:30 takes place when the clock
jumps from 02:00 to 03:00, and only the first time on a night that has 02:30 twice.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from oncall.roster.model import Contact, Roster, Rotation


def on_call(rotation: Rotation, zone: tzinfo, at: datetime) -> str:
    """The name of the member whose turn it is at a moment (`at` has a time zone).

    Before the rotation's first hand-over the turns are counted backwards, so that there is
    always somebody.
    """
    turn = (_wall_clock(zone, at) - rotation.starts) // rotation.every
    while has_come(rotation.starts + (turn + 1) * rotation.every, zone, at):
        # The clock was put back, and has shown this hand-over before.
        turn += 1
    return rotation.members[turn % len(rotation.members)]


def person_for(roster: Roster, entry: str, at: datetime) -> Contact:
    """Who is called for an entry of the escalation at a moment (`at` has a time zone).

    An override of a rotation replaces whoever has the turn; then an override of that
    person applies, and one of their substitute, until it is somebody who is there.
    """
    zone = ZoneInfo(roster.timezone)
    substitutes = {
        override.replaced: override.substitute
        for override in roster.overrides
        if has_come(override.starts, zone, at) and not has_come(override.until, zone, at)
    }
    rotation = roster.rotation(entry)
    if rotation is None:
        return roster.contact(_standing_in(entry, substitutes))
    person = substitutes.get(entry) or on_call(rotation, zone, at)
    return roster.contact(_standing_in(person, substitutes))


def longest_round(roster: Roster) -> int:
    """The most calls that one round can take, whoever is on call."""
    return sum(
        max(len(roster.contact(name).phones) for name in _candidates(roster, entry))
        for entry in roster.escalation
    )


def has_come(local: datetime, zone: tzinfo, at: datetime) -> bool:
    """Whether the clock in a zone has shown a local time, or a later one, by a moment."""
    # Where the zone skips `local`, the second comparison is true only later than the
    # first, and is never needed; where it repeats `local`, fold=0 is the first time.
    return (
        _wall_clock(zone, at) >= local or local.replace(tzinfo=zone, fold=0).astimezone(UTC) <= at
    )


def _wall_clock(zone: tzinfo, at: datetime) -> datetime:
    return at.astimezone(zone).replace(tzinfo=None)


def _standing_in(person: str, substitutes: Mapping[str, str]) -> str:
    """Whoever is called instead of a person, or the person."""
    seen = [person]
    while (substitute := substitutes.get(seen[-1])) is not None:
        if substitute in seen:
            # Two people trade places: each stands in for the other, once.
            return substitutes[person]
        seen.append(substitute)
    return seen[-1]


def _candidates(roster: Roster, entry: str) -> set[str]:
    """Every contact who may be called for an entry of the escalation, at any time."""
    rotation = roster.rotation(entry)
    reached = set(rotation.members) if rotation else {entry}
    reached |= {override.substitute for override in roster.overrides if override.replaced == entry}
    grown = True
    while grown:
        more = {
            override.substitute for override in roster.overrides if override.replaced in reached
        } - reached
        reached |= more
        grown = bool(more)
    return reached
