"""Parse the rotations, escalation and overrides of a roster."""

import re
from collections.abc import Collection
from datetime import timedelta
from functools import partial

from oncall.roster.defaults_and_limits import FROM_ROUND
from oncall.roster.model import EscalationEntry, Override, Rotation
from oncall.roster.parsing.contacts import Names
from oncall.roster.parsing.errors import quote
from oncall.roster.parsing.field_reader import FieldReader, Values, field_of, list_example
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
ROTATIONS_EXAMPLE = list_example(ROTATION, ROTATION_REQUIRED)
OVERRIDES_EXAMPLE = list_example(OVERRIDE, OVERRIDE)
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
        self._places: dict[str, tuple[Node, str]] = {}  # of each rotation

    def rotations(self, node: Node, field: str) -> tuple[Rotation, ...]:
        """Return the rotations and register their names."""
        register = partial(self._names.register, person=False)
        # All names first, so that a later rotation is recognized if it is listed as a member.
        named = []
        for item, place in self._reader.items(node, field, ROTATIONS_EXAMPLE):
            values = self._reader.table(item, place, ROTATION, ROTATION_REQUIRED)
            named.append((values.read("name", register), values, item, place))
        rotations = []
        for name, values, item, place in named:
            rotation = self._rotation(name, values)
            if rotation:
                rotations.append(rotation)
                self._places[rotation.name] = (item, place)
        return tuple(rotations)

    def escalation(self, rounds: int, node: Node, field: str) -> tuple[EscalationEntry, ...]:
        """Return the entries to call in order; none if one of them is rejected."""
        items = self._reader.items(node, field, ESCALATION_EXAMPLE)
        entries = [entry for item in items if (entry := self._entry(rounds, *item))]
        if len(entries) < len(items):
            return ()
        if entries and all(entry.from_round > 1 for entry in entries):
            message = "calls nobody in round 1; remove `from_round` from an entry"
            self._reader.reject(node, field, message)
        return tuple(entries)

    def overrides(self, node: Node, field: str) -> tuple[Override, ...]:
        """Return the overrides; overlapping overrides of the same name are rejected."""
        overrides: dict[str, Override] = {}  # by field and line
        for item, place in self._reader.items(node, field, OVERRIDES_EXAMPLE):
            override = self._override(item, place)
            if override is None:
                continue
            for earlier_place, earlier in overrides.items():
                if _overlap(override, earlier):
                    both = f"overlaps {earlier_place}, which also replaces"
                    message = f"{both} {quote(override.replaced)}; change the times of one"
                    if override.substitute != earlier.substitute:
                        substitute = quote(earlier.substitute)
                        message += f", or write `replace:` {substitute} to replace the substitute"
                    self._reader.reject(item, place, message)
            overrides[f"{place} in line {item.line}"] = override
        return tuple(overrides.values())

    def reject_unused(self, used: Collection[str]) -> None:
        """Reject rotations that no entry and no override names: they would never be called."""
        for name, (node, field) in self._places.items():
            if name not in used:
                message = "is not in `escalation`, so it is never called"
                fix = f"add {quote(name)} there, or remove the rotation"
                self._reader.reject(node, field, f"{message}; {fix}")

    def _rotation(self, name: str | None, values: Values) -> Rotation | None:
        members = values.read("members", self._members)
        starts = values.read("starts", self._reader.local_time)
        every = values.read("every", self._turn)
        hours = values.read("hours", partial(read_hours, self._reader)) or ()
        timezone = values.read("timezone", self._reader.time_zone) or self._timezone
        if name and members and starts and every:
            return Rotation(name, members, starts, every, timezone, hours)
        return None

    def _members(self, node: Node, field: str) -> tuple[str, ...]:
        refer = partial(self._names.refer, person=True)
        return self._reader.each(node, field, "[Ana, Li Wei]", refer)

    def _entry(self, rounds: int, node: Node, field: str) -> EscalationEntry | None:
        if not isinstance(node, Table):
            name = self._names.refer(node, field)
            return EscalationEntry(name) if name else None
        values = self._reader.table(node, field, ENTRY, ENTRY_REQUIRED)
        name = values.read("name", self._names.refer)
        from_round = values.read("from_round", partial(self._reader.number_in, FROM_ROUND)) or 1
        if from_round > rounds:
            message = f"is {from_round}, but the last round is {rounds}"
            fix = "write an earlier round, or more `rounds`"
            self._reader.reject(
                values["from_round"], field_of(field, "from_round"), f"{message}; {fix}"
            )
        return EscalationEntry(name, from_round) if name else None

    def _override(self, node: Node, field: str) -> Override | None:
        values = self._reader.table(node, field, OVERRIDE, OVERRIDE)
        starts = values.read("from", self._reader.local_time)
        until = values.read("until", self._reader.local_time)
        replaced = values.read("replace", self._names.refer)
        substitute = values.read("with", self._names.refer)
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
