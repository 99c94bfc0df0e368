"""`callout roster import --ics` calls whom the calendar has on call, or lists the difference."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callout.errors import CommandError
from callout.roster.importing.calendar_schedule import import_calendar
from callout.roster.importing.contacts_csv import read_contacts
from callout.roster.importing.roster_writer import ImportedContact, write_roster
from oncall.roster.daylight_saving import first_moment
from oncall.roster.parsing.parser import parse
from oncall.roster.schedule import person_for

if TYPE_CHECKING:
    from oncall.roster.model import Contact, Roster

NOW = datetime(2026, 11, 29, 2, tzinfo=UTC)
CALENDARS = Path(__file__).parents[1] / "fixtures/calendars"
BERLIN = ZoneInfo("Europe/Berlin")
DIFFERENCE = re.compile(
    r"(?:(?P<layer>[\w ]+): )?(?P<starts>\S+ \S+) to (?P<until>\S+ \S+?)"
    r"(?: and \d+ more times until (?P<last>\S+ \S+))?:"
    r" the calendar has (?P<expected>.*), the roster calls (?P<actual>.*)"
)


def event(starts: str, ends: str, person: str, *more: str) -> str:
    """Return a VEVENT; the times include their parameters."""
    lines = ["BEGIN:VEVENT", f"DTSTART{starts}", f"DTEND{ends}", f"SUMMARY:{person}", *more]
    if not any(line.startswith("UID") for line in more):
        lines.append(f"UID:{starts}{person}")
    return "\r\n".join([*lines, "END:VEVENT"])


def rota(*events: str) -> str:
    """Return a calendar of events."""
    return "\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR", ""])


class Imported(NamedTuple):
    """An imported calendar."""

    roster: Roster
    text: str
    questions: tuple[str, ...]

    def on_call(self, at: str | datetime) -> list[str]:
        """Return who is called at a moment, or a time in the roster's zone, for each rotation."""
        zone = ZoneInfo(self.roster.timezone)
        moment = datetime.fromisoformat(at).replace(tzinfo=zone) if isinstance(at, str) else at
        people: list[Contact | None] = [
            person_for(self.roster, rotation.name, moment) for rotation in self.roster.rotations
        ]
        return [person.name for person in people if person is not None]

    def explains(self, at: datetime, expected: str, actual: str) -> bool:
        """Return whether a question lists a difference that includes a moment."""
        zone = ZoneInfo(self.roster.timezone)
        for match in filter(None, map(DIFFERENCE.fullmatch, self.questions)):
            starts, until = (
                datetime.fromisoformat(text).replace(tzinfo=zone)
                for text in (match["starts"], match["last"] or match["until"])
            )
            people = (match["expected"], match["actual"])
            if starts <= at <= until + timedelta(hours=1) and people == (expected, actual):
                return True
        return False


def imported(text: str, timezone: str | None = None, now: datetime = NOW) -> Imported:
    """Return the roster of a calendar, with numbers added."""
    made = import_calendar("rota.ics", text, timezone, now)
    people = [
        ImportedContact(name, [f"+1415555{number:04}"]) for number, name in enumerate(made.people)
    ]
    shown = write_roster(["rota.ics"], people, made)
    return Imported(parse(shown, limit_bytes=100_000), shown, made.questions)


def imported_file(name: str, now: datetime = NOW) -> Imported:
    """Return the roster of a calendar in tests/fixtures/calendars."""
    content = (CALENDARS / f"{name}.ics").read_bytes()
    return imported(content.decode("utf-8", "surrogateescape"), now=now)


