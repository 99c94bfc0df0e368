"""Who would be called at a given time: the plan that plan_calls makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from callout.time_format import parse_duration
from oncall.calls.planner import plan_calls
from oncall.mask_phone_number import mask
from oncall.roster.daylight_saving import first_moment, wall_clock
from oncall.roster.defaults_and_limits import DEFAULT_TIMEZONE
from oncall.roster.model import Roster
from oncall.roster.parsing.field_reader import MAX_YEAR, MIN_YEAR
from oncall.roster.schedule import person_for

#: Format of the times that are printed.
TIME_FORMAT = "%a %Y-%m-%d %H:%M"
_MINUTE = timedelta(minutes=1)
_FIX = "write a time in the roster's time zone, like 2026-01-05T09:00, or one with an offset"


@dataclass(frozen=True)
class PlannedCall:
    """One call of a page."""

    attempt: int  # attempt, round: numbers of the call and of the round, from 1
    round: int
    contact: str
    phone: str  # masked unless full numbers were requested
    language: str
    text: bool = False  # whether the person also gets a text message


def planned_calls(roster: Roster, at: datetime, *, numbers: bool = False) -> list[PlannedCall]:
    """Return the calls that a page would make."""
    return [
        PlannedCall(
            call.attempt,
            call.round,
            call.contact,
            call.phone if numbers else mask(call.phone),
            call.language,
            call.text,
        )
        for call in plan_calls(roster, at)
    ]


def parse_time(text: str | None, timezone: str, now: datetime) -> datetime:
    """Parse a time, in the given zone unless it has an offset; return `now` for None."""
    if text is None:
        return now
    try:
        read = datetime.fromisoformat(text)
        refuse_far_year(text, "time", read.year)
        return (
            read.replace(tzinfo=ZoneInfo(timezone)) if read.tzinfo is None else read
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"{text!r} is not a time: {_FIX}") from None


def parse_period(  # noqa: PLR0913 - the options of a command
    what: str,
    timezone: str,
    now: datetime,
    *,
    starts: str | None = None,
    until: str | None = None,
    duration: str | None = None,
) -> tuple[datetime, datetime]:
    """Return the local times, in whole minutes, of `--from` and of `--until` or `--for`."""
    if (until is None) == (duration is None):
        raise CommandError("use either --for or --until")
    zone = ZoneInfo(timezone)
    begin = parse_time(starts, timezone, now)
    if duration is None:
        end = parse_time(until, timezone, now)
    else:
        end = begin + parse_duration("--for", duration)
    first = wall_clock(zone, begin).replace(second=0, microsecond=0)
    # Round up, so that it lasts as long as requested.
    last = (wall_clock(zone, end) + _MINUTE - timedelta.resolution).replace(second=0, microsecond=0)
    while first_moment(last, zone) < end:
        last += _MINUTE  # The clock shows it twice, and a roster names the first occurrence.
    if last <= first or end <= now:
        raise CommandError(f"the {what} would end before it starts, or has ended: use a later time")
    return first, last


def refuse_far_year(text: str, kind: str, year: int) -> None:
    """Raise CommandError for a time or date in a year that a roster cannot name either."""
    if not MIN_YEAR <= year <= MAX_YEAR:
        raise CommandError(f"{text!r} is not a {kind}: write a year from {MIN_YEAR} to {MAX_YEAR}")


def duty_notes(roster: Roster, at: datetime) -> Iterator[str]:
    """Yield what decides who is on duty at a moment and is easily overlooked."""
    names = dict.fromkeys(entry.name for entry in roster.escalation)
    off_duty = [name for name in names if not person_for(roster, name, at)]
    if off_duty:
        yield f"off duty: {', '.join(off_duty)}"
    if len(off_duty) == len(names):
        yield "nobody is on duty, so a page calls those whose turn it is, whatever their hours"
    if any(rotation.timezone == DEFAULT_TIMEZONE for rotation in roster.rotations):
        yield f"shifts change in {DEFAULT_TIMEZONE}"


def format_local_and_utc(at: datetime, timezone: str) -> str:
    """Format a time in the team's time zone and in UTC."""
    local = f"{at.astimezone(ZoneInfo(timezone)):{TIME_FORMAT}} {timezone}"
    return local if timezone == "UTC" else f"{local} ({at.astimezone(UTC):{TIME_FORMAT}} UTC)"
