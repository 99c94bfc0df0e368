"""Parse the rotations, escalation and overrides of a roster."""

import re
from collections.abc import Collection
from datetime import datetime, timedelta

from oncall.roster.defaults_and_limits import FROM_ROUND
from oncall.roster.model import EscalationEntry, Override, Rotation
from oncall.roster.parsing.contacts import Names
from oncall.roster.parsing.errors import quote
from oncall.roster.parsing.field_reader import FieldReader, field_of
from oncall.roster.parsing.holds import read_hours
from oncall.roster.parsing.yaml_nodes import Node, Table

#: Keys of a rotation, an entry of the escalation and an override, each with an example value.
ROTATION = {
    "name": "primary",
    "members": "[Ana, Li Wei]",
    "starts": "2026-01-05T09:00",
    "every": "1w",
    "hours": "[Mon-Fri 09:00-17:00]",
    "timezone": "America/New_York",
}
ROTATION_REQUIRED = ("name", "members", "starts", "every")
ENTRY = {"name": "Li Wei", "from_round": "2"}
ENTRY_REQUIRED = ("name",)
OVERRIDE = {
    "from": "2026-12-24T00:00",
    "until": "2026-12-26T00:00",
    "replace": "Ana",
    "with": "Li Wei",
}
ROTATIONS_EXAMPLE, OVERRIDES_EXAMPLE = (
    f"[{{{', '.join(f'{key}: {example[key]}' for key in keys)}}}]"
    for example, keys in ((ROTATION, ROTATION_REQUIRED), (OVERRIDE, OVERRIDE))
)
ESCALATION_EXAMPLE = "[Ana, Li Wei]"
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
TURN = re.compile(r"([1-9][0-9]{0,2}) ?([hdw])")
MAX_TURN = timedelta(weeks=52)