@pytest.mark.parametrize(
    ("name", "timezone", "members", "starts", "every"),
    [
        ("four-weeks", "Europe/Berlin", "Ana Bo Cy Di", "2026-01-04T14:00", 7),
        ("swap", "Europe/Berlin", "Ana Bo", "2026-11-02T09:00", 7),
        ("all-day", "Asia/Shanghai", "Ana Bo Cy", "2026-11-29T00:00", 7),
        ("all-day-no-dtend", "Asia/Shanghai", "Ana Bo", "2026-11-30T00:00", 1),
        ("all-day-exdate", "Europe/Berlin", "Ana Bo", "2026-11-30T00:00", 7),
        ("google-utc", "Asia/Taipei", "Ana Bo", "2026-11-30T09:00", 7),
        ("until-midnight", "America/Los_Angeles", "Ana Bo", "2026-11-02T18:00", 1),
        ("utc-across-dst", "America/New_York", "Ana Bo", "2026-10-12T09:00", 7),
        ("outlook", "Europe/Berlin", "Ana Bo", "2026-11-30T09:00", 7),
        ("two-layers", "Europe/Berlin", "Ana Bo Cy", "2026-11-30T09:00", 7),
        ("two-names", "Europe/Berlin", "Ana Bo Cy", "2026-11-30T09:00", 7),
    ],
)
def test_calendar_becomes_a_rotation(
    name: str, timezone: str, members: str, starts: str, every: int
) -> None:
    roster = imported_file(name).roster
    rotation = roster.rotations[0]
    assert (rotation.name, roster.timezone) == ("primary", timezone)
    assert rotation.members == tuple(members.split())
    assert rotation.starts == datetime.fromisoformat(starts)
    assert rotation.every == timedelta(days=every)


@pytest.mark.parametrize("name", ["two-layers", "two-names"])
def test_two_people_at_once_become_two_rotations(name: str) -> None:
    made = imported_file(name)
    assert "\nescalation: [primary, secondary]\n" in made.text
    assert made.roster.rotations[1].members == ("Bo", "Cy", "Ana")
    assert [contact.name for contact in made.roster.contacts] == ["Ana", "Bo", "Cy"]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        (
            "swap",
            "2026-12-14 09:00 to 2026-12-21 09:00: the calendar has nobody, the roster calls Ana",
        ),
        (
            "all-day-exdate",
            "2026-12-14 00:00 to 2026-12-21 00:00: the calendar has nobody, the roster calls Ana",
        ),
        (
            "google-utc",
            "the calendar begins 2026-11-30 09:00; the roster calls the same people in turn before",
        ),
        ("all-day", "the calendar ends 2026-12-20 00:00; the rotation continues"),
        ("all-day", "primary: the rotation is assumed to restart after Cy"),
        ("until-midnight", "the calendar ends 2026-12-02 18:00; the rotation continues"),
        (
            "utc-across-dst",
            "all events are in the past: the last ends 2026-11-09 09:00; the rotation continues",
        ),
    ],
)
def test_what_a_rotation_cannot_express_is_asked(name: str, question: str) -> None:
    made = imported_file(name)
    assert question in made.questions
    assert f"# To decide: {question}\n" in made.text


def test_calendar_that_a_rotation_expresses_leaves_no_question() -> None:
    assert imported_file("four-weeks").questions == ()


def test_swapped_week_becomes_an_override() -> None:
    made = imported_file("swap")
    weeks = [made.on_call(f"{day}T10:00") for day in ("2026-11-30", "2026-12-07", "2026-12-28")]
    assert weeks == [["Cy"], ["Bo"], ["Ana"]]
    [override] = made.roster.overrides
    assert (override.replaced, override.substitute) == ("primary", "Cy")


@pytest.mark.parametrize(
    "pattern",
    [
        "{}",
        "On call: {}",
        "{} - on-call",
        "{} (Team {})",
        "Platform | {} | SRE",
        "[L1] {}",
        "{} on call",
        "{} is on call",
        "{}, on-call",
        "{}'s shift",
        "🔥 {}",
        "Primary on-call: {} <{}@rota.example>",
    ],
)
def test_names_are_found_beside_labels(pattern: str) -> None:
    first = datetime(2026, 11, 30, 9)  # noqa: DTZ001 (a local time)
    weeks = [first + timedelta(weeks=week) for week in range(5)]
    made = imported(
        rota(
            *(
                event(
                    f":{week:%Y%m%dT%H%M%S}", f":{end:%Y%m%dT%H%M%S}", pattern.format(who, who[0])
                )
                for week, end, who in zip(weeks, weeks[1:], ["Ana Li", "Bo Ek"] * 2, strict=False)
            )
        ),
        "Europe/Berlin",
    )
    assert [contact.name for contact in made.roster.contacts] == ["Ana Li", "Bo Ek"]


