"""When something happened, on the clock of the person who is told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from oncall.incident import instant
from oncall.messages.locale import Clock
from oncall.text import clean

_NOON = 12


@dataclass(frozen=True)
class LocalTime:
    """A moment, and the IANA name of the zone it is given in."""

    moment: datetime
    zone: str

    def spoken(self, clock: Clock) -> str:
        """Return the time as it is said, without its zone."""
        template = clock.spoken if self.moment.minute else clock.spoken_on_the_hour
        return template.format(
            weekday=clock.weekdays[self.moment.weekday()],
            month_name=clock.months[self.moment.month - 1],
            day=self.moment.day,
            hour12=_hour12(self.moment.hour, clock),
            minute=self.moment.minute,
            part=_part_of_day(self.moment.hour, clock),
        )

    def spoken_zone(self, clock: Clock) -> str:
        """Return the zone as it is said: its own name in the language, or its city's time."""
        city = self.zone.rpartition("/")[2].replace("_", " ")
        return clock.zones.get(self.zone) or clock.zone.format(city=city)

    def written(self, clock: Clock) -> str:
        """Return the time as it is read, without its zone."""
        moment = self.moment
        return clock.written.format(
            year=moment.year,
            month=moment.month,
            day=moment.day,
            hour=moment.hour,
            minute=moment.minute,
            second=moment.second,
        )


def in_zone(time: str, timezone: str) -> LocalTime | None:
    """Return an ISO 8601 time in an IANA zone; None when it is no time.

    A zone that is not known here gives UTC, and the result says so.
    """
    moment = instant(time)
    if moment is None:
        return None
    try:
        return LocalTime(moment.astimezone(ZoneInfo(timezone)), clean(timezone))
    except (LookupError, ValueError, OSError):  # no such zone, no zone's name, a folder of zones
        return LocalTime(moment.astimezone(UTC), "UTC")


def _hour12(hour: int, clock: Clock) -> str:
    if hour == 0:
        return clock.midnight
    return str(hour % _NOON or _NOON)


def _part_of_day(hour: int, clock: Clock) -> str:
    begun = [part for begins, part in clock.day_parts.items() if int(begins) <= hour]
    return begun[-1]
