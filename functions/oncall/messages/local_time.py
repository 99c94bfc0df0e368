"""Times in the time zone of the responder."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from oncall.incident import instant
from oncall.messages.locale import Clock
from oncall.text import clean


@dataclass(frozen=True)
class LocalTime:
    """A moment in a zone, and the IANA name of the zone."""

    moment: datetime
    zone: str

    def spoken(self, clock: Clock, *, date: bool = True) -> str:
        """Return the time as spoken, without its zone."""
        moment = self.moment
        time = (clock.time if moment.minute else clock.time_on_the_hour).format(
            hour=clock.hours[moment.hour],
            minute=moment.minute,
            part=[part for start, part in clock.day_parts.items() if int(start) <= moment.hour][-1],
        )
        if not date:
            return time
        day = clock.date.format(
            weekday=clock.weekdays[moment.weekday()],
            month_name=clock.months[moment.month - 1],
            day=clock.first_day if moment.day == 1 else moment.day,
        )
        return clock.date_time.format(date=day, time=time)

    def spoken_zone(self, clock: Clock) -> str:
        """Return the zone as spoken: its own name in the language, or its city's time."""
        city = self.zone.rpartition("/")[2].replace("_", " ")
        return clock.zones.get(self.zone) or clock.zone.format(city=city)

    def written(self, clock: Clock) -> str:
        """Return the time as written, without its zone."""
        names = ("year", "month", "day", "hour", "minute", "second")
        return clock.written.format(**{name: getattr(self.moment, name) for name in names})


def in_zone(time: str, timezone: str) -> LocalTime | None:
    """Return an ISO 8601 time in an IANA zone; None if it is not a time.

    An unknown zone is replaced by UTC, as the result shows.
    """
    moment = instant(time)
    if moment is None:
        return None
    try:
        return LocalTime(moment.astimezone(ZoneInfo(timezone)), clean(timezone))
    except (LookupError, ValueError, OSError):  # no such zone, no zone's name, a folder of zones
        return LocalTime(moment.astimezone(UTC), "UTC")
