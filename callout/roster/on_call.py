"""Who would be called at a moment: the plan that plan_calls makes, to be read by a person."""

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

#: How moments are shown.
MOMENT = "%a %Y-%m-%d %H:%M"
_FIX = "write a local time of the roster's zone, as in 2026-01-05T09:00, or one with an offset"


@dataclass(frozen=True)
class WouldBeCalled:
    """One call of a page.

    Attributes:
        attempt, round: numbers of the call and of the time through the escalation, from 1.
        contact: name of the person.
        phone: masked, unless it was asked for.
        language: tag of the language that is spoken.
    """

    attempt: int
    round: int
    contact: str
    phone: str
    language: str


def who(roster: Roster, at: datetime, *, numbers: bool = False) -> list[WouldBeCalled]:
    """Give the calls that a page would make.

    Args:
        roster: whom to call.
        at: the moment; has a time zone.
        numbers: whether to show them in full.
    """
    return [
        WouldBeCalled(
            one.attempt,
            one.round,
            one.contact,
            one.phone if numbers else mask(one.phone),
            one.language,
        )
        for one in plan_calls(roster, at)
    ]


def moment(text: str | None, timezone: str, now: datetime) -> datetime:
    """Read a moment: local time of the zone unless it has an offset; now where there is none.

    Raises:
        CommandError: it is no time.
    """
    if text is None:
        return now
    try:
        read = datetime.fromisoformat(text)
        return (
            read.replace(tzinfo=ZoneInfo(timezone)) if read.tzinfo is None else read
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(f"{text!r} is no time: {_FIX}") from None


def times(at: datetime, timezone: str) -> str:
    """Say a moment on the clock of the team's zone, and on that of UTC."""
    local = at.astimezone(ZoneInfo(timezone))
    there = f"{local:{MOMENT}} {timezone}"
    return there if timezone == "UTC" else f"{there} ({at.astimezone(UTC):{MOMENT}} UTC)"