@pytest.mark.parametrize("between", [" | ", "\\n"])
def test_fields_or_lines_that_change_places_are_people(between: str) -> None:
    weeks = [f":202612{day}T090000" for day in ("07", "14", "21", "28")]
    pairs = (["Ana", "Bo"], ["Bo", "Cy"], ["Cy", "Ana"])
    events = [
        event(*times, between.join(pair))
        for *times, pair in zip(weeks, weeks[1:], pairs, strict=False)
    ]
    made = imported(rota(*events), "Europe/Berlin")
    days = [f"2026-12-{day}T12:00" for day in ("07", "14", "21")]
    assert [made.on_call(day) for day in days] == list(pairs)


def test_people_come_from_attendees_where_the_summary_names_nobody() -> None:
    made = imported_file("folded")
    assert [contact.name for contact in made.roster.contacts] == [
        "Müller-Łukasiewicz, Ana",
        "Bo Ødegård",
        "x 李伟",
    ]
    assert made.roster.rotations[0].hours == ()  # three days do not say that others are free


@pytest.mark.parametrize(
    ("name", "members", "every", "hours"),
    [
        ("three-weekdays", "Ana Bo Cy", 1, "Mon-Fri 09:00-19:00"),
        ("by-rule", "Ana Bo", 1, "Mon-Fri 09:00-19:00"),
        ("weekend-wkst-mo", "Ana Bo", 7, "Sat-Sun 00:00-24:00"),
    ],
)
def test_hours_that_the_calendar_leaves_out_are_off_duty(
    name: str, members: str, every: int, hours: str
) -> None:
    [rotation] = imported_file(name).roster.rotations
    assert (rotation.members, rotation.every) == (tuple(members.split()), timedelta(days=every))
    assert list(map(str, rotation.hours)) == [hours]


def test_day_and_night_become_rotations_with_hours() -> None:
    rule = "RRULE:FREQ=DAILY;INTERVAL=2"
    made = imported(
        rota(
            event(":20261130T080000", ":20261130T200000", "Ana", rule),
            event(":20261201T080000", ":20261201T200000", "Bo", rule),
            event(":20261130T200000", ":20261201T080000", "Cy", "RRULE:FREQ=DAILY"),
        ),
        "Europe/Berlin",
    )
    assert made.roster.escalation[0].name == "primary"
    times = ("11-30T09:00", "11-30T21:00", "12-01T09:00", "12-02T07:00", "12-02T09:00")
    assert [made.on_call(f"2026-{time}") for time in times] == [
        [name] for name in ("Ana", "Cy", "Bo", "Cy", "Ana")
    ]


def test_weekdays_follow_each_other() -> None:
    made = imported_file("three-weekdays")
    days = [f"2026-{day}T12:00" for day in ("11-30", "12-01", "12-02", "12-03", "12-04", "12-07")]
    assert [made.on_call(day) for day in days] == [
        [name] for name in ["Ana", "Bo", "Cy", "Ana", "Bo", "Cy"]
    ]


@pytest.mark.parametrize(("wkst", "sunday"), [("MO", "Ana"), ("SU", "Bo")])
def test_the_first_day_of_the_week_decides_which_sunday(wkst: str, sunday: str) -> None:
    text = (CALENDARS / "weekend-wkst-mo.ics").read_text()
    made = imported(text.replace("WKST=MO", f"WKST={wkst}"))
    assert made.on_call("2026-12-12T12:00") == ["Ana"]
    assert made.on_call("2026-12-13T12:00") == [sunday]


