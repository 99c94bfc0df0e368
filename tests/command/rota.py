"""Calendars and lists of people, as programs export them."""

#: As calendars export it: folded lines, quoted parameters, escapes, a zone's own definition.
ROTA = """\
BEGIN:VCALENDAR
VERSION:2.0
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID="Europe/Berlin":20260105T090000
DTEND;TZID=Europe/Berlin:20260112T090000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO
SUMMARY:On call: A
 na
BEGIN:VALARM
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VEVENT
DTSTART:20260112T080000Z
DURATION:P1W
RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20270101T000000Z
SUMMARY:On call: Li\\, Wei
END:VEVENT
END:VCALENDAR
"""
PEOPLE = """\
Name;Phone;Language
Ana;+1 415 555 0132;en-US
Ana;+14155550178
"Li, Wei";+8613800138000;zh-CN
"""


def event(starts: str, ends: str, who: str, *more: str) -> str:
    """Give a VEVENT; the times with what parameters they have."""
    lines = ["BEGIN:VEVENT", f"DTSTART{starts}", f"DTEND{ends}", f"SUMMARY:{who}", *more]
    return "\r\n".join([*lines, "END:VEVENT"])


def rota(*events: str) -> str:
    """Give a calendar of events."""
    return "\r\n".join(["BEGIN:VCALENDAR", *events, "END:VCALENDAR", ""])
