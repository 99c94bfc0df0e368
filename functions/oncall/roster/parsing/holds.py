"""Parse the quiet hours and mutes of a roster: what makes an incident wait."""

from datetime import datetime
from zoneinfo import ZoneInfo

from oncall.incident import SEVERITIES
from oncall.roster.daylight_saving import wall_clock
from oncall.roster.defaults_and_limits import MAX_MUTE, MAX_MUTE_TEXT_LENGTH
from oncall.roster.hours import EXAMPLE as HOURS_EXAMPLE
from oncall.roster.hours import Hours, HoursError, never_end, parse_hours
from oncall.roster.model import Mute, QuietHours
from oncall.roster.parsing.errors import quote
from oncall.roster.parsing.field_reader import FieldReader, field_of
from oncall.roster.parsing.yaml_nodes import Node, Text
from oncall.text import clean

#: Keys of quiet hours and of a mute, each with an example value.
QUIET_HOURS = {
    "severities": "[low, medium]",
    "hours": HOURS_EXAMPLE,
    "timezone": "America/New_York",
}
QUIET_HOURS_REQUIRED = ("severities", "hours")
MUTE = {
    "match": "prod-batch-*",
    "from": "2026-12-01T09:00",
    "until": "2026-12-01T11:00",
    "reason": "migration of the batch hosts",
}
MUTE_REQUIRED = ("match", "until", "reason")
QUIET_HOURS_EXAMPLE, MUTES_EXAMPLE = (
    f"[{{{', '.join(f'{key}: {example[key]}' for key in keys)}}}]"
    for example, keys in ((QUIET_HOURS, QUIET_HOURS_REQUIRED), (MUTE, MUTE_REQUIRED))
)
#: The severities that can wait.
QUIET_SEVERITIES = tuple(severity for severity in SEVERITIES if severity != "critical")


class HoldParser:
    """Parses quiet hours and mutes; problems are reported to the reader.

    `timezone` is the roster's; `now` is as in `parse`.
    """

    def __init__(self, reader: FieldReader, timezone: str, now: datetime | None) -> None:
        self._reader = reader
        self._timezone = timezone
        self._latest = now and wall_clock(ZoneInfo(timezone), now) + MAX_MUTE

    def quiet_hours(self, node: Node | None) -> tuple[QuietHours, ...]:
        """Return the quiet hours, which must not cover the week."""
        if node is None:
            return ()
        items = self._reader.items(node, "quiet_hours", QUIET_HOURS_EXAMPLE)
        quiet_hours = [self._quiet_hours(item, field) for field, item in items]
        valid = tuple(quiet for quiet in quiet_hours if quiet)
        if len(valid) == len(quiet_hours):
            self._reject_never_ending(node, valid)
        return valid

    def mutes(self, node: Node | None) -> tuple[Mute, ...]:
        """Return the mutes."""
        if node is None:
            return ()
        items = self._reader.items(node, "mutes", MUTES_EXAMPLE)
        mutes = [self._mute(item, field) for field, item in items]
        return tuple(mute for mute in mutes if mute)

    def _quiet_hours(self, node: Node, field: str) -> QuietHours | None:
        values = self._reader.table(node, field, QUIET_HOURS, QUIET_HOURS_REQUIRED)
        severities: tuple[str, ...] = ()
        hours: tuple[Hours, ...] = ()
        timezone = self._timezone
        if "severities" in values:
            severities = self._severities(values["severities"], field_of(field, "severities"))
        if "hours" in values:
            hours = read_hours(self._reader, values["hours"], field_of(field, "hours"))
        if "timezone" in values:
            zone_field = field_of(field, "timezone")
            timezone = self._reader.time_zone(values["timezone"], zone_field) or timezone
        return QuietHours(severities, hours, timezone) if severities and hours else None

    def _severities(self, node: Node, field: str) -> tuple[str, ...]:
        severities = []
        for place, item in self._reader.items(node, field, QUIET_HOURS["severities"]):
            severity = self._reader.one_of(item, place, SEVERITIES)
            if severity in QUIET_SEVERITIES:
                severities.append(severity)
            elif severity:
                self._reader.reject(item, place, f"{severity} never waits; remove it")
        return tuple(dict.fromkeys(severities))

    def _reject_never_ending(self, node: Node, quiet_hours: tuple[QuietHours, ...]) -> None:
        for severity in QUIET_SEVERITIES:
            windows = [
                (hours, ZoneInfo(quiet.timezone))
                for quiet in quiet_hours
                if severity in quiet.severities
                for hours in quiet.hours
            ]
            if never_end(windows):
                message = f"cover the whole week for {severity}, which would wait forever"
                self._reader.reject(node, "quiet_hours", f"{message}; leave some hours")

    def _mute(self, node: Node, field: str) -> Mute | None:
        values = self._reader.table(node, field, MUTE, MUTE_REQUIRED)
        match, reason = (
            self._mute_text(values[key], field_of(field, key), MUTE[key]) if key in values else None
            for key in ("match", "reason")
        )
        starts, until = (
            self._reader.local_time(values[key], field_of(field, key)) if key in values else None
            for key in ("from", "until")
        )
        if until is None or ("from" in values and starts is None):
            return None
        if problem := self._until_problem(starts, until):
            self._reader.reject(values["until"], field_of(field, "until"), problem)
            return None
        return Mute(match, starts or until - MAX_MUTE, until, reason) if match and reason else None

    def _until_problem(self, starts: datetime | None, until: datetime) -> str:
        latest = starts + MAX_MUTE if starts else self._latest
        if starts and until <= starts:
            return "is not after `from`; write a later time"
        if latest and until > latest:
            fix = f"write {latest:%Y-%m-%dT%H:%M} or earlier"
            start = "`from`" if starts else "now"
            return f"is more than {MAX_MUTE.days} days after {start}; {fix}"
        return ""

    def _mute_text(self, node: Node, field: str, example: str) -> str | None:
        text = self._reader.text(node, field, f"a text, such as {example}")
        if text is None:
            return None
        if len(text) > MAX_MUTE_TEXT_LENGTH:
            message = f"has {len(text)} characters; write at most {MAX_MUTE_TEXT_LENGTH}"
        elif cleaned := clean(text, MAX_MUTE_TEXT_LENGTH):
            return cleaned  # as the texts of incidents, which a pattern must match
        else:
            message = f"has no visible characters; write a text, such as {example}"
        self._reader.reject(node, field, message)
        return None


def read_hours(reader: FieldReader, node: Node, field: str) -> tuple[Hours, ...]:
    """Return the hours in a list, or in one text; none if one of them is rejected."""
    items = [(field, node)] if _has_text(node) else reader.items(node, field, HOURS_EXAMPLE)
    hours = []
    for place, item in items:
        text = reader.text(item, place, "hours, such as 22:00-07:00")
        if text is None:
            continue
        try:
            hours.append(parse_hours(text))
        except HoursError as error:
            reader.reject(item, place, f"is {quote(text)}; {error}")
    return tuple(hours) if len(hours) == len(items) else ()


def _has_text(node: Node) -> bool:
    return isinstance(node, Text) and bool(node.value.strip())
