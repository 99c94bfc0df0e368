"""Read the events of an iCalendar file (RFC 5545) for half a year."""

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from callout.errors import CommandError
from oncall.roster.daylight_saving import first_moment
from oncall.text import clean

#: As in a roster; other years are mistakes, or exceed the range of dates.
YEARS = range(2000, 2200)
#: Size limit in characters; a rota is much smaller.
MAX_CHARACTERS = 5_000_000
#: How far ahead events are imported, and how far back they may explain a rotation.
AHEAD, BACK = timedelta(weeks=26), timedelta(weeks=53)
MAX_LATE = timedelta(days=3650)
_FOLD = re.compile(rb"(?:\r\n|\n|\r)[ \t]")
_TIMES, _REPEATED = ("DTSTART", "DTEND", "RECURRENCE-ID"), ("EXDATE", "RDATE")


class Attendee(NamedTuple):
    """A participant of an event: name, if given, and address."""

    name: str
    address: str


class CalendarEvent(NamedTuple):
    """One occurrence of an event; `starts` and `until` are UTC, to the minute."""

    starts: datetime
    until: datetime
    series: str  # the same for all occurrences of an event
    summary: str
    attendees: tuple[Attendee, ...]  # without those who declined; the organizer if there are none


class Calendar(NamedTuple):
    """The events of a file from `since` to `until` (UTC), after earlier ones that show the past."""

    events: tuple[CalendarEvent, ...]
    timezones: tuple[str, ...]  # IANA names: the roster's, then others that the file uses
    since: datetime
    until: datetime
    ends: bool  # whether no event follows
    questions: tuple[str, ...]


