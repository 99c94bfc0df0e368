"""The format of scenarios as a JSON Schema, for editors to complete and to check while typing.

Keys, words and limits are those of the code that reads them. A schema cannot say all of it
(contacts whom the roster has not, what can go wrong where): `callout simulate` does.
"""

from __future__ import annotations

import inspect
from dataclasses import MISSING, Field, fields
from typing import Any

from pydantic import TypeAdapter

from callout.roster.json_schema import DIALECT
from callout.roster.json_schema import schema as roster_schema
from local.connect.failing_numbers import THROTTLES
from local.connect.phone_parser import KINDS
from local.connect.simulated_phones import KEYPAD, Phone
from local.faults.fault import Fault
from local.faults.fault_types import (
    CONNECT,
    EVENTS,
    PROXIED_SERVICES,
    function_names,
    operation_names,
)
from local.scenarios.expectation import CALL_OUTCOMES, OUTCOMES
from local.scenarios.files import event_names
from local.scenarios.scenario import Scenario

Schema = dict[str, Any]

_SECONDS: Schema = {"type": ["number", "string"], "minimum": 0, "description": "scenario seconds"}
_BY_NAME: dict[str, Schema] = {
    "keys": {
        "type": ["string", "integer"],
        "pattern": f"^[{KEYPAD}]+$",
        "description": "in order; 1 acknowledges, 2 passes it on, * says it again",
    },
    "times": {
        "type": ["integer", "string", "null"],
        "minimum": 1,
        "description": "how many requests fail, retries included; null is all",
    },
    "error": {"enum": [*THROTTLES]},
    "placed": {
        "type": "boolean",
        "description": "whether the call was placed all the same",
    },
    "then": {"$ref": "#/$defs/phone", "description": "what it is from then on"},
}
#: What pydantic cannot know of the fields of a scenario.
_DESCRIBED = {
    "title": "what the scenario is about, in a line",
    "team": "whose roster it is",
    "event": "the name of a file in tests/fixtures/events, a .json file, or the event itself",
    "at": "when it happens: local time of the roster's zone, unless it has an offset",
    "roster": "as operators write it, as text, or a .yaml or .json file beside this one",
    "phones": "what each phone does, by contact or by number; without any, the last contact"
    " presses 1 and all others let it ring",
    "also": "further events, each so many seconds after the scenario's own",
    "faults": "what goes wrong besides",
    "ack_timeout_minutes": "the setting: minutes after an acknowledgement until an unresolved"
    " incident pages again, once in a scenario; 0: never",
    "seed": "of the dice of faults that have a chance",
    "expect": "what must come of it",
}


def schema() -> Schema:
    """Give the schema of a scenario."""
    made = Scenario.model_json_schema()
    roster = {key: one for key, one in roster_schema().items() if key not in ("$schema", "title")}
    event = {"anyOf": [{"enum": event_names()}, _text(r"\.json$"), {"type": "object"}]}
    properties = made["properties"] | {
        "event": event,
        "also": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"after": _SECONDS | {"default": 0}, "event": event},
                "required": ["event"],
                "additionalProperties": False,
            },
        },
        "at": {"type": "string", "examples": ["2026-12-24T23:00"]},
        "roster": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/roster"}]},
        "phones": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"$ref": "#/$defs/phone"},
                    {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/phone"}},
                ]
            },
        },
        "expect": {"$ref": "#/$defs/expectation"},
        "faults": {"type": "array", "items": {"$ref": "#/$defs/fault"}},
    }
    expectation = _plain(made["$defs"]["Expectation"]) | {"description": _DESCRIBED["expect"]}
    expectation["properties"] |= {
        "calls": {"type": "array", "items": _text(f" ({'|'.join(CALL_OUTCOMES)})$")},
        "outcome": {"enum": ["", *OUTCOMES], "default": ""},
    }
    return {
        "$schema": DIALECT,
        "title": "Callout scenario",
        "type": "object",
        "properties": {
            name: {"description": _DESCRIBED[name]} | _plain(properties[name])
            for name in Scenario.model_fields
        },
        "required": made["required"],
        "additionalProperties": False,
        "$defs": {
            "expectation": expectation,
            "fault": _fault(),
            "phone": _phone(),
            "roster": roster,
        },
    }


def _phone() -> Schema:
    words = [
        {"const": name, "description": inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]}
        for name, kind in KINDS.items()
    ]
    mappings = [
        {
            "type": "object",
            "properties": {name: _parameters(kind)},
            "required": [name],
            "additionalProperties": False,
        }
        for name, kind in KINDS.items()
    ]
    return {"anyOf": [*words, *mappings]}


def _parameters(kind: type[Phone]) -> Schema:
    return {
        "type": ["object", "null"],
        "properties": {one.name: _parameter(one) for one in fields(kind)},
        "additionalProperties": False,
    }


def _parameter(one: Field[Any]) -> Schema:
    found = _BY_NAME.get(one.name, _SECONDS)
    plain = one.default is not MISSING and isinstance(one.default, str | int | float)
    return found | {"default": one.default} if plain else found


def _fault() -> Schema:
    made: Schema = _plain(TypeAdapter(Fault).json_schema(by_alias=True))
    places = [CONNECT, *(f"{CONNECT} {one}" for one in operation_names(CONNECT))]
    places += [*function_names(), EVENTS, *PROXIED_SERVICES]
    kinds = made.pop("$defs")["FaultKind"]["enum"]
    made["properties"] |= {
        "at": {
            "anyOf": [
                {"enum": places},
                {"type": "string", "pattern": f"^({'|'.join(PROXIED_SERVICES)}) [A-Z]"},
            ],
            "description": "an operation of a service, a service, a function, or events",
        },
        "fault": {"enum": kinds, "description": "what it does"},
    }
    return made | {"additionalProperties": False}


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _plain(made: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Leave out the titles and docstrings that pydantic makes of names in the code."""
    if isinstance(made, list):
        return [_plain(one) for one in made]
    if not isinstance(made, dict):
        return made
    return {
        key: _plain(one)
        for key, one in made.items()
        if not (isinstance(one, str) and (key == "title" or "\n" in one))
    }
