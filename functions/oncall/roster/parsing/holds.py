"""Parse the quiet hours and mutes of a roster: what makes an incident wait."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from oncall.incident import SEVERITIES
from oncall.roster.daylight_saving import wall_clock
from oncall.roster.defaults_and_limits import MAX_MUTE, MAX_MUTE_TEXT_LENGTH
from oncall.roster.hours import EXAMPLE as HOURS_EXAMPLE
from oncall.roster.hours import Hours, HoursError, never_end, parse_hours
from oncall.roster.model import Mute, QuietHours
from oncall.roster.parsing.errors import quote
from oncall.roster.parsing.field_reader import FieldReader, field_of, list_example
from oncall.roster.parsing.yaml_nodes import Listing, Node, Text
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
QUIET_HOURS_EXAMPLE = list_example(QUIET_HOURS, QUIET_HOURS_REQUIRED)
MUTES_EXAMPLE = list_example(MUTE, MUTE_REQUIRED)
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

    def quiet_hours(self, node: Node, field: str) -> tuple[QuietHours, ...]:
        """Return the quiet hours, which must not cover the week."""
        quiet_hours = self._reader.each(node, field, QUIET_HOURS_EXAMPLE, self._quiet_hours)
        if isinstance(node, Listing) and len(quiet_hours) == len(node.items):
            self._reject_never_ending(node, quiet_hours)
        return quiet_hours

    def mutes(self, node: Node, field: str) -> tuple[Mute, ...]:
        """Return the mutes."""
        return self._reader.each(node, field, MUTES_EXAMPLE, self._mute)

    def _quiet_hours(self, node: Node, field: str) -> QuietHours | None:
        values = self._reader.table(node, field, QUIET_HOURS, QUIET_HOURS_REQUIRED)
        severities = values.read("severities", self._severities)
        hours = values.read("hours", partial(read_hours, self._reader))
        timezone = values.read("timezone", self._reader.time_zone) or self._timezone
        return QuietHours(severities, hours, timezone) if severities and hours else None

    def _severities(self, node: Node, field: str) -> tuple[str, ...]:
        severities = self._reader.each(node, field, QUIET_HOURS["severities"], self._severity)
        return tuple(dict.fromkeys(severities))

    def _severity(self, node: Node, field: str) -> str | None:
        severity = self._reader.one_of(SEVERITIES, node, field)
        if severity in (None, *QUIET_SEVERITIES):
            return severity
        self._reader.reject(node, field, f"{severity} never waits; remove it")
        return None

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
            values.read(key, partial(self._mute_text, MUTE[key])) for key in ("match", "reason")
        )
        starts, until = (values.read(key, self._reader.local_time) for key in ("from", "until"))
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

    def _mute_text(self, example: str, node: Node, field: str) -> str | None:
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
    items = [(node, field)]
    if not isinstance(node, Text) or not node.value.strip():
        items = reader.items(node, field, HOURS_EXAMPLE)
    hours = []
    for item, place in items:
        text = reader.text(item, place, "hours, such as 22:00-07:00")
        if text is None:
            continue
        try:
            hours.append(parse_hours(text))
        except HoursError as error:
            reader.reject(item, place, f"is {quote(text)}; {error}")
    return tuple(hours) if len(hours) == len(items) else ()