def test_weekday_of_a_rule_in_utc_is_not_moved() -> None:
    made = imported(
        rota(
            "X-WR-TIMEZONE:America/New_York",
            event(
                ":20261201T010000Z",
                ":20261208T010000Z",
                "Ana",
                "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            ),
            event(
                ":20261208T010000Z",
                ":20261215T010000Z",
                "Bo",
                "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
            ),
        )
    )
    moments = [
        datetime(2026, 12, 8, hour, minute, tzinfo=UTC) for hour, minute in ((0, 59), (1, 0))
    ]
    assert [made.on_call(moment) for moment in moments] == [["Ana"], ["Bo"]]
    assert (
        "primary: the calendar repeats in UTC: the handover at 2026-11-30 20:00 in"
        " America/New_York moves when the clocks change"
    ) in made.questions


BERLIN_CLOCK = """\
BEGIN:VTIMEZONE
TZID:Customized Time Zone 1
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE"""


@pytest.mark.parametrize(
    ("zone", "definition", "expected"),
    [
        ("Customized Time Zone 1", BERLIN_CLOCK, None),
        ("W. Europe Standard Time", "", "Europe/Berlin"),
        ("Eastern Standard Time 1", "", "America/New_York"),
        ("/freeassociation.sourceforge.net/Europe/Rome", "", "Europe/Rome"),
        ("/mozilla.org/20050126_1/America/Argentina/Salta", "", "America/Argentina/Salta"),
        ("tzone://Microsoft/Utc", "", "UTC"),
    ],
)
def test_zone_is_found_by_other_names_and_by_its_definition(
    zone: str, definition: str, expected: str | None
) -> None:
    times = (f';TZID="{zone}":202611{day}T090000' for day in (23, 30))
    made = imported(rota(*([definition] if definition else []), event(*times, "Ana")), None)
    at = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo(expected or "Europe/Berlin"))
    assert made.roster.rotations[0].starts.replace(tzinfo=ZoneInfo(made.roster.timezone)) == at
    assert made.roster.timezone == (expected or made.roster.timezone)


def test_cancelled_events_declined_invitations_and_rooms_are_left_out() -> None:
    rule = "RRULE:FREQ=WEEKLY"
    guests = [
        "ATTENDEE;CN=Room 1;CUTYPE=ROOM:mailto:room@rota.example",
        "ATTENDEE;CN=Bo;PARTSTAT=DECLINED:mailto:bo@rota.example",
        "ATTENDEE;CN=Ana:mailto:ana@rota.example",
    ]
    made = imported(
        rota(
            event(":20261130T090000", ":20261207T090000", "On call", rule, *guests),
            event(":20261130T090000", ":20261207T090000", "Cy", rule, "STATUS:CANCELLED"),
        ),
        "Europe/Berlin",
    )
    assert [contact.name for contact in made.roster.contacts] == ["Ana"]


def test_higher_level_of_grafana_replaces_the_lower() -> None:
    made = imported(
        rota(
            event(":20261130T090000", ":20261207T090000", "[L1] Ana", "RRULE:FREQ=WEEKLY"),
            event(":20261209T090000", ":20261210T090000", "[L2] Bo"),
        ),
        "Europe/Berlin",
    )
    assert made.on_call("2026-12-09T10:00") == ["Bo"]
    assert made.on_call("2026-12-10T10:00") == ["Ana"]


def test_overlap_is_listed_and_not_dropped_silently() -> None:
    made = imported(
        rota(
            event(":20261130T090000", ":20261207T090000", "Ana", "RRULE:FREQ=WEEKLY"),
            event(":20261209T090000", ":20261210T090000", "Bo"),
        ),
        "Europe/Berlin",
    )
    assert "2026-12-09 09:00 to 2026-12-10 09:00: Bo overlaps Ana; Bo is omitted" in made.questions


def test_irregular_calendar_becomes_overrides() -> None:
    people = [{"A": "Ana", "B": "Bo", "C": "Cy"}[key] for key in "ABAACABBACCABAACBA"]
    first = datetime(2026, 11, 30, 9)  # noqa: DTZ001 (a local time)
    days = [first + timedelta(days=day) for day in range(len(people) + 1)]
    text = rota(
        *(
            event(f":{day:%Y%m%dT%H%M%S}", f":{end:%Y%m%dT%H%M%S}", who)
            for day, end, who in zip(days, days[1:], people, strict=False)
        )
    )
    made = imported(text, "Europe/Berlin")
    assert (
        "primary: no rotation explains the events: Ana is called if no override applies"
        in made.questions
    )
    assert [made.on_call(day.isoformat()) for day in days[:-1]] == [[who] for who in people]


