"""Read typed values from the nodes of a roster, and collect all problems."""

import difflib
import re
import zoneinfo
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from oncall.roster.defaults_and_limits import Range
from oncall.roster.model import Problem
from oncall.roster.parsing.errors import ROSTER, quote
from oncall.roster.parsing.yaml_nodes import Listing, Node, Table, Text

_MAX_CHOICES_SHOWN = 8
# difflib's ratio above which a word counts as a typo of another; at the library's default of 0.6,
# `retries` matches `overrides`.
_MIN_SIMILARITY = 0.7
LOCAL_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2})(?::00)?")
# Other common ways to write a time, to suggest the right one.
_TIME_LIKE = re.compile(
    r"(2[01][0-9]{2})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[Tt ] *([0-9]{1,2}):([0-9]{2}).*)?"
)
_OFFSET = re.compile(r".*:[0-9]{2}([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)")
#: Plausible years; they also keep the arithmetic far from datetime's limits.
MIN_YEAR, MAX_YEAR = 2000, 2199

# Files in a time zone database that are not the time of a place.
_NOT_ZONES = ("right/", "posix/", "posixrules", "localtime", "Factory")
_UTC_OFFSET = re.compile(r"(?:utc|gmt)? ?[+-][0-9]{1,2}(?::?[0-9]{2})?", re.IGNORECASE)
#: Common names of places that IANA lists under another city.
_ZONE_ALIASES = dict.fromkeys(("beijing", "peking", "china", "shenzhen"), "Asia/Shanghai")
_ZONE_EXAMPLE = "such as Asia/Shanghai"

T = TypeVar("T")
Reader = Callable[[Node, str], T]


class Values(dict[str, Node]):
    """The values of a table by key; `field` is the table's."""

    def __init__(self, field: str) -> None:
        self._field = field

    def read(self, key: str, read: Reader[T | None]) -> T | None:
        """Return the value of a key as `read` returns it for node and field; None if absent."""
        return read(self[key], field_of(self._field, key)) if key in self else None


class FieldReader:
    """Reads the fields of one roster and collects their problems.

    Methods return None or an empty value for a rejected field, so that parsing continues and the
    operator sees all problems at once.

    Args:
        owners: for every key of the format, at any level, where it belongs: `a contact`.
    """

    def __init__(self, owners: Mapping[str, str]) -> None:
        self.problems: list[Problem] = []
        self._owners = owners

    def reject(self, node: Node, field: str, message: str) -> None:
        """Record a problem with a field, at the position of its node."""
        self.problems.append(Problem(node.line, node.column, field, message))

    def table(
        self,
        node: Node,
        field: str,
        keys: Mapping[str, str],
        required: Collection[str],
        foreign: Mapping[str, str] = MappingProxyType({}),
    ) -> Values:
        """Return the values of a table.

        Unknown keys are rejected; the value of a misspelled key is read as that of the likely key.
        `keys` are the allowed keys, each with an example value, `foreign` those that are often
        written here by mistake, each with a message.
        """
        if not isinstance(node, Table):
            key, example = next(iter(keys.items()))
            fix = f"write keys and values, such as `{key}: {example}`"
            self.reject(node, field, f"{_kind(node)}; {fix}")
            return Values(field)
        values = self._values(node, field, tuple(keys), foreign)
        for key in required:
            if key not in values:
                message = f"is missing; add it, such as `{key}: {keys[key]}`"
                self.reject(node, field_of(field, key), message)
        return values

    def _values(
        self, node: Table, field: str, keys: Sequence[str], foreign: Mapping[str, str]
    ) -> Values:
        values = Values(field)
        key_nodes: dict[str, Text] = {}
        misspelled: list[tuple[str, Node]] = []
        for key, value in node.entries:
            name = key.value
            if name not in keys and name in {**self._owners, **foreign}:
                fix = "move it out of the braces" if node.in_braces else "fix its indentation"
                message = f"belongs in {self._owners.get(name)}; {fix}"
                self.reject(key, field_of(field, name), foreign.get(name, message))
            elif name not in keys and (glued := re.match(f"({'|'.join(keys)}):(.+)", name)):
                # In braces YAML reads `name:Ana` as a key.
                column = key.column + len(glued[1]) + 1
                message = f"has no space after `{glued[1]}:`; write `{glued[1]}: `"
                self.problems.append(Problem(key.line, column, ROSTER, message))
                misspelled.append((glued[1], Text(glued[2], key.line, column)))
            elif name not in keys:
                likely = closest(name, keys)
                self.reject(key, field_of(field, name), f"unknown key; {_suggestion(likely, keys)}")
                if likely:
                    misspelled.append((likely, value))
            elif name in values:
                message = f"is already in line {key_nodes[name].line}; remove one"
                self.reject(key, field_of(field, name), message)
            else:
                values[name], key_nodes[name] = value, key
        for name, value in misspelled:
            values.setdefault(name, value)
        return values

    def items(self, node: Node, field: str, example: str) -> list[tuple[Node, str]]:
        """Return the items of a list, each with its field; an empty list is rejected."""
        if isinstance(node, Listing) and node.items:
            return [(item, f"{field}[{index}]") for index, item in enumerate(node.items)]
        self.reject(node, field, f"{_kind(node)}; write a list, such as {example}")
        return []

    def each(self, node: Node, field: str, example: str, read: Reader[T | None]) -> tuple[T, ...]:
        """Return the items of a list as `read` returns them, without those that it rejects."""
        values = [read(item, place) for item, place in self.items(node, field, example)]
        return tuple(value for value in values if value is not None)

    def text(self, node: Node, field: str, example: str) -> str | None:
        """Return a text without surrounding space; an empty one is rejected."""
        if isinstance(node, Text) and node.value.strip():
            return node.value.strip()
        self.reject(node, field, f"{_kind(node)}; write {example}")
        return None

    def number_in(self, limit: Range, node: Node, field: str) -> int | None:
        """Return a whole number within limits."""
        fix = f"write a whole number from {limit.minimum} to {limit.maximum}"
        text = self.text(node, field, fix.removeprefix("write "))
        if text is None:
            return None
        if re.fullmatch(r"0|[1-9][0-9]{0,5}", text) and limit.minimum <= int(text) <= limit.maximum:
            return int(text)
        self.reject(node, field, f"is {quote(text)}; {fix}")
        return None

    def local_time(self, node: Node, field: str) -> datetime | None:
        """Return a local time, without time zone."""
        text = self.text(node, field, _time_fix("").removeprefix("write "))
        if text is None:
            return None
        problem, fix = "", _time_fix(text)
        if match := LOCAL_TIME.fullmatch(text):
            try:
                time = datetime.fromisoformat(f"{match[1]}T{match[2]}")
            except ValueError:
                problem = ", which is not a valid date and time"
            else:
                if MIN_YEAR <= time.year <= MAX_YEAR:
                    return time
                fix = f"write a year from {MIN_YEAR} to {MAX_YEAR}"
        elif _OFFSET.fullmatch(text):
            problem = ", but times are in the roster's time zone"
        self.reject(node, field, f"is {quote(text)}{problem}; {fix}")
        return None

    def one_of(self, choices: Sequence[str], node: Node, field: str) -> str | None:
        """Return a text that must be exactly one of the choices."""
        text = self.text(node, field, _list(choices))
        if text is None or text in choices:
            return text
        self.reject(node, field, f"is {quote(text)}; {suggest(text, choices)}")
        return None

    def time_zone(self, node: Node, field: str) -> str | None:
        """Return the IANA name of a time zone."""
        name = self.text(node, field, f"an IANA name, {_ZONE_EXAMPLE}")
        if name is None or _is_zone(name):
            return name
        self.reject(node, field, f"unknown time zone {quote(name)}; {_suggest_zone(name)}")
        return None


