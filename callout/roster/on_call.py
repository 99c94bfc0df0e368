"""Who would be called at a given time: the plan that plan_calls makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from oncall.calls.planner import plan_calls
from oncall.mask_phone_number import mask

if TYPE_CHECKING:
    from oncall.roster.model import Roster

#: Format of the times that are printed.
TIME_FORMAT = "%a %Y-%m-%d %H:%M"
_FIX = "write a time in the roster's time zone, like 2026-01-05T09:00, or one with an offset"


@dataclass(frozen=True)
class PlannedCall:
    """One call of a page."""

    attempt: int  # attempt, round: numbers of the call and of the round, from 1
    round: int
    contact: str
    phone: str  # masked unless full numbers were requested
    language: str


def planned_calls(roster: Roster, at: datetime, *, numbers: bool = False) -> list[PlannedCall]:
    """Return the calls that a page would make."""
    return [
        PlannedCall(
            call.attempt,
            call.round,
            call.contact,
            call.phone if numbers else mask(call.phone),
            call.language,
        )
        for call in plan_calls(roster, at)
    ]


def parse_time(text: str | None, timezone: str, now: datetime) -> datetime:
    """Parse a time, in the given zone unless it has an offset; return `now` for None.

    Raises:
        CommandError: the text is not a time.
    """
    if text is None:
        return now
    try:
        read = datetime.fromisoformat(text)
        return (
            read.replace(tzinfo=ZoneInfo(timezone)) if read.tzinfo is None else read
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"{text!r} is not a time: {_FIX}") from None


def format_local_and_utc(at: datetime, timezone: str) -> str:
    """Format a time in the team's time zone and in UTC."""
    local = f"{at.astimezone(ZoneInfo(timezone)):{TIME_FORMAT}} {timezone}"
    return local if timezone == "UTC" else f"{local} ({at.astimezone(UTC):{TIME_FORMAT}} UTC)"