class RotationParser:
    """Parses rotations, escalation and overrides; problems are reported to the reader.

    `timezone` is the roster's.
    """

    def __init__(self, reader: FieldReader, names: Names, timezone: str) -> None:
        self._reader = reader
        self._names = names
        self._timezone = timezone
        self._rotations: list[tuple[Node, str, str]] = []  # node, field, name

    def rotations(self, node: Node | None) -> tuple[Rotation, ...]:
        """Return the rotations and register their names."""
        if node is None:
            return ()
        # All names first, so that a later rotation is recognized if it is listed as a member.
        named = [
            (item, field, *self._named(item, field))
            for field, item in self._reader.items(node, "rotations", ROTATIONS_EXAMPLE)
        ]
        rotations = [self._rotation(*arguments) for arguments in named]
        return tuple(rotation for rotation in rotations if rotation)

    def escalation(self, node: Node, rounds: int) -> tuple[EscalationEntry, ...]:
        """Return the entries to call in order; none if one of them is rejected."""
        items = self._reader.items(node, "escalation", ESCALATION_EXAMPLE)
        entries = [entry for field, item in items if (entry := self._entry(item, field, rounds))]
        if len(entries) < len(items):
            return ()
        if entries and all(entry.from_round > 1 for entry in entries):
            message = "calls nobody in round 1; remove `from_round` from an entry"
            self._reader.reject(node, "escalation", message)
        return tuple(entries)

    def overrides(self, node: Node | None) -> tuple[Override, ...]:
        """Return the overrides; overlapping overrides of the same name are rejected."""
        if node is None:
            return ()
        overrides: list[tuple[str, Override]] = []  # each with its field and line
        for field, item in self._reader.items(node, "overrides", OVERRIDES_EXAMPLE):
            override = self._override(item, field)
            if override is None:
                continue
            for earlier_place, earlier in overrides:
                if _overlap(override, earlier):
                    both = f"overlaps {earlier_place}, which also replaces"
                    message = f"{both} {quote(override.replaced)}; change the times of one"
                    if override.substitute != earlier.substitute:
                        substitute = quote(earlier.substitute)
                        message += f", or write `replace:` {substitute} to replace the substitute"
                    self._reader.reject(item, field, message)
            overrides.append((f"{field} in line {item.line}", override))
        return tuple(override for _, override in overrides)

    def reject_unused(self, used: Collection[str]) -> None:
        """Reject rotations that no entry and no override names: they would never be called."""
        for node, field, name in self._rotations:
            if name not in used:
                message = "is not in `escalation`, so it is never called"
                fix = f"add {quote(name)} there, or remove the rotation"
                self._reader.reject(node, field, f"{message}; {fix}")

    def _named(self, node: Node, field: str) -> tuple[dict[str, Node], str | None]:
        values = self._reader.table(node, field, ROTATION, ROTATION_REQUIRED)
        if "name" not in values:
            return values, None
        name_field, example = field_of(field, "name"), "a name for the rotation"
        return values, self._names.register(values["name"], name_field, example, person=False)

    def _rotation(
        self, node: Node, field: str, values: dict[str, Node], name: str | None
    ) -> Rotation | None:
        starts = every = None
        members: tuple[str, ...] = ()
        timezone = self._timezone
        if "members" in values:
            items = self._reader.items(
                values["members"], field_of(field, "members"), "[Ana, Li Wei]"
            )
            names = [self._names.refer(item, place, person=True) for place, item in items]
            members = tuple(member for member in names if member)
        if "starts" in values:
            starts = self._reader.local_time(values["starts"], field_of(field, "starts"))
        if "every" in values:
            every = self._turn(values["every"], field_of(field, "every"))
        hours = (
            read_hours(self._reader, values["hours"], field_of(field, "hours"))
            if "hours" in values
            else ()
        )
        if "timezone" in values:
            zone_field = field_of(field, "timezone")
            timezone = self._reader.time_zone(values["timezone"], zone_field) or timezone
        if name and members and starts and every:
            self._rotations.append((node, field, name))
            return Rotation(name, members, starts, every, timezone, hours)
        return None

    def _entry(self, node: Node, field: str, rounds: int) -> EscalationEntry | None:
        if not isinstance(node, Table):
            name = self._names.refer(node, field)
            return EscalationEntry(name) if name else None
        values = self._reader.table(node, field, ENTRY, ENTRY_REQUIRED)
        name, from_round = None, 1
        if "name" in values:
            name = self._names.refer(values["name"], field_of(field, "name"))
        if "from_round" in values:
            round_field = field_of(field, "from_round")
            from_round = self._reader.number_in(FROM_ROUND, values["from_round"], round_field)
            if from_round > rounds:
                message = f"is {from_round}, but the last round is {rounds}"
                fix = "write an earlier round, or more `rounds`"
                self._reader.reject(values["from_round"], round_field, f"{message}; {fix}")
        return EscalationEntry(name, from_round) if name else None

    def _override(self, node: Node, field: str) -> Override | None:
        values = self._reader.table(node, field, OVERRIDE, tuple(OVERRIDE))
        times: dict[str, datetime | None] = {
            key: self._reader.local_time(values[key], field_of(field, key))
            for key in ("from", "until")
            if key in values
        }
        names = {
            key: self._names.refer(values[key], field_of(field, key))
            for key in ("replace", "with")
            if key in values
        }
        starts, until = times.get("from"), times.get("until")
        replaced, substitute = names.get("replace"), names.get("with")
        if starts and until and until <= starts:
            message = "is not after `from`; write a later time"
            self._reader.reject(values["until"], field_of(field, "until"), message)
        elif replaced and replaced == substitute:
            message = f"is {quote(replaced)}, who is being replaced; choose another name"
            self._reader.reject(values["with"], field_of(field, "with"), message)
        elif starts and until and replaced and substitute:
            return Override(starts, until, replaced, substitute)
        return None

    def _turn(self, node: Node, field: str) -> timedelta | None:
        fix = "write hours, days or weeks, such as 12h, 1d or 2w"
        text = self._reader.text(node, field, fix.removeprefix("write "))
        if text is None:
            return None
        match = TURN.fullmatch(text)
        turn = int(match[1]) * UNITS[match[2]] if match else None
        if turn and turn <= MAX_TURN:
            return turn
        fix = f"{fix} (at most 52w)" if turn else fix
        self._reader.reject(node, field, f"is {quote(text)}; {fix}")
        return None


def _overlap(first: Override, second: Override) -> bool:
    same = first.replaced == second.replaced
    return same and first.starts < second.until and second.starts < first.until
