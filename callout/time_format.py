"""Read and format times, months and durations."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from oncall.incident import instant
from oncall.text import clean

_DURATION = re.compile(r"([0-9]{1,4})([mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_MONTH = re.compile(r"(2[0-9]{3})-(0[1-9]|1[0-2])")
DECEMBER = 12
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60


def parse_since(text: str, now: datetime) -> datetime:
    """Parse `--since`: `10m`, `12h`, `7d` or `2w` ago, a date or a time, in UTC by default."""
    if (ago := _duration(text)) is not None:
        return now - ago
    moment = instant(text)
    if moment is None:
        raise CommandError(f"--since {text!r}: use 10m, 12h, 7d or 2w, or a date like 2026-11-01")
    return moment


def parse_duration(option: str, text: str) -> timedelta:
    """Parse a duration: `30m`, `2h`, `7d` or `2w`."""
    if duration := _duration(text):
        return duration
    raise CommandError(f"{option} {text!r}: use minutes, hours, days or weeks, such as 30m or 2h")


def _duration(text: str) -> timedelta | None:
    match = _DURATION.fullmatch(text)
    return int(match[1]) * _UNITS[match[2]] if match else None


@dataclass(frozen=True)
class Month:
    """A month in a time zone."""

    first: datetime  # its first moment, in the zone
    after: datetime  # the first moment of the next month, in the zone
    zone: ZoneInfo

    @property
    def name(self) -> str:
        """The month as text, such as 2026-11."""
        return f"{self.first:%Y-%m}"


def parse_month(text: str | None, timezone: str, now: datetime) -> Month:
    """Parse a month such as 2026-11, in an IANA time zone; return the current one for None."""
    try:
        zone = ZoneInfo(timezone)
    except (ValueError, OSError, LookupError):
        raise CommandError(
            f"--timezone {timezone!r}: use an IANA name, such as Asia/Shanghai"
        ) from None
    written = f"{now.astimezone(zone):%Y-%m}" if text is None else text
    if not (match := _MONTH.fullmatch(written)):
        raise CommandError(f"--month {text!r}: use a year and a month, such as 2026-11")
    year, number = int(match[1]), int(match[2])
    after = (year + 1, 1) if number == DECEMBER else (year, number + 1)
    return Month(datetime(year, number, 1, tzinfo=zone), datetime(*after, 1, tzinfo=zone), zone)


def format_time(written: str, zone: ZoneInfo | None = None) -> str:
    """Format an ISO 8601 time in a zone, UTC by default, with the zone's name."""
    moment = instant(written)
    if moment is None:
        return clean(written) or "at an unknown time"
    local = moment.astimezone(zone or UTC)
    return f"{local:%Y-%m-%d %H:%M:%S} {zone or 'UTC'}"


def format_duration(seconds: float) -> str:
    """Format a duration in its two largest units: `45 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`."""
    whole = max(0, round(seconds))
    for unit, size, less, part in (("d", DAY, "h", HOUR), ("h", HOUR, "min", MINUTE)):
        if whole >= size:
            return f"{whole // size} {unit} {whole % size // part} {less}"
    return f"{whole // MINUTE} min {whole % MINUTE} s" if whole >= MINUTE else f"{whole} s"


def pluralize(count: int, noun: str) -> str:
    """Return a count with its noun: `1 page`, `2 pages`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
