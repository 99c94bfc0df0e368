"""Read the events of an iCalendar file (RFC 5545), limited to what a rotation needs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from callout.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Iterator

# One content line: name, parameters (quoted values may contain : and ;), value.
_LINE = re.compile(
    r'(?P<name>[A-Za-z0-9-]+)(?P<parameters>(?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;])*)*):(?P<value>.*)'
)
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^;]*)')
_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})[0-9]{2}(Z?))?")
_DURATION = re.compile(
    r"\+?P(?:([0-9]{1,3})W)?(?:([0-9]{1,4})D)?(?:T(?:([0-9]{1,5})H)?(?:([0-9]{1,7})M)?(?:[0-9]+S)?)?"
)
_ESCAPED = re.compile(r"\\([\\;,nN])")
#: As in a roster; other years are mistakes, or exceed the range of dates.
YEARS = range(2000, 2200)
_EVENT = ["VCALENDAR", "VEVENT"]
#: Size limit in characters; a rota is much smaller.
MAX_CHARACTERS = 5_000_000


@dataclass
class Event:
    """One VEVENT."""

    line: int  # its first line, from 1
    # parameters, value and line of the first property of each name
    properties: dict[str, tuple[dict[str, str], str, int]] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """Return a property's value; "" if it is missing."""
        return self.properties[name][1] if name in self.properties else ""


@dataclass(frozen=True)
class Calendar:
    """An iCalendar file."""

    events: tuple[Event, ...]  # in the order of the file
    timezone: str  # X-WR-TIMEZONE, which most calendars export though it is not standard; else ""


class TimeReader:
    """Converts times to local times of one zone.

    A zone that the operator chose (`given`) replaces zones with unknown names.
    """

    def __init__(self, file: str, zone: str, *, given: bool) -> None:
        self._file = file
        self._zone = ZoneInfo(zone)
        self._given = given

    def local(self, event: Event, name: str) -> datetime:
        """Return a time of an event; raise CommandError if it is not valid."""
        parameters, value, line = event.properties[name]
        match = _TIME.fullmatch(value.strip())
        moment = _moment([int(part or 0) for part in match.groups()[:5]]) if match else None
        if not match or moment is None:
            raise CommandError(
                f"{self._file}: line {line}: {name}: {value[:40]!r} is not a date or time: use a"
                " form like 20260105T090000, or export the calendar again"
            )
        if match[6]:
            return moment.replace(tzinfo=UTC).astimezone(self._zone).replace(tzinfo=None)
        named = parameters.get("TZID", "")
        return self._convert(moment, named, line) if named else moment

    def end(self, event: Event, starts: datetime) -> datetime:
        """Return the end of an event: DTEND, or start plus DURATION, or a day after its start."""
        if "DTEND" in event.properties:
            return self.local(event, "DTEND")
        match = _DURATION.fullmatch(event.value("DURATION").strip())
        if match and any(match.groups()):
            weeks, days, hours, minutes = (int(part or 0) for part in match.groups())
            return starts + timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes)
        return starts + timedelta(days=1)

    def _convert(self, moment: datetime, named: str, line: int) -> datetime:
        zone = find_zone(named)
        if zone is None and not self._given:
            raise CommandError(
                f"{self._file}: line {line}: unknown time zone {named[:40]!r}: use --timezone, for"
                " example --timezone Europe/Berlin"
            )
        if zone is None or zone.key == self._zone.key:
            return moment
        return moment.replace(tzinfo=zone).astimezone(self._zone).replace(tzinfo=None)


def read_calendar(file: str, text: str) -> Calendar:
    """Read a file's events; raise CommandError, with the line, if that is not possible."""
    if len(text) > MAX_CHARACTERS:
        raise CommandError(
            f"{file}: more than {MAX_CHARACTERS} characters: export a shorter period"
        )
    parser = _Parser(file)
    for line, content in _unfolded(text.removeprefix("\ufeff")):
        parser.parse_line(line, content)
    if parser.open_components:
        inner = parser.open_components[-1]
        raise CommandError(f"{file}: incomplete: ends within {inner[:40]!r}; export it again")
    if not parser.events:
        raise CommandError(
            f"{file}: the calendar has no events (VEVENT): export one that contains the shifts"
        )
    return Calendar(tuple(parser.events), parser.timezone)


class _Parser:
    """Parses a file line by line; components within events (VALARM) are skipped."""

    def __init__(self, file: str) -> None:
        self.open_components: list[str] = []
        self.events: list[Event] = []
        self.timezone = ""
        self._file = file

    def parse_line(self, line: int, content: str) -> None:
        """Parse the next line."""
        match = _LINE.fullmatch(content)
        if match is None or (not self.open_components and match["name"].upper() != "BEGIN"):
            raise CommandError(
                f"{self._file}: line {line}: not iCalendar, which begins with BEGIN:VCALENDAR:"
                " export the calendar as an .ics file"
            )
        name, value = match["name"].upper(), match["value"].strip()
        if name == "BEGIN":
            self.open_components.append(value.upper())
            if self.open_components == _EVENT:
                self.events.append(Event(line))
        elif name == "END":
            if self.open_components.pop() != value.upper():
                raise CommandError(
                    f"{self._file}: line {line}: END:{value[:40]!r} has no BEGIN; export it again"
                )
        elif self.open_components == _EVENT:
            parameters = _PARAMETER.findall(match["parameters"])
            unquoted = {key.upper(): parameter.strip('"') for key, parameter in parameters}
            self.events[-1].properties.setdefault(name, (unquoted, value, line))
        elif self.open_components == _EVENT[:1] and name == "X-WR-TIMEZONE":
            self.timezone = value


def _moment(numbers: list[int]) -> datetime | None:
    """Return the time with the given year to minute; None if it does not exist."""
    year, month, day, hour, minute = numbers
    if year not in YEARS:
        return None
    try:
        return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - local; the caller applies the zone
    except ValueError:
        return None


def unescape(value: str) -> str:
    """Return a TEXT value without escapes, on one line."""
    text = _ESCAPED.sub(lambda match: " " if match[1] in "nN" else match[1], value)
    return " ".join(text.split())


def find_zone(name: str) -> ZoneInfo | None:
    """Return the zone with an IANA name; None if there is none."""
    try:
        return ZoneInfo(name.strip())
    except (LookupError, ValueError, OSError):
        return None


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield the unfolded content lines, each with the number of its first line."""
    first, content = 0, ""
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if line[:1] in (" ", "\t") and first:
            content += line[1:]
            continue
        if content.strip():
            yield first, content
        first, content = number, line
    if content.strip():
        yield first, content
