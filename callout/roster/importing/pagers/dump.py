"""Read a dump of another pager: JSON files, recognized by their content and not by their names."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import available_timezones

from callout.errors import CommandError
from callout.roster.importing.contacts_csv import read_contacts
from callout.roster.importing.roster_writer import ImportedContact
from callout.roster.roster_file import read_text

_MAX_DEPTH = 40
_MIN_YEAR, _MAX_YEAR = 2000, 2199  # of a roster
_MAX_NUMBER = 100_000_000  # three years of seconds; keeps times within the limits of datetime
#: Keys that only one product's dumps have, for the message about a dump of another product.
_SIGNATURES = {
    "opsgenie": {"userContacts", "ownerTeam", "finalTimeline", "participants", "contactMethod"},
    "pagerduty": {"schedule_layers", "escalation_rules", "contact_methods", "final_schedule"},
    "grafana-oncall": {"rolling_users", "escalation_chain_id", "shift_start", "grafana_id"},
    "ssm-contacts": {"ContactArn", "RotationArn", "RotationShifts", "RotationOverrides"},
}


@dataclass(frozen=True)
class Record:
    """A JSON object, with typed access; errors name the file and the key."""

    data: dict[str, Any]
    file: str
    path: str = ""  # of the object in its file, like `schedules[0]`

    @property
    def where(self) -> str:
        """File and path, for messages."""
        return f"{self.file}: {self.path}" if self.path else self.file

    def _place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fail(self, key: str, problem: str) -> NoReturn:
        """Raise CommandError about a key."""
        raise CommandError(f"{self.file}: {self._place(key)}: {problem}")

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text or number as text; without default, the key is required."""
        value = self.data.get(key)
        if value is None or value == "":
            return self.fail(key, "is missing; dump it again") if default is None else default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail(key, "is not a text; dump it again")
        return str(value)

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number; without default, the key is required."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fail(key, "is missing or not a whole number; dump it again")
        if not 0 <= value <= _MAX_NUMBER:
            self.fail(key, f"is not between 0 and {_MAX_NUMBER}")
        return value

    def record(self, key: str) -> "Record":
        """Return an object; an empty one if it is missing."""
        value = self.data.get(key)
        if value is not None and not isinstance(value, dict):
            self.fail(key, "is not an object; dump it again")
        return Record(value or {}, self.file, self._place(key))

    def records(self, key: str, *, required: bool = False) -> "list[Record]":
        """Return the objects of a list; none if it is missing and not required."""
        if required and self.data.get(key) is None:
            self.fail(key, "is missing; dump it again")
        found = self._list(key, dict, "objects")
        return [Record(row, self.file, f"{self._place(key)}[{n}]") for n, row in enumerate(found)]

    def texts(self, key: str) -> list[str]:
        """Return the texts of a list; none if it is missing."""
        return self._list(key, str, "texts")

    def _list(self, key: str, kind: type, kinds: str) -> list[Any]:
        value = self.data.get(key)
        value = [] if value is None else value
        if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
            self.fail(key, f"is not a list of {kinds}; dump it again")
        return value

    def time(self, key: str) -> datetime:
        """Return an instant (UTC): ISO 8601 with offset, or seconds since 1970."""
        value = self.data.get(key)
        try:
            if isinstance(value, int | float) and not isinstance(value, bool):
                found = datetime.fromtimestamp(value, UTC)
            else:
                found = datetime.fromisoformat(str(value))
        except (TypeError, ValueError, OverflowError, OSError):
            self.fail(key, "is missing or not a time, such as 2026-01-05T09:00:00Z")
        if found.tzinfo is None:
            self.fail(key, "is a time without offset; dump it again")
        return self._plausible(key, found).astimezone(UTC)

    def local_time(self, key: str) -> datetime:
        """Return a time without time zone; an offset is dropped."""
        try:
            found = datetime.fromisoformat(self.text(key)).replace(tzinfo=None)
        except ValueError:
            self.fail(key, "is not a time, such as 2026-01-05T09:00:00")
        return self._plausible(key, found)

    def _plausible(self, key: str, time: datetime) -> datetime:
        if not _MIN_YEAR <= time.year <= _MAX_YEAR:
            self.fail(key, f"is not in the years {_MIN_YEAR} to {_MAX_YEAR}")
        return time

    def zone(self, key: str, default: str | None = None) -> str:
        """Return the name of an IANA time zone."""
        name = self.text(key, default)
        if name not in available_timezones():
            self.fail(key, f"{name[:40]!r} is not an IANA time zone")
        return name

    def choice(self, key: str, known: Sequence[str], default: str | None = None) -> int:
        """Return the place of a text, in any case, among those that are known."""
        name = self.text(key, default)
        folded = [text.casefold() for text in known]
        if name.casefold() not in folded:
            self.fail(key, f"{name[:40]!r} is not one of {', '.join(known)}")
        return folded.index(name.casefold())

    def period(self, starts: str, until: str) -> tuple[datetime, datetime]:
        """Return two instants (UTC)."""
        return self.time(starts), self.time(until)

    def optional_time(self, key: str) -> datetime | None:
        """Return an instant (UTC); None if it is missing or null."""
        return self.time(key) if self.data.get(key) is not None else None