def test_contact_list_joins_email_addresses_and_short_names() -> None:
    contacts = [
        ImportedContact("Ana Müller", ["+14155550132"], aliases=("ana@rota.example",)),
        ImportedContact("Li, Wei", ["+8613800138000"]),
        ImportedContact("Bo Ek", ["+14155550178"]),
    ]
    text = rota(
        event(":20261130", ":20261201", "ana@rota.example"),
        event(":20261201", ":20261202", "Li\\, Wei"),
        event(":20261202", ":20261203", "Bo"),
        event(":20261203", ":20261204", "On call", "ATTENDEE;CN=Ana M:mailto:ana@rota.example"),
    )
    made = import_calendar("rota.ics", text, "UTC", NOW, contacts)
    assert made.rotations["primary"].members == ("Ana Müller", "Li, Wei", "Bo Ek")
    assert "'Bo' in the calendar is assumed to be 'Bo Ek'" in made.questions


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "line 1: not iCalendar, which begins with BEGIN:VCALENDAR"),
        ("name,phone\n", "line 1: not iCalendar, which begins with BEGIN:VCALENDAR"),
        (rota(), "the calendar has no events"),
        (
            rota(event(":20260105", ":20260112", "Ana")).partition("SUMMARY")[0],
            "incomplete: END:VCALENDAR is missing",
        ),
        (rota("BEGIN:VEVENT", "SUMMARY:Ana", "END:VEVENT"), "line 2: the event has no DTSTART"),
        (
            rota(event(":20260105", ":20260106", "Ana", "DTEND:20260107")),
            "line 2: the event has more than one DTEND: delete one",
        ),
        (rota(event(":20260231", ":20260301", "Ana")), "line 2: DTSTART: "),
        (rota(event(":19260201", ":19260301", "Ana")), "line 2: the year 1926 is not plausible"),
        (
            rota(event(":20260105", ":20260106", "Ana", "RRULE:FREQ=SECONDLY")),
            "line 2: RRULE repeats too often",
        ),
        (
            rota(
                event(":20260105", ":20260106", "Ana"),
                event(";TZID=Office:20260105T090000", ":20260106T090000", "Ana"),
            ),
            "line 8: unknown time zone 'Office': use --timezone, for example",
        ),
        (
            rota(event(":20260105", ":20260106", "Ana", "STATUS:CANCELLED")),
            "all events are cancelled or long past",
        ),
        (rota(event(":20260105", ":20260106", "On call")), "no event names a person"),
    ],
)
def test_invalid_calendar_is_one_line_with_its_place(text: str, error: str) -> None:
    with pytest.raises(CommandError) as refused:
        import_calendar("rota.ics", text, None, NOW)
    assert str(refused.value).startswith(f"rota.ics: {error}")
    assert len(str(refused.value).splitlines()) == 1


def test_timezone_option_replaces_an_unknown_zone() -> None:
    text = rota(event(";TZID=Office:20261130T090000", ";TZID=Office:20261207T090000", "Ana"))
    made = imported(text, "Europe/Berlin")
    assert made.roster.rotations[0].starts == datetime(2026, 11, 30, 9)  # noqa: DTZ001 (a local time)


