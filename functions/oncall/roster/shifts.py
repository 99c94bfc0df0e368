"""Who is called for a rotation over a stretch of time, and when it hands over.

Answers come from the schedule alone: a stretch is asked for wherever something could change,
and what does not change is joined.
"""

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from oncall.roster.model import Roster, Rotation
from oncall.roster.schedule import has_come, on_call, person_for

# Time zones change by whole seconds.
_FINEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of time in which one person is called for a rotation.

    Attributes:
        starts: its first moment, UTC.
        until: the first moment after it, UTC.
        turn: name of the member whose turn it is.
        person: name of who is called: somebody else than `turn` where an override says so.
    """

    starts: datetime
    until: datetime
    turn: str
    person: str

    @property
    def overridden(self) -> bool:
        """Whether somebody stands in."""
        return self.person != self.turn


def shifts(roster: Roster, rotation: Rotation, since: datetime, until: datetime) -> list[Shift]:
    """The shifts of a rotation from `since` to `until`, both with a time zone: no gaps.

    The first and the last are cut off there.
    """
    zone = ZoneInfo(roster.timezone)
    edges = {since.astimezone(UTC), until.astimezone(UTC)}
    edges |= {arrival(local, zone) for local in _hand_overs(rotation, zone, since, until)}
    for override in roster.overrides:
        edges |= {arrival(override.starts, zone), arrival(override.until, zone)}
    inside = sorted(edge for edge in edges if since <= edge <= until)
    found: list[Shift] = []
    for starts, ends in itertools.pairwise(inside):
        turn = on_call(rotation, zone, starts)
        person = person_for(roster, rotation.name, starts).name
        if found and (found[-1].turn, found[-1].person) == (turn, person):
            found[-1] = replace(found[-1], until=ends)
        else:
            found.append(Shift(starts, ends, turn, person))
    return found


def arrival(local: datetime, zone: tzinfo) -> datetime:
    """The moment (UTC) from which a local time has come, in the sense of `has_come`.

    The first time where the clock shows it twice, the jump where the clock leaves it out.
    """
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while after - before >= _FINEST:
        # Left out (PEP 495: then fold=1 is the earlier one): the jump lies between the two.
        middle = before + (after - before) // 2
        if has_come(local, zone, middle):
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _hand_overs(
    rotation: Rotation, zone: tzinfo, since: datetime, until: datetime
) -> list[datetime]:
    """The local times of the hand-overs from `since` to `until`, and one or two around."""
    first = (since.astimezone(zone).replace(tzinfo=None) - rotation.starts) // rotation.every
    last = (until.astimezone(zone).replace(tzinfo=None) - rotation.starts) // rotation.every + 1
    return [rotation.starts + turn * rotation.every for turn in range(first, last + 1)]
