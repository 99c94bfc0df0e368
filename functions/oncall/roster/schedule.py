"""Who is on call at a moment: rotations and overrides in the roster's time zone.

daylight_saving.py defines when a handover takes place on a night with a clock change.
"""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from oncall.roster.daylight_saving import is_reached, wall_clock
from oncall.roster.model import Contact, Roster, Rotation


def on_call(rotation: Rotation, zone: tzinfo, at: datetime) -> str:
    """Return the name of the member whose turn it is at a moment (`at` has a time zone).

    Turns before the rotation's start are counted backwards, so that someone is always on call.
    """
    turn = (wall_clock(zone, at) - rotation.starts) // rotation.every
    while is_reached(rotation.starts + (turn + 1) * rotation.every, zone, at):
        # The clock was set back and has already shown this handover.
        turn += 1
    return rotation.members[turn % len(rotation.members)]


def person_for(roster: Roster, entry: str, at: datetime) -> Contact:
    """Return who is called for an escalation entry at a moment (`at` has a time zone).

    An override of a rotation replaces the member on call. An override of that person then
    applies, and so on for each substitute.
    """
    zone = ZoneInfo(roster.timezone)
    substitutes = {
        override.replaced: override.substitute
        for override in roster.overrides
        if is_reached(override.starts, zone, at) and not is_reached(override.until, zone, at)
    }
    rotation = roster.rotation(entry)
    if rotation is None:
        return roster.contact(_final_substitute(entry, substitutes))
    person = substitutes.get(entry) or on_call(rotation, zone, at)
    return roster.contact(_final_substitute(person, substitutes))


def max_calls_per_round(roster: Roster) -> int:
    """Return the most calls that one round can take at any time."""
    return sum(
        max(len(roster.contact(name).phones) for name in _candidates(roster, entry))
        for entry in roster.escalation
    )


def _final_substitute(person: str, substitutes: Mapping[str, str]) -> str:
    """Return who is called instead of a person, or the person if there is no override."""
    chain = [person]
    while (substitute := substitutes.get(chain[-1])) is not None:
        if substitute in chain:
            # Two people trade places: each stands in for the other, once.
            return substitutes[person]
        chain.append(substitute)
    return chain[-1]


def _candidates(roster: Roster, entry: str) -> set[str]:
    """Return all contacts who may be called for an escalation entry, at any time."""
    rotation = roster.rotation(entry)
    names = set(rotation.members) if rotation else {entry}
    names |= {override.substitute for override in roster.overrides if override.replaced == entry}
    while added := {o.substitute for o in roster.overrides if o.replaced in names} - names:
        names |= added
    return names