class Plan(NamedTuple):
    """A rotation as a calendar, and who is on call in each of its turns."""

    text: str
    turns: list[tuple[datetime, datetime, str]]  # UTC; "" for nobody


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A rotation with swaps, absences and cancelled turns, as series or as single events."""
    zone = ZoneInfo(draw(st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai"])))
    members = draw(st.permutations(["Ana", "Bo", "Cy", "Di"]))[: draw(st.integers(1, 4))]
    every = timedelta(days=draw(st.sampled_from([1, 2, 7, 7, 14])))
    length = every
    if every.days == 1 and draw(st.booleans()):
        length = timedelta(hours=draw(st.integers(1, 23)))  # on duty for a part of each day
    number = 364 // every.days // draw(st.sampled_from([1, 2]))
    hour = draw(st.integers(0, 23))
    first = datetime(2026, 11, 1, hour) + timedelta(days=draw(st.integers(0, 40)))  # noqa: DTZ001
    deviations = draw(
        st.dictionaries(
            st.integers(0, number - 1),
            st.sampled_from(["Ana", "Bo", "Cy", "Eve", "", "cancelled"]),
            max_size=number // 8,
        )
    )
    series = draw(st.booleans())
    lines: list[str] = []
    turns: list[tuple[datetime, datetime, str]] = []
    tzid = f";TZID={zone.key}"
    stamp = f"{tzid}:%Y%m%dT%H%M%S"
    excluded: dict[int, list[str]] = {place: [] for place in range(len(members))}
    for turn in range(number):
        starts, place = first + turn * every, turn % len(members)
        ends = starts + length
        person = deviations.get(turn, members[place])
        times = (starts.strftime(stamp), ends.strftime(stamp))
        if series and person == "":
            excluded[place].append(starts.strftime(f"EXDATE{stamp}"))
        elif series and turn in deviations:
            more = [f"UID:{place}", starts.strftime(f"RECURRENCE-ID{stamp}")]
            more += ["STATUS:CANCELLED"] if person == "cancelled" else []
            lines.append(event(*times, person, *more))
        elif not series and person not in ("", "cancelled"):
            lines.append(event(*times, person))
        turns.append(
            (first_moment(starts, zone), first_moment(ends, zone), person.removeprefix("cancelled"))
        )
        if length < every:
            turns.append((first_moment(ends, zone), first_moment(starts + every, zone), ""))
    if series:
        for place, member in enumerate(members):
            starts = first + place * every
            count = (number - place - 1) // len(members) + 1
            rule = f"RRULE:FREQ=DAILY;INTERVAL={every.days * len(members)};COUNT={count}"
            lines.append(
                event(
                    starts.strftime(stamp),
                    (starts + length).strftime(stamp),
                    member,
                    f"UID:{place}",
                    rule,
                    *excluded[place],
                )
            )
    return Plan(rota(*lines), turns)


@settings(deadline=None, max_examples=15)
@given(plan=plans(), data=st.data())
def test_roster_calls_the_person_in_the_calendar_or_lists_the_difference(
    plan: Plan, data: st.DataObject
) -> None:
    if not any(person and until > NOW for _, until, person in plan.turns):
        return
    made = imported(plan.text)
    begins = min(starts for starts, until, person in plan.turns if person and until > NOW)
    ends = max(until for _, until, person in plan.turns if person)
    for _ in range(12):
        starts, until, expected = data.draw(st.sampled_from(plan.turns))
        at = starts + (until - starts) * data.draw(st.sampled_from([0, 0.01, 0.5, 0.99]))
        if max(NOW, begins) <= at < min(ends, NOW + timedelta(weeks=26)):
            called = " and ".join(made.on_call(at)) or "nobody"
            same = called == (expected or "nobody")
            assert same or made.explains(at, expected or "nobody", called), (at, expected, called)


def test_rotation_with_a_few_deviations_stays_a_rotation() -> None:
    first = datetime(2026, 11, 30, 9)  # noqa: DTZ001 (a local time)
    people = ["Ana", "Bo", "Cy"] * 8
    people[4], people[5], people[9] = "Cy", "Bo", "Eve"
    weeks = [first + timedelta(weeks=week) for week in range(25)]
    text = rota(
        *(
            event(f":{week:%Y%m%dT%H%M%S}", f":{end:%Y%m%dT%H%M%S}", who)
            for week, end, who in zip(weeks, weeks[1:], people, strict=False)
        )
    )
    made = imported(text, "Europe/Berlin")
    assert made.roster.rotations[0].members == ("Ana", "Bo", "Cy")
    assert [override.substitute for override in made.roster.overrides] == ["Cy", "Bo", "Eve"]


PIECES = st.sampled_from(
    [*'\r\n;:,="\\ \t\0\x85é📞', "BEGIN:VEVENT", "END:VEVENT", "T25", "P9W", "9999"]
)
CASES: list[Any] = [(CALENDARS / f"{name}.ics").read_text("utf-8") for name in ("swap", "outlook")]


@settings(deadline=None, max_examples=150)
@given(
    text=st.sampled_from([*CASES, 'Name;Phone\nAna;+1 415 555 0132\n"Li, Wei";+8613800138000\n']),
    edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), PIECES), max_size=4),
)
def test_malformed_file_is_imported_or_rejected_in_one_line(
    text: str, edits: list[tuple[float, int, str]]
) -> None:
    for place, length, piece in edits:
        start = int(place * len(text))
        text = text[:start] + piece + text[start + length :]
    try:
        made = import_calendar("rota.ics", text, None, NOW)
    except CommandError as refused:
        assert len(str(refused).splitlines()) == 1  # noqa: PT017 (both results are valid)
    else:
        assert write_roster(["rota.ics"], [], made).startswith("# Imported from rota.ics")
    try:
        people = read_contacts("people.csv", text, ("en-US", "zh-CN"))
    except CommandError as refused:
        assert len(str(refused).splitlines()) == 1  # noqa: PT017
    else:
        assert write_roster(["people.csv"], people).startswith("# Imported from people.csv")
