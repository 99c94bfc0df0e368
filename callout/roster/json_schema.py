"""The roster's format as a JSON Schema, for editors to complete and to check while typing.

Keys, limits and patterns are those of the code that validates. A schema cannot say all of
it (names that nobody has, numbers that are not in use): `callout roster check` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oncall.messages.locale import available_languages
from oncall.roster.defaults_and_limits import (
    DEFAULT_LANGUAGE,
    DEFAULT_TIMEZONE,
    MAX_NAME_LENGTH,
    MAX_PHONES_PER_CONTACT,
    RING_SECONDS,
    ROUNDS,
    Range,
)
from oncall.roster.parsing import contacts, rotations
from oncall.roster.parsing.parser import KEYS, REQUIRED

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Mapping

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"

# A roster's values are read as the text that was written; an editor's YAML makes a number of
# `+8613800138000` and of a name such as `007`.
_NAME: Schema = {"type": ["string", "number", "boolean"], "maxLength": MAX_NAME_LENGTH}
_PHONE: Schema = {
    "type": ["string", "integer"],
    "pattern": r"[0-9]",
    "description": "E.164: + and the country code first",
    "examples": [contacts.KEYS["phone"]],
}


def schema() -> Schema:
    """Give the schema of a roster."""
    properties = {
        "timezone": _described(
            {"type": "string", "minLength": 1, "default": DEFAULT_TIMEZONE},
            "IANA name: the zone of the times below, and of those that are spoken",
        ),
        "language": _described(
            {"enum": [*available_languages()], "default": DEFAULT_LANGUAGE},
            "of the notification, and of contacts without their own",
        ),
        "contacts": _described(_list(_contact()), "who can be called"),
        "escalation": _described(
            _list(_NAME),
            "contacts and rotations to call, in order; without it every contact",
        ),
        "rounds": _described(_whole(ROUNDS), "times through the escalation"),
        "ring_seconds": _described(_whole(RING_SECONDS), "seconds for which a phone may ring"),
        "rotations": _described(_list(_rotation()), "who takes turns"),
        "overrides": _described(_list(_override()), "who stands in for whom, and when"),
    }
    table = _table(KEYS, REQUIRED, properties)
    title = {"$schema": DIALECT, "title": "Callout roster, version 1"}
    return title | table


def _contact() -> Schema:
    several = _list(_PHONE) | {"maxItems": MAX_PHONES_PER_CONTACT}
    properties = {
        "name": _described(_NAME, "unique, also without regard to case and spacing"),
        "phone": _described(
            {"anyOf": [_PHONE, several]}, "a number, or several to be tried in order"
        ),
        "language": _described(
            {"enum": [*available_languages()]},
            "in which this person is called; without it the roster's",
        ),
    }
    return _table(contacts.KEYS, contacts.REQUIRED, properties)


def _rotation() -> Schema:
    longest = rotations.LONGEST_TURN // rotations.UNITS["w"]
    properties = {
        "name": _described(_NAME, "to be named in the escalation"),
        "members": _described(_list(_NAME), "contacts, in the order of their turns"),
        "starts": _described(_text(rotations.LOCAL_TIME), "local time of the first hand-over"),
        "every": _described(
            _text(rotations.TURN),
            f"length of a turn, in hours, days or weeks; {longest} weeks at most",
        ),
    }
    return _table(rotations.ROTATION, rotations.ROTATION, properties)


def _override() -> Schema:
    properties = {
        "from": _described(_text(rotations.LOCAL_TIME), "local time from which it applies"),
        "until": _described(_text(rotations.LOCAL_TIME), "local time from which it no longer does"),
        "replace": _described(_NAME, "the contact or rotation that is not called meanwhile"),
        "with": _described(_NAME, "the contact who is called instead"),
    }
    return _table(rotations.OVERRIDE, rotations.OVERRIDE, properties)


def _table(
    keys: Mapping[str, str], required: Iterable[str], properties: Mapping[str, Schema]
) -> Schema:
    """Give the schema of a table; KeyError where a key that is validated is not described."""
    return {
        "type": "object",
        "properties": {key: _with_example(properties[key], keys[key]) for key in keys},
        "required": [*required],
        "additionalProperties": False,
    }


def _with_example(described: Schema, example: str) -> Schema:
    scalar = "type" in described and described["type"] not in ("array", "object")
    return described | {"examples": [example]} if scalar else described


def _described(of: Schema, text: str) -> Schema:
    return {"description": text} | {key: of[key] for key in of if key != "description"}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of, "minItems": 1}


def _whole(limit: Range) -> Schema:
    return {
        "type": ["integer", "string"],
        "minimum": limit.minimum,
        "maximum": limit.maximum,
        "pattern": r"^\s*[1-9][0-9]*\s*$",
        "default": limit.default,
    }


def _text(pattern: re.Pattern[str]) -> Schema:
    """Give the schema of a text: the reader drops the space around it."""
    return {"type": "string", "pattern": rf"^\s*(?:{pattern.pattern})\s*$"}
