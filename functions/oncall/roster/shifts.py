"""List the shifts of a rotation over a period, for calendars and handover lists.

A shift ends wherever schedule.py could give another person: at a handover, or at the start or
end of an override.
"""

import itertools
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from oncall.roster.daylight_saving import first_moment, wall_clock
from oncall.roster.model import Roster, Rotation
from oncall.roster.schedule import on_call, person_for


@dataclass(frozen=True, slots=True)
class Shift:
    """A period (UTC, without its last moment) in which one person is called for a rotation.

    During an override, `person`, who is called, differs from `member`, whose turn it is.
    """

    starts: datetime
    until: datetime
    member: str
    person: str

    @property
    def overridden(self) -> bool:
        """Whether an override applies."""
        return self.person != self.member


def list_shifts(
    roster: Roster, rotation: Rotation, since: datetime, until: datetime
) -> list[Shift]:
    """Return the shifts of a rotation from `since` to `until` (both have a time zone), no gaps.

    The first and the last shift are cut off there.
    """
    zone = ZoneInfo(roster.timezone)
    edges = {since.astimezone(UTC), until.astimezone(UTC)}
    edges |= {first_moment(local, zone) for local in _hand_overs(rotation, zone, since, until)}
    for override in roster.overrides:
        edges |= {first_moment(override.starts, zone), first_moment(override.until, zone)}
    shifts: list[Shift] = []
    for starts, ends in itertools.pairwise(sorted(e for e in edges if since <= e <= until)):
        member = on_call(rotation, zone, starts)
        person = person_for(roster, rotation.name, starts).name
        if shifts and (shifts[-1].member, shifts[-1].person) == (member, person):
            shifts[-1] = replace(shifts[-1], until=ends)
        else:
            shifts.append(Shift(starts, ends, member, person))
    return shifts


def _hand_overs(
    rotation: Rotation, zone: tzinfo, since: datetime, until: datetime
) -> list[datetime]:
    """Return the local times of the handovers from `since` to `until`, and one or two around."""
    first = (wall_clock(zone, since) - rotation.starts) // rotation.every
    last = (wall_clock(zone, until) - rotation.starts) // rotation.every + 1
    return [rotation.starts + turn * rotation.every for turn in range(first, last + 1)]