def field_of(field: str, key: str) -> str:
    """Return the field of a key in a table: `contacts[1].phone`."""
    name = quote(key).strip("`")
    return name if field == ROSTER else f"{field}.{name}"


def list_example(examples: Mapping[str, str], keys: Iterable[str]) -> str:
    """Return an example of a list of tables with these keys."""
    return f"[{{{', '.join(f'{key}: {examples[key]}' for key in keys)}}}]"


def closest(word: str, choices: Iterable[str]) -> str | None:
    """Return the most similar choice, ignoring case; None if none is similar."""
    by_folded = {choice.casefold(): choice for choice in choices}
    matches = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=_MIN_SIMILARITY)
    return by_folded[matches[0]] if matches else None


def suggest(word: str, choices: Sequence[str]) -> str:
    """Return how to fix a word that is not among the choices."""
    return _suggestion(closest(word, choices), choices)


def _time_fix(text: str) -> str:
    """Return how to fix a text that is not a local time, if possible with its own date."""
    example = "2026-01-05T09:00"
    if match := _TIME_LIKE.fullmatch(text):
        year, month, day, hour, minute = (int(part or 0) for part in match.groups())
        with suppress(ValueError):  # such as February 30
            example = f"{datetime(year, month, day, hour, minute):%Y-%m-%dT%H:%M}"  # noqa: DTZ001 (local)
    return f"write a local time, such as {example}"


def _suggestion(likely: str | None, choices: Sequence[str]) -> str:
    return f"did you mean {quote(likely)}?" if likely else f"write {_list(choices)}"


def _list(choices: Sequence[str]) -> str:
    shown = ", ".join(quote(choice) for choice in choices[:_MAX_CHOICES_SHOWN])
    more = len(choices) - _MAX_CHOICES_SHOWN
    prefix = "one of " if len(choices) > 1 else ""
    return f"{prefix}{shown}{f' … ({more} more)' if more > 0 else ''}"


def _kind(node: Node) -> str:
    if isinstance(node, Text):
        return f"is the text {quote(node.value)}" if node.value.strip() else "is empty"
    if isinstance(node, Listing):
        return "is a list" if node.items else "is an empty list"
    return "is a table of keys and values"


def _is_zone(name: str) -> bool:
    """Return whether a name is an IANA time zone."""
    if name.startswith(_NOT_ZONES):
        return False
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        # OSError: a folder of zones (`America`), or a name too long for a file.
        return False
    return True


def _suggest_zone(name: str) -> str:
    """Return how to fix a name that is not a time zone."""
    zones = sorted(zoneinfo.available_timezones())
    if _UTC_OFFSET.fullmatch(name):
        return f"write a place instead of an offset, {_ZONE_EXAMPLE}"
    if any(zone.startswith(f"{name}/") for zone in zones):
        return f"add a city, {_ZONE_EXAMPLE}"
    cities = {zone.rpartition("/")[2].casefold(): zone for zone in reversed(zones)} | _ZONE_ALIASES
    city = name.rpartition("/")[2].strip().casefold().replace(" ", "_")
    likely = cities.get(city) or closest(name, zones) or cities.get(closest(city, cities) or "")
    return f"did you mean `{likely}`?" if likely else f"write an IANA name, {_ZONE_EXAMPLE}"
