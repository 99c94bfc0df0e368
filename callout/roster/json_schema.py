"""The roster's format as a JSON Schema, for completion and validation in editors.

Keys, limits and patterns come from the parser. A schema cannot express everything (unknown
names, invalid numbers): `callout roster check` does.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from oncall.messages.locale import available_languages
from oncall.pin import STORED
from oncall.roster import hours
from oncall.roster.defaults_and_limits import (
    ATTEMPTS,
    DEFAULT_LANGUAGE,
    DEFAULT_TIMEZONE,
    FROM_ROUND,
    MAX_MUTE,
    MAX_MUTE_TEXT_LENGTH,
    MAX_NAME_LENGTH,
    MAX_PHONES_PER_CONTACT,
    RING_SECONDS,
    ROUNDS,
    Range,
)
from oncall.roster.parsing import contacts, holds, rotations
from oncall.roster.parsing.field_reader import LOCAL_TIME
from oncall.roster.parsing.parser import KEYS, REQUIRED

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"

# The parser reads values as written; an editor's YAML parser turns `+8613800138000` and a name
# such as `007` into numbers.
_NAME: Schema = {"type": ["string", "number", "boolean"], "maxLength": MAX_NAME_LENGTH}
_ZONE: Schema = {"type": "string", "minLength": 1}
_PHONE: Schema = {
    "type": ["string", "integer"],
    "pattern": r"[0-9]",
    "description": "E.164: + and the country code first",
    "examples": [contacts.KEYS["phone"]],
}


def roster_schema() -> Schema:
    """Return the schema of a roster."""
    properties = {
        "timezone": (
            _ZONE | {"default": DEFAULT_TIMEZONE},
            "IANA name; time zone of the times below and of announcements",
        ),
        "language": (
            {"enum": [*available_languages()], "default": DEFAULT_LANGUAGE},
            "language of notifications, and of calls to contacts without their own",
        ),
        "contacts": (_list(_contact()), "who can be called"),
        "escalation": (
            _list({"anyOf": [_NAME, _entry()]}),
            "contacts and rotations to call, in order; default: all contacts",
        ),
        "rounds": (_integer(ROUNDS), "number of times to go through the escalation"),
        "attempts": (_integer(ATTEMPTS), "number of times in a row that each phone is called"),
        "ring_seconds": (_integer(RING_SECONDS), "seconds that a phone rings"),
        "rotations": (_list(_rotation()), "contacts who take shifts in turn"),
        "overrides": (_list(_override()), "who replaces whom, and when"),
        "quiet_hours": (_list(_quiet_hours()), "when which severities wait"),
        "mutes": (_list(_mute()), "which incidents wait, and until when"),
    }
    table = _table(KEYS, REQUIRED, properties)
    title = {"$schema": DIALECT, "title": "Callout roster, version 1"}
    return title | table


def _contact() -> Schema:
    several = _list(_PHONE) | {"maxItems": MAX_PHONES_PER_CONTACT}
    properties = {
        "name": (_NAME, "unique, ignoring case and spacing"),
        "phone": ({"anyOf": [_PHONE, several]}, "a number, or several to call in order"),
        "language": (
            {"enum": [*available_languages()]},
            "language of calls to this contact; default: the roster's",
        ),
        "attempts": (
            {k: v for k, v in _integer(ATTEMPTS).items() if k != "default"},
            "number of times in a row that each phone is called; default: the roster's",
        ),
        "text": (
            {"type": "boolean"},
            "whether to also send a text message; requires the setting `notifications.texts`",
        ),
        "pin": (
            _text(STORED) | {"examples": [contacts.KEYS["pin"]]},
            "hashed PIN for [callback](callback.md#pin), written by `callout roster pin`",
        ),
    }
    return _table(contacts.KEYS, contacts.REQUIRED, properties)


def _rotation() -> Schema:
    longest = rotations.MAX_TURN // rotations.UNITS["w"]
    properties = {
        "name": (_NAME, "for use in the escalation"),
        "members": (_list(_NAME), "contacts, in the order of their shifts"),
        "starts": (_text(LOCAL_TIME), "local time of the first handover"),
        "every": (
            _text(rotations.TURN),
            f"length of a shift in hours, days or weeks; at most {longest} weeks",
        ),
        "hours": (_hours(), "when it is on duty: some days or each day; default: always"),
        "timezone": (_ZONE, "of `starts` and `hours`; default: the roster's"),
    }
    return _table(rotations.ROTATION, rotations.ROTATION_REQUIRED, properties)


def _entry() -> Schema:
    properties = {
        "name": (_NAME, "a contact or rotation"),
        "from_round": (_integer(FROM_ROUND), "the first round that calls this entry"),
    }
    return _table(rotations.ENTRY, rotations.ENTRY_REQUIRED, properties)


def _override() -> Schema:
    properties = {
        "from": (_text(LOCAL_TIME), "local time at which the override starts"),
        "until": (_text(LOCAL_TIME), "local time at which the override ends"),
        "replace": (_NAME, "the contact or rotation that is not called"),
        "with": (_NAME, "the contact or rotation that is called instead"),
    }
    return _table(rotations.OVERRIDE, rotations.OVERRIDE, properties)


def _quiet_hours() -> Schema:
    properties = {
        "severities": (
            _list({"enum": [*holds.QUIET_SEVERITIES]}),
            "severities that wait; critical never does",
        ),
        "hours": (_hours(), "local times, on some days or each day; may cross midnight"),
        "timezone": (_ZONE, "default: the roster's"),
    }
    return _table(holds.QUIET_HOURS, holds.QUIET_HOURS_REQUIRED, properties)


def _mute() -> Schema:
    text: Schema = {"type": ["string", "number", "boolean"], "maxLength": MAX_MUTE_TEXT_LENGTH}
    properties = {
        "match": (
            text,
            "pattern of a dedup key, alarm name or title, ignoring case: `*` and `?` match any",
        ),
        "from": (_text(LOCAL_TIME), "local time at which it starts; default: at once"),
        "until": (
            _text(LOCAL_TIME),
            f"local time at which it ends, at most {MAX_MUTE.days} days later",
        ),
        "reason": (text, "for notifications"),
    }
    return _table(holds.MUTE, holds.MUTE_REQUIRED, properties)


def _hours() -> Schema:
    window = _text(hours.PATTERN) | {"examples": hours.EXAMPLE.strip("[]").split(", ")}
    return {"anyOf": [window, _list(window)]}


def _table(
    keys: Mapping[str, str],
    required: Iterable[str],
    described: Mapping[str, tuple[Schema, str]],
) -> Schema:
    """Return the schema of a mapping; raise KeyError if a key of the parser is not described."""
    properties: Schema = {}
    for key, example in keys.items():
        schema, text = described[key]
        properties[key] = {"description": text} | {
            name: value for name, value in schema.items() if name != "description"
        }
        if schema.get("type", "array") not in ("array", "object"):
            properties[key]["examples"] = [example]
    return {
        "type": "object",
        "properties": properties,
        "required": [*required],
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def _integer(limit: Range) -> Schema:
    return {
        "type": ["integer", "string"],
        "minimum": limit.minimum,
        "maximum": limit.maximum,
        "pattern": r"^\s*[1-9][0-9]*\s*$",
        "default": limit.default,
    }


def _text(pattern: re.Pattern[str]) -> Schema:
    """Return the schema of a text; the parser strips surrounding whitespace."""
    return {"type": "string", "pattern": rf"^\s*(?:{pattern.pattern})\s*$"}
