"""Overrides as operators request them: one person covers another, or two swap."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.roster.calendar import CalendarEntry, build_calendar
from callout.roster.roster_edits import format_local, line_of
from oncall.incident import DEFAULT_TEAM
from oncall.roster.daylight_saving import first_moment, is_reached
from oncall.roster.model import Override, Roster
from oncall.roster.parsing.field_reader import closest

#: Overrides that ended longer ago are removed by the next edit; until then, `calendar` shows them.
KEPT_AFTER_END = timedelta(days=7)


def past_overrides(roster: Roster, now: datetime) -> list[int]:
    """Return the indexes of the overrides that the next edit removes."""
    zone, at = ZoneInfo(roster.timezone), now - KEPT_AFTER_END
    return [n for n, item in enumerate(roster.overrides) if is_reached(item.until, zone, at)]


def past_warnings(roster: Roster, now: datetime) -> Iterator[str]:
    """Yield one line if there are such overrides."""
    if past := past_overrides(roster, now):
        ended = f"overrides that ended more than {KEPT_AFTER_END.days} days ago: {len(past)}"
        yield f"{ended}; the next callout roster cover or swap removes them"


def request_overrides(
    roster: Roster, replaced: str, substitute: str, period: tuple[datetime, datetime], *, swap: bool
) -> list[Override]:
    """Return the override of a cover, or the two of a swap; `period` is local time."""
    first, second = (find_name(roster, name) for name in (replaced, substitute))
    if first == second:
        raise CommandError(f"both names are {first}: use two names")
    pairs = [(first, second), (second, first)] if swap else [(first, second)]
    return [Override(*period, *pair) for pair in pairs]


def refuse_overlap(team: str, text: str, roster: Roster, new: Sequence[Override]) -> None:
    """Raise CommandError, with the fix, if a name is already replaced at that time."""
    for override in new:
        for index, old in enumerate(roster.overrides):
            starts, until = max(old.starts, override.starts), min(old.until, override.until)
            if old.replaced != override.replaced or starts >= until:
                continue
            line = line_of(text, "overrides", index)
            fix = f"change the times, or line {line}"
            if old.substitute not in (override.substitute, override.replaced):
                verb = ["cover", old.substitute, "--by", override.substitute]
                if len(new) > 1:
                    verb = ["swap", old.substitute, override.substitute]
                times = ["--from", format_local(starts), "--until", format_local(until)]
                of_team = [] if team == DEFAULT_TEAM else ["--team", team]
                command = shlex.join(["callout", "roster", *verb, *times, *of_team])
                fix = (
                    f"to replace the substitute {old.substitute} for that time, run"
                    f" {command}; or {fix}"
                )
            raise CommandError(
                f"not saved: {_format(override)} overlaps line {line},"
                f" {_format(old)}, and only one override of"
                f" {old.replaced} can apply at a time: {fix}"
            )


def find_name(roster: Roster, text: str) -> str:
    """Return the contact or rotation with a name, in any case; raise CommandError without one."""
    names = [contact.name for contact in roster.contacts]
    names += [rotation.name for rotation in roster.rotations]
    for name in names:
        if _folded(name) == _folded(text):
            return name
    suggestion = closest(text, names)
    fix = f"did you mean {suggestion}?" if suggestion else f"it has {', '.join(names)}"
    raise CommandError(f"the roster has no contact or rotation {text!r}: {fix}")


def changed_shifts(before: Roster, after: Roster, new: Override) -> list[CalendarEntry]:
    """Return the calendar entries that differ within the period of an override."""
    zone = ZoneInfo(after.timezone)
    period = first_moment(new.starts, zone), first_moment(new.until, zone)
    unchanged = build_calendar(before, *period)
    return [entry for entry in build_calendar(after, *period) if entry not in unchanged]


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()


def _format(override: Override) -> str:
    times = f"from {format_local(override.starts)} until {format_local(override.until)}"
    return f"{override.substitute} instead of {override.replaced} {times}"
