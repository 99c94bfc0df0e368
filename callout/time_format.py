"""Moments and spans as operators write and read them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from oncall.incident import instant
from oncall.text import clean

_AGO = re.compile(r"([0-9]{1,4})([mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")
DECEMBER = 12
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60


def since(text: str, now: datetime) -> datetime:
    """Read since when: `10m`, `12h`, `7d` or `2w` ago, or a date or time, of UTC without an offset.

    Raises:
        CommandError: it is neither.
    """
    if ago := _AGO.fullmatch(text):
        return now - int(ago[1]) * _UNITS[ago[2]]
    moment = instant(text)
    if moment is None:
        raise CommandError(
            f"--since {text!r}: write 10m, 12h, 7d or 2w, or a date as in 2026-11-01"
        )
    return moment


@dataclass(frozen=True)
class Month:
    """A month on the clock of a zone.

    Attributes:
        first, after: its first moment, and that of the next month; in the zone.
        zone: the zone.
    """

    first: datetime
    after: datetime
    zone: ZoneInfo

    @property
    def name(self) -> str:
        """As in 2026-11."""
        return f"{self.first:%Y-%m}"


def month(text: str | None, timezone: str, now: datetime) -> Month:
    """Read a month; the present one where none is named.

    Args:
        text: as in 2026-11.
        timezone: IANA name.
        now: has a time zone.

    Raises:
        CommandError: it is no month, or there is no such zone.
    """
    try:
        zone = ZoneInfo(timezone)
    except (ValueError, OSError, LookupError):
        raise CommandError(
            f"--timezone {timezone!r}: write an IANA name, as in Asia/Shanghai"
        ) from None
    written = f"{now.astimezone(zone):%Y-%m}" if text is None else text
    if not (read := _MONTH.fullmatch(written)):
        raise CommandError(f"--month {text!r}: write a year and a month, as in 2026-11")
    year, number = int(read[1]), int(read[2])
    after = (year + 1, 1) if number == DECEMBER else (year, number + 1)
    return Month(datetime(year, number, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone), zone)


def shown(written: str, zone: ZoneInfo | None = None) -> str:
    """Show a time as the table has it, on the clock of a zone, which it names; UTC if None."""
    moment = instant(written)
    if moment is None:
        return clean(written) or "at an unknown time"
    local = moment.astimezone(zone or UTC)
    return f"{local:%Y-%m-%d %H:%M:%S} {zone or 'UTC'}"


def span(seconds: float) -> str:
    """Say a span in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    whole = max(0, round(seconds))
    for unit, size, less, part in (("d", DAY, "h", HOUR), ("h", HOUR, "min", MINUTE)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {less}"
    return f"{whole // MINUTE} min {whole % MINUTE} s" if whole >= MINUTE else f"{whole} s"


def many(count: int, what: str) -> str:
    """Say a number of things: `1 page`, `2 pages`."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
