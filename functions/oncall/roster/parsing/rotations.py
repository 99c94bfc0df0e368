"""Reads the rotations and overrides of a roster."""

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta

from oncall.roster.model import Override, Rotation
from oncall.roster.parsing.errors import quote
from oncall.roster.parsing.field_reader import Reader, inside
from oncall.roster.parsing.names import Names
from oncall.roster.parsing.yaml_nodes import Node

#: Every key of a rotation and of an override, all of them required, with an example of a value.
ROTATION = {
    "name": "primary",
    "members": "[Ana, Li Wei]",
    "starts": "2026-01-05T09:00",
    "every": "1w",
}
OVERRIDE = {
    "from": "2026-12-24T00:00",
    "until": "2026-12-26T00:00",
    "replace": "Ana",
    "with": "Li Wei",
}
ROTATIONS_EXAMPLE, OVERRIDES_EXAMPLE = (
    f"[{{{', '.join(f'{key}: {value}' for key, value in one.items())}}}]"
    for one in (ROTATION, OVERRIDE)
)
LOCAL_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?::00)?")
# Times as people write them elsewhere, to say how they are written here.
_LIKE_A_TIME = re.compile(
    r"(2[01][0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[Tt ] *([0-9]{1,2}):([0-9]{2}).*)?"
)
_OFFSET = re.compile(r".*:[0-9]{2}([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)")
UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
TURN = re.compile(r"([1-9][0-9]{0,2}) ?([hdw])")
#: A turn may not take longer.
LONGEST_TURN = timedelta(weeks=52)
# Years that are no slip of the pen; they also keep the arithmetic far from datetime's ends.
_FIRST_YEAR, _LAST_YEAR = 2000, 2199


class ShiftReader:
    """Reads who takes turns and who stands in; what is wrong goes to the reader."""

    def __init__(self, reader: Reader, names: Names) -> None:
        self._reader = reader
        self._names = names
        self._rotations: list[tuple[Node, str, str]] = []  # with their names, as they are read

    def rotations(self, node: Node | None) -> tuple[Rotation, ...]:
        """The rotations, whose names are given away to `names`."""
        if node is None:
            return ()
        # All names first, so that a member that is a later rotation is known to be one.
        named = [
            (item, field, *self._named(item, field))
            for field, item in self._reader.items(node, "rotations", ROTATIONS_EXAMPLE)
        ]
        read = [self._rotation(*one) for one in named]
        return tuple(rotation for rotation in read if rotation)

    def overrides(self, node: Node | None) -> tuple[Override, ...]:
        """The overrides; no two of them may replace one name at one time."""
        if node is None:
            return ()
        read: list[tuple[str, Override]] = []
        for field, item in self._reader.items(node, "overrides", OVERRIDES_EXAMPLE):
            override = self._override(item, field)
            if override is None:
                continue
            for earlier, other in read:
                if _collide(override, other):
                    message = f"replaces {quote(override.replaced)} while {earlier} does as well"
                    self._reader.refuse(item, field, f"{message}; change the times of one")
            read.append((field, override))
        return tuple(override for _, override in read)

    def refuse_unused(self, escalation: Collection[str]) -> None:
        """Refuses rotations that are not in the escalation, for they would call nobody."""
        for node, field, name in self._rotations:
            if name not in escalation:
                message = "is not in escalation, so it calls nobody"
                fix = f"write {quote(name)} there, or remove it"
                self._reader.refuse(node, field, f"{message}; {fix}")

    def _named(self, node: Node, field: str) -> tuple[dict[str, Node], str | None]:
        values = self._reader.table(node, field, ROTATION, tuple(ROTATION))
        if "name" not in values:
            return values, None
        place, example = inside(field, "name"), "a name for the rotation"
        return values, self._names.give(values["name"], place, example, person=False)

    def _rotation(
        self, node: Node, field: str, values: dict[str, Node], name: str | None
    ) -> Rotation | None:
        starts = every = None
        members: tuple[str, ...] = ()
        if "members" in values:
            items = self._reader.items(values["members"], inside(field, "members"), "[Ana, Li Wei]")
            read = [self._names.refer(item, place, person=True) for place, item in items]
            members = tuple(member for member in read if member)
        if "starts" in values:
            starts = self._local_time(values["starts"], inside(field, "starts"))
        if "every" in values:
            every = self._turn(values["every"], inside(field, "every"))
        if name and members and starts and every:
            self._rotations.append((node, field, name))
            return Rotation(name, members, starts, every)
        return None

    def _override(self, node: Node, field: str) -> Override | None:
        values = self._reader.table(node, field, OVERRIDE, tuple(OVERRIDE))
        times: dict[str, datetime | None] = {
            key: self._local_time(values[key], inside(field, key))
            for key in ("from", "until")
            if key in values
        }
        names = {
            key: self._names.refer(values[key], inside(field, key), person=key == "with")
            for key in ("replace", "with")
            if key in values
        }
        starts, until = times.get("from"), times.get("until")
        replaced, substitute = names.get("replace"), names.get("with")
        if starts and until and until <= starts:
            message = "is not after `from`; write a later time"
            self._reader.refuse(values["until"], inside(field, "until"), message)
        elif replaced and replaced == substitute:
            message = f"is {quote(replaced)}, who is to be replaced; write another name"
            self._reader.refuse(values["with"], inside(field, "with"), message)
        elif starts and until and replaced and substitute:
            return Override(starts, until, replaced, substitute)
        return None

    def _local_time(self, node: Node, field: str) -> datetime | None:
        text = self._reader.text(node, field, _time_fix("").removeprefix("write "))
        if text is None:
            return None
        fix = _time_fix(text)
        written = LOCAL_TIME.fullmatch(text)
        message = f"is {quote(text)}; {fix}"
        if written:
            try:
                time = datetime.fromisoformat(f"{written[1]}T{written[2]}")
            except ValueError:
                message = f"is {quote(text)}, which is no date and time; {fix}"
            else:
                if _FIRST_YEAR <= time.year <= _LAST_YEAR:
                    return time
                message = f"is {quote(text)}; write a year from {_FIRST_YEAR} to {_LAST_YEAR}"
        elif _OFFSET.fullmatch(text):
            message = f"is {quote(text)}, but times are local to the roster's timezone; {fix}"
        self._reader.refuse(node, field, message)
        return None

    def _turn(self, node: Node, field: str) -> timedelta | None:
        fix = "write hours, days or weeks, as in 12h, 1d or 2w"
        text = self._reader.text(node, field, fix.removeprefix("write "))
        if text is None:
            return None
        written = TURN.fullmatch(text)
        turn = int(written[1]) * UNITS[written[2]] if written else None
        if turn and turn <= LONGEST_TURN:
            return turn
        fix = f"{fix}, 52w at most" if turn else fix
        self._reader.refuse(node, field, f"is {quote(text)}; {fix}")
        return None


def _time_fix(text: str) -> str:
    """What to write instead of a text that is no local time: itself as one, where it can be."""
    example = "2026-01-05T09:00"
    if written := _LIKE_A_TIME.fullmatch(text):
        year, month, day, hour, minute = (int(part or 0) for part in written.groups())
        with suppress(ValueError):  # such as February 30
            example = f"{datetime(year, month, day, hour, minute):%Y-%m-%dT%H:%M}"  # noqa: DTZ001 (local)
    return f"write a local time, as in {example}"


def _collide(one: Override, other: Override) -> bool:
    same = one.replaced == other.replaced
    return same and one.starts < other.until and other.starts < one.until
