"""Reads the events of an iCalendar file (RFC 5545): what a rotation needs, and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callout.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

# One content line: name, parameters (their values may be quoted and then hold : and ;), value.
_LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;])*)*):(?P<value>.*)'
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;]*)')
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})[0-9]{2}(Z?))?")
_DURATION = re.compile(
    r"\+?P(?:([0-9]{1,3})W)?(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,7})M)?(?:[0-9]+S)?)?"
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
#: As in a roster; what is far from them is a slip, and would be more than a date can be.
YEARS = range(2000, 2200)
_EVENT = ["VCALENDAR", "VEVENT"]
#: More than anybody's rota; what is larger is another kind of file.
MOST_BYTES = 5_000_000


@dataclass
class Event:
    """One VEVENT.

    Attributes:
        line: where it begins, from 1.
        properties: parameters, value and line by name; the first of each name.
    """

    line: int
    properties: dict[str, tuple[dict[str, str], str, int]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Give a value; "" where there is none."""
        return self.properties[name][1] if name in self.properties else ""


@dataclass(frozen=True)
class Calendar:
    """A file.

    Attributes:
        events: in the order of the file.
        timezone: what most calendars write beside the standard (X-WR-TIMEZONE); "" if not.
    """

    events: tuple[Event, ...]
    timezone: str


class Clock:
    """Reads times as local times of one zone.

    Args:
        file: named in what is raised.
        zone: IANA name of the zone that all are wanted in.
        given: whether the person named it; then it stands in for zones of unknown names.
    """

    def __init__(self, file: str, zone: str, *, given: bool) -> None:
        self._file = file
        self._zone = ZoneInfo(zone)
        self._given = given

    def local(self, event: Event, name: str) -> datetime:
        """Give a time of an event; raises CommandError where it is none."""
        parameters, value, line = event.properties[name]
        written = _TIME.fullmatch(value.strip())
        moment = _moment([int(part or 0) for part in written.groups()[:5]]) if written else None
        if not written or moment is None:
            raise CommandError(
                f"{self._file}: line {line}: {name}: {value[:40]!r} is no date and time"
            )
        if written[6]:
            return moment.replace(tzinfo=UTC).astimezone(self._zone).replace(tzinfo=None)
        named = parameters.get("TZID", "")
        return self._moved(moment, named, line) if named else moment

    def end(self, event: Event, starts: datetime) -> datetime:
        """Give the end of an event: DTEND, or DURATION, or a day for an event of whole days."""
        if "DTEND" in event.properties:
            return self.local(event, "DTEND")
        written = _DURATION.fullmatch(event.value("DURATION").strip())
        if written and any(written.groups()):
            weeks, days, hours, minutes = (int(part or 0) for part in written.groups())
            return starts + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
        return starts + timedelta(days=1)

    def _moved(self, moment: datetime, named: str, line: int) -> datetime:
        zone = zone_named(named)
        if zone is None and not self._given:
            raise CommandError(
                f"{self._file}: line {line}: there is no time zone {named[:40]!r}: say which it is,"
                " as in --timezone Europe/Berlin"
            )
        if zone is None or zone.key == self._zone.key:
            return moment
        return moment.replace(tzinfo=zone).astimezone(self._zone).replace(tzinfo=None)


def read_calendar(file: str, text: str) -> Calendar:
    """Read a file's events.

    Raises:
        CommandError: it is no iCalendar file, or has no event; one line that says where.
    """
    if len(text) > MOST_BYTES:
        raise CommandError(f"{file}: has more than {MOST_BYTES} characters: export less of it")
    reading = _Reading(file)
    for line, content in _unfolded(text.removeprefix("\ufeff")):
        reading.take(line, content)
    if reading.opened:
        inner = reading.opened[-1]
        raise CommandError(f"{file}: ends within {inner[:40]!r}: it was cut off; export it again")
    if not reading.events:
        raise CommandError(f"{file}: has no event (VEVENT)")
    return Calendar(tuple(reading.events), reading.timezone)


class _Reading:
    """What was read of a file so far; events within events (VALARM) are passed over."""

    def __init__(self, file: str) -> None:
        self.opened: list[str] = []
        self.events: list[Event] = []
        self.timezone = ""
        self._file = file

    def take(self, line: int, content: str) -> None:
        """Read the next line."""
        read = _LINE.fullmatch(content)
        if read is None or (not self.opened and read["name"].upper() != "BEGIN"):
            raise CommandError(
                f"{self._file}: line {line}: not iCalendar, which begins BEGIN:VCALENDAR"
            )
        name, value = read["name"].upper(), read["value"].strip()
        if name == "BEGIN":
            self.opened.append(value.upper())
            if self.opened == _EVENT:
                self.events.append(Event(line))
        elif name == "END":
            if self.opened.pop() != value.upper():
                raise CommandError(f"{self._file}: line {line}: END:{value[:40]!r} ends nothing")
        elif self.opened == _EVENT:
            parameters = _PARAMETER.findall(read["parameters"])
            bare = {key.upper(): one.strip('"') for key, one in parameters}
            self.events[-1].properties.setdefault(name, (bare, value, line))
        elif self.opened == _EVENT[:1] and name == "X-WR-TIMEZONE":
            self.timezone = value


def _moment(numbers: list[int]) -> datetime | None:
    """Give a time from year to minute; None where there is none."""
    year, month, day, hour, minute = numbers
    if year not in YEARS:
        return None
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - whose, is told apart
    except ValueError:
        return None


def plain(value: str) -> str:
    """Give a TEXT value as it is read, on one line."""
    shown = _ESCAPED.sub(lambda one: " " if one[1] in "nN" else one[1], value)
    return " ".join(shown.split())


def zone_named(name: str) -> ZoneInfo | None:
    """Give the zone of that IANA name; None where there is none."""
    try:
        return ZoneInfo(name.strip())
    except (LookupError, ValueError, OSError):
        return None


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Give the content lines, with the number of the line each begins in."""
    begun, content = 0, ""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and begun:
            content += line[1:]
            continue
        if content.strip():
            yield begun, content
        begun, content = number, line
    if content.strip():
        yield begun, content
