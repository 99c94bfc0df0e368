"""On-call notices: shifts that begin, edits that change shifts, and upcoming gaps.

Like all messages about rosters, they are in English, with times in the roster's time zone.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from oncall.roster.fallback import first_lines
from oncall.roster.model import Roster
from oncall.roster.shifts import MARGIN, Shift, escalation_rotations, find_gaps, list_shifts
from oncall.roster.validation_report import MAX_TEAM_LENGTH, Report

#: Shifts are announced when they begin within a day, edits and gaps within a week.
SHIFTS_AHEAD = timedelta(days=1)
CHANGES_AHEAD = timedelta(days=7)
_MAX_LINES = 10


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to one contact; "" for everyone."""

    contact: str
    report: Report


@dataclass(frozen=True, slots=True)
class _Change:
    """A period in which an edit replaces one person with another; "" is nobody."""

    entry: str
    starts: datetime
    until: datetime
    before: str
    after: str


def shift_notices(roster: Roster, team: str, since: datetime) -> list[Notice]:
    """Return a notice to each person with shifts that begin within a day from `since`.

    `since` has a time zone.
    """
    found: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for rotation in escalation_rotations(roster):
        horizon = since + SHIFTS_AHEAD + rotation.every + MARGIN
        # A shift that began earlier begins before `since` here too.
        for shift in list_shifts(roster, rotation, since - MARGIN, horizon):
            if since <= shift.starts < since + SHIFTS_AHEAD:
                period = _period(roster, shift.starts, shift.until, horizon)
                instead = f", instead of {shift.member}" if shift.overridden else ""
                line = f"{rotation.name}: {period}{instead}"
                found[shift.person].append((shift.starts, line))
    notices = []
    for person, lines in found.items():
        first = _local(roster, min(lines)[0])
        subject = f"Callout: on call in team {team[:MAX_TEAM_LENGTH]} from {first}"
        text = f"{person}, you are on call in team {team} (times in {roster.timezone}):"
        listed = _listed([line for _, line in sorted(lines)])
        notices.append(Notice(person, Report(subject, f"{text}\n\n{listed}")))
    return notices


def change_notices(before: Roster, after: Roster, team: str, since: datetime) -> list[Notice]:
    """Return a notice to each person whose shifts within a week an edit changes."""
    horizon = since + CHANGES_AHEAD
    found: dict[str, list[str]] = defaultdict(list)
    for change in _changes(before, after, since, horizon):
        period = f"{change.entry}: {_period(after, change.starts, change.until, horizon)}"
        if change.after:
            instead = f", instead of {change.before}" if change.before else ""
            found[change.after].append(f"you are on call for {period}{instead}")
        if change.before:
            now = f"; {change.after} is" if change.after else ""
            found[change.before].append(f"you are no longer on call for {period}{now}")
    subject = f"Callout: your shifts in team {team[:MAX_TEAM_LENGTH]} have changed"
    text = f"the roster of team {team} was edited (times in {after.timezone}):"
    return [
        Notice(person, Report(subject, f"{person}, {text}\n\n{_listed(lines)}"))
        for person, lines in found.items()
    ]


def gap_notices(roster: Roster, team: str, since: datetime, until: datetime) -> list[Notice]:
    """Return a notice of the gaps that begin from `since` to `until`, or none.

    Gaps that began earlier are omitted.
    """
    gaps = find_gaps(roster, since - MARGIN, until + MARGIN)
    lines = [_period(roster, *gap, until + MARGIN) for gap in gaps if since <= gap[0] < until]
    if not lines:
        return []
    subject = f"Callout: nobody on duty in team {team[:MAX_TEAM_LENGTH]} within 7 days"
    text = (
        f"The roster of team {team} has hours in which nobody is on duty (times in"
        f" {roster.timezone}):\n\n{_listed(lines)}\n\nA page at these times ignores the hours and"
        " calls those whose turn it is."
    )
    return [Notice("", Report(subject, text))]


def _changes(before: Roster, after: Roster, since: datetime, until: datetime) -> Iterator[_Change]:
    """Yield the differences between two rosters for each entry; adjacent ones are joined."""
    shifts = [
        {r.name: list_shifts(roster, r, since, until) for r in escalation_rotations(roster)}
        for roster in (before, after)
    ]
    for entry in {**shifts[0], **shifts[1]}:
        both = [listed.get(entry, []) for listed in shifts]
        edges = {since, until} | {at for s in itertools.chain(*both) for at in (s.starts, s.until)}
        parts = itertools.pairwise(sorted(edges))
        for (old, new), periods in itertools.groupby(parts, partial(_people, both)):
            joined = list(periods)
            if old != new:
                yield _Change(entry, joined[0][0], joined[-1][1], old, new)


def _people(both: list[list[Shift]], part: tuple[datetime, datetime]) -> list[str]:
    """Return who is on call in a part without handovers, before and after an edit."""
    return [
        next((shift.person for shift in listed if shift.starts <= part[0] < shift.until), "")
        for listed in both
    ]


def _period(roster: Roster, starts: datetime, until: datetime, horizon: datetime) -> str:
    """Return a period as text; without its end if that is not known before the horizon."""
    ends = f" to {_local(roster, until)}" if until < horizon else ""
    return f"from {_local(roster, starts)}{ends}"


def _local(roster: Roster, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(roster.timezone)):%a %Y-%m-%d %H:%M}"


def _listed(lines: list[str]) -> str:
    return first_lines(lines, _MAX_LINES)