@dataclass
class Dump:
    """All JSON objects of a dump, at any depth, and the people of its CSV files."""

    path: str
    records: list[Record] = field(default_factory=list)
    people: list[ImportedContact] = field(default_factory=list)
    _found: dict[tuple[str, ...], list[Record]] = field(default_factory=dict)

    def find(self, *keys: str) -> list[Record]:
        """Return the objects that have all of some keys, in the order of the files."""
        if keys not in self._found:
            self._found[keys] = [r for r in self.records if all(key in r.data for key in keys)]
        return self._found[keys]

    def incomplete_files(self) -> list[str]:
        """Return files that say that more pages follow, if no file with the same keys is last."""
        pages: dict[frozenset[str], list[Record]] = {}
        for record in self.records:
            if not record.path and {"more", "next", "paging"} & record.data.keys():
                lists = [key for key, rows in record.data.items() if isinstance(rows, list)]
                first = [row for key in lists for row in record.data[key][:1]]
                keys = frozenset(chain(lists, *(row for row in first if isinstance(row, dict))))
                pages.setdefault(keys, []).append(record)
        return [records[-1].file for records in pages.values() if all(map(_continues, records))]


def _continues(record: Record) -> bool:
    paging = record.data.get("paging")
    places = (record.data, paging if isinstance(paging, dict) else {})
    return any(place.get(key) for place in places for key in ("more", "next"))


def read_dump(product: str, path: str) -> Dump:
    """Read a file, or all JSON and CSV files of a folder; raise CommandError for other products."""
    root = Path(path)
    files = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
    dump = Dump(path)
    for file in files:
        name = str(file.relative_to(root)) if root.is_dir() else str(file)
        if root.is_dir() and file.suffix.lower() == ".csv":
            dump.people += read_contacts(name, read_text(str(file)), ())
        elif not root.is_dir() or file.suffix.lower() == ".json":
            dump.records += _walk(_parse(name, read_text(str(file))), name, "", 0)
    if not dump.records:
        raise CommandError(f"{path}: no JSON objects found: give the file or folder of a dump")
    keys = {key for record in dump.records for key in record.data}
    if not keys & _SIGNATURES[product]:
        other = next((name for name, own in _SIGNATURES.items() if keys & own), None)
        fix = f"use callout import {other}" if other else "see docs/import.md for its commands"
        expected = ", ".join(f"`{key}`" for key in sorted(_SIGNATURES[product]))
        raise CommandError(f"{path}: not a dump of {product}: none of {expected} is in it; {fix}")
    return dump


def _parse(file: str, text: str) -> object:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise CommandError(
            f"{file}: not JSON: line {error.lineno}, column {error.colno}: {error.msg}; dump it"
            " again"
        ) from None
    except RecursionError:
        raise CommandError(f"{file}: nested too deeply for a dump") from None


def _walk(value: object, file: str, path: str, depth: int) -> Iterator[Record]:
    if depth > _MAX_DEPTH:
        raise CommandError(f"{file}: nested too deeply for a dump")
    if isinstance(value, dict):
        yield Record(value, file, path)
        for key, child in value.items():
            yield from _walk(child, file, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield from _walk(child, file, f"{path}[{number}]", depth + 1)