def read_calendar(file: str, text: str, timezone: str | None, now: datetime) -> Calendar:
    """Read the events from `now` (with time zone), or the nearest half year that has any.

    Recurrences are expanded (RRULE, RDATE, EXDATE, RECURRENCE-ID); cancelled events are left out.
    Times without a zone, or with an unknown one, are in `timezone`, an IANA name, if it is given.
    Raise CommandError if the file cannot be read, with the line of the event.
    """
    import recurring_ical_events

    if timezone and _find_zone(timezone) is None:
        raise CommandError(f"unknown time zone {timezone!r}: use an IANA name like Europe/Berlin")
    if len(text) > MAX_CHARACTERS:
        raise CommandError(
            f"{file}: more than {MAX_CHARACTERS} characters: export a shorter period"
        )
    # Folding counts bytes, so it may split a character (RFC 5545, section 3.1).
    content = _FOLD.sub(b"", text.removeprefix("\ufeff").encode("utf-8", "surrogateescape"))
    unfolded = _decode_as_latin_1(content.decode("utf-8", "surrogateescape"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about guessed zones, which _Zones reports
        calendars = _parse(file, unfolded)
        begins = [
            f"{file}: line {line}"
            for line, content_line in enumerate(re.split(r"\r\n|\n|\r", text), start=1)
            if content_line.strip().upper() == "BEGIN:VEVENT"
        ]
        events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
        if not events:
            raise CommandError(
                f"{file}: the calendar has no events (VEVENT): export one that contains the shifts"
            )
        for place, event in zip(begins, events, strict=False):
            _require_valid(place, event)
        zones = _Zones(calendars, events, timezone)
        for place, event in zip(begins, events, strict=False):
            zones.apply(place, event)
        try:
            queries = [recurring_ical_events.of(calendar) for calendar in calendars]
            return _expand(file, queries, events, zones, now)
        except CommandError:
            raise
        except Exception as error:  # noqa: BLE001 - the libraries raise what they meet
            raise CommandError(
                f"{file}: its events cannot be expanded: {clean(str(error), 120)}: export it again"
            ) from None


def _decode_as_latin_1(text: str) -> str:
    """Decode the bytes that are not UTF-8 as Latin-1, which older exports use."""
    return "".join(
        chr(ord(character) - 0xDC00) if "\udc80" <= character <= "\udcff" else character
        for character in text
    )


def _parse(file: str, text: str) -> list[Any]:
    from icalendar import Calendar as Components

    begin = re.match(r"\s*BEGIN:VCALENDAR\s*$", text, re.IGNORECASE | re.MULTILINE)
    if not begin:
        raise CommandError(
            f"{file}: line 1: not iCalendar, which begins with BEGIN:VCALENDAR: export the"
            " calendar as an .ics file"
        )
    if not re.search(r"^END:VCALENDAR\s*\Z", text, re.IGNORECASE | re.MULTILINE):
        raise CommandError(f"{file}: incomplete: END:VCALENDAR is missing; export it again")
    try:
        calendars = Components.from_ical(text, multiple=True)
    except Exception as error:  # noqa: BLE001 - the library raises what it meets
        raise CommandError(
            f"{file}: not valid iCalendar: {clean(str(error), 120)}: export it again"
        ) from None
    return [calendar for calendar in calendars if calendar.name == "VCALENDAR"]


def _require_valid(place: str, event: Any) -> None:  # noqa: ANN401 - icalendar's properties are untyped
    """Raise CommandError for an event that the libraries would drop or never finish."""
    if "DTSTART" not in event:
        raise CommandError(
            f"{place}: the event has no DTSTART: add its start time, or delete the event"
        )
    for name in (*_TIMES, *_REPEATED, "DURATION", "RRULE"):
        if name not in (*_REPEATED, "RRULE") and isinstance(event.get(name), list):
            raise CommandError(f"{place}: the event has more than one {name}: delete one")
        try:
            for value in _values(event, name):
                _ = value.dts if hasattr(value, "dts") else value.to_ical()
        except Exception as error:  # noqa: BLE001 - icalendar raises for a broken property
            reason = clean(str(error).rpartition("): ")[2], 80)
            raise CommandError(f"{place}: {name}: {reason}: export the calendar again") from None
    for _, moment in _moments(event):
        if not isinstance(moment, timedelta) and moment.year not in YEARS:
            raise CommandError(f"{place}: the year {moment.year} is not plausible: correct it")
    for rule in _values(event, "RRULE"):
        frequency = str(rule.get("FREQ", [""])[0]).upper()
        if frequency not in ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY") or (
            len(rule.get("BYMINUTE", [])) + len(rule.get("BYSECOND", [])) > 1
        ):
            raise CommandError(
                f"{place}: RRULE repeats too often for a shift: use daily or longer recurrences"
            )


def _values(event: Any, name: str) -> list[Any]:  # noqa: ANN401
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def _moments(event: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    """Yield the objects that hold a time of an event, each with the time."""
    values = [value for name in _TIMES for value in _values(event, name)]
    values += [v for name in _REPEATED for value in _values(event, name) for v in value.dts]
    for value in values:
        yield value, value.dt[0] if isinstance(value.dt, tuple) else value.dt


def _tzid(value: Any) -> str:  # noqa: ANN401
    return str(value.params.get("TZID", "")) if hasattr(value, "params") else ""


class _Zones:
    """The time zones of a file: which a roster can name, and which its times are in."""

    def __init__(self, calendars: Iterable[Any], events: Sequence[Any], given: str | None) -> None:
        self.questions: list[str] = []
        self._given = _find_zone(given or "")
        starts = [event["DTSTART"] for event in events]
        used = Counter(
            (value.dt.tzinfo, _tzid(value))
            for value in starts
            if isinstance(value.dt, datetime) and value.dt.tzinfo
        )
        named = [self._name(zone, tzid) for (zone, tzid), _ in used.most_common()]
        names = [name for name in named if name not in ("", "UTC")]
        written = [str(calendar.get("X-WR-TIMEZONE", "")) for calendar in calendars]
        names += [zone.key for zone in map(_find_zone, [*written, *map(_tzid, starts)]) if zone]
        if not names and not given and not self.questions:
            self.questions.append(
                "the file has no time zone; UTC is assumed: use --timezone for another"
            )
        first = [self._given.key] if self._given else []
        self.names = tuple(dict.fromkeys([*first, *names, "UTC"]))
        self.default = ZoneInfo(self.names[0])
        for calendar in calendars:
            # With it, recurring_ical_events would move weekdays of rules in UTC to another zone.
            calendar.pop("X-WR-TIMEZONE", None)

    def apply(self, place: str, event: Any) -> None:  # noqa: ANN401
        """Give each time of an event a zone; raise CommandError for a zone that is unknown."""
        for value, moment in _moments(event):
            if not isinstance(moment, datetime) or moment.tzinfo:
                continue
            name = _tzid(value) or _tzid(event["DTSTART"])
            zone = (_find_zone(name) or self._given) if name else self.default
            if zone is None:
                raise CommandError(
                    f"{place}: unknown time zone {name[:40]!r}: use --timezone, for example"
                    " --timezone Europe/Berlin"
                )
            parts = value.dt if isinstance(value.dt, tuple) else (value.dt,)
            local = tuple(
                part.replace(tzinfo=zone) if isinstance(part, datetime) else part for part in parts
            )
            value.dt = local if isinstance(value.dt, tuple) else local[0]

    def _name(self, zone: tzinfo, tzid: str) -> str:
        """Return the IANA name of a zone; "" for one that only the file defines."""
        if known := zone if isinstance(zone, ZoneInfo) else _find_zone(tzid):
            return known.key
        self.questions.append(
            f"the file defines the time zone {tzid[:40]!r}: use --timezone for its IANA name, or"
            " handovers move when the clocks change"
        )
        return ""


def _find_zone(name: str) -> ZoneInfo | None:
    """Return the zone with an IANA name, a Windows name, or one with a prefix or number added."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    plain = re.sub(r"[ _]\d+$", "", name.strip().strip('"'))
    if plain.rpartition("/")[2].casefold() in ("utc", "gmt", "z"):
        return ZoneInfo("UTC")
    parts = plain.split("/")
    candidates = [WINDOWS_TO_OLSON.get(plain, plain)]
    candidates += ["/".join(parts[start:]) for start in range(1, len(parts) - 1)]
    for candidate in candidates:
        with suppress(LookupError, ValueError, OSError):
            return ZoneInfo(candidate)
    return None


def _expand(
    file: str, queries: Sequence[Any], events: Sequence[Any], zones: _Zones, now: datetime
) -> Calendar:
    """Return the occurrences of the half year from `now`, or of the nearest one that has any."""

    def between(start: datetime, end: datetime) -> list[CalendarEvent]:
        found = [item for query in queries for item in query.between(start, end)]
        return [event for item in found if (event := _event(item, zones.default))]

    questions = list(zones.questions)
    first = min(_moment(event["DTSTART"].dt, zones.default) for event in events)
    since = now.astimezone(UTC).replace(second=0, microsecond=0)
    coming = between(since, since + AHEAD)
    if not coming and (later := between(since, since + MAX_LATE)):
        since = min(event.starts for event in later)
        coming = between(since, since + AHEAD)
    if not coming:
        past = between(max(first, since - MAX_LATE), since) if first < since else []
        if not past:
            raise CommandError(f"{file}: all events are cancelled or long past: export others")
        last = max(event.until for event in past)
        since = max(last - AHEAD, min(event.starts for event in past))
        coming = between(since, last)
    last = max(event.until for event in coming)
    ends = last < since + AHEAD and not between(since + AHEAD, since + 2 * AHEAD)
    until = last if ends else since + AHEAD
    order = {str(event.get("UID", "")): place for place, event in reversed([*enumerate(events)])}
    begin = max(first, since - BACK)
    history = between(begin, since) if begin < since else []
    found = sorted(
        {*history, *coming},
        key=lambda event: (order.get(event.series, 0), event.starts, event.summary),
    )
    begins = max(since, min(event.starts for event in coming))
    return Calendar(tuple(found), zones.names, begins, until, ends, tuple(questions))


def _event(item: Any, zone: tzinfo) -> CalendarEvent | None:  # noqa: ANN401
    """Return an occurrence; None if it is cancelled or empty."""
    starts, until = (_moment(moment, zone) for moment in (item.start, item.end))
    if str(item.get("STATUS", "")).upper() == "CANCELLED" or until <= starts:
        return None
    people = [
        value
        for value in _values(item, "ATTENDEE")
        if value.params.get("PARTSTAT", "").upper() != "DECLINED"
        and value.params.get("CUTYPE", "").upper() not in ("RESOURCE", "ROOM")
    ] or _values(item, "ORGANIZER")
    # Each line may be a name.
    summary = clean(" / ".join(str(*_values(item, "SUMMARY")[:1]).strip().splitlines()))
    attendees = tuple(
        Attendee(
            clean(str(value.params.get("CN", ""))), clean(re.sub("(?i)^mailto:", "", str(value)))
        )
        for value in people
    )
    return CalendarEvent(starts, until, str(item.get("UID", "")), summary, attendees)


def _moment(moment: date, zone: tzinfo) -> datetime:
    """Return a date or time as a moment (UTC), to the minute; a date is its midnight in a zone."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, datetime.min.time())
    local = moment.replace(second=0, microsecond=0)
    return local.astimezone(UTC) if local.tzinfo else first_moment(local, zone)
