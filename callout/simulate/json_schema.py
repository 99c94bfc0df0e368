"""The format of scenarios as a JSON Schema, for completion and validation in editors.

Keys, values and limits come from the parser. A schema cannot express everything (contacts that
are not in the roster, faults that an operation does not support): `callout simulate` does.
"""

import inspect
from dataclasses import MISSING, Field, fields
from typing import Any

from pydantic import TypeAdapter

from callout.roster.json_schema import DIALECT, roster_schema
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
        "description": "in order; 1 acknowledges, 2 declines, * repeats the announcement",
    },
    "times": {
        "type": ["integer", "string", "null"],
        "minimum": 1,
        "description": "number of requests that fail, including retries; null for all",
    },
    "error": {"enum": [*THROTTLES]},
    "placed": {
        "type": "boolean",
        "description": "whether the call is placed despite the error",
    },
    "then": {"$ref": "#/$defs/phone", "description": "what the phone does afterwards"},
}
#: Descriptions of a scenario's fields.
_DESCRIPTIONS = {
    "title": "one-line summary of the scenario",
    "team": "team of the roster",
    "event": "a name from tests/fixtures/events, a .json file, or the event itself",
    "webhook": "a request to a webhook, in place of an event",
    "sns": "a message of an SNS topic, in place of an event",
    "at": "time of the event, in the roster's time zone unless it has an offset",
    "roster": "a roster, as mapping or text, or a .yaml or .json file relative to this one",
    "phones": "what each phone does, by contact or by number; default: the last contact"
    " presses 1, and no other contact answers",
    "also": "further events, each some seconds after the scenario's own",
    "alarms": "later states of composite alarms that no event reports",
    "opens_link": "people who open the link to the incident, and press a button",
    "calls_back": "people who call the number that called, and press keys",
    "faults": "faults to inject",
    "replay": "whether events of AWS are sent as replays, so as tests; false: as AWS sends them",
    "ack_timeout_minutes": "the setting: minutes after an acknowledgement until an unresolved"
    " incident pages again, once in a scenario; 0: never",
    "lambda_concurrency": "how many functions may run at once in the account, in the simulation;"
    " null: any number, and functions take no time",
    "seed": "random seed for faults that have a chance",
    "expect": "the expected result",
}


def scenario_schema() -> Schema:
    """Return the schema of a scenario."""
    made = Scenario.model_json_schema()
    roster = {
        key: value for key, value in roster_schema().items() if key not in ("$schema", "title")
    }
    event = {"anyOf": [{"enum": event_names()}, _text(r"\.json$"), {"type": "object"}]}
    alerts = {"webhook": {"$ref": "#/$defs/webhook"}, "sns": {"$ref": "#/$defs/sns"}}
    later = _object({"after": _SECONDS | {"default": 0}, "event": event, **alerts})
    phone: Schema = {"$ref": "#/$defs/phone"}
    phones: Schema = {"anyOf": [phone, _array(phone) | {"minItems": 1}]}
    properties = made["properties"] | {
        "event": event,
        **alerts,
        "also": _array(later | {"minProperties": 1}),
        "alarms": _array({"$ref": "#/$defs/alarm"}),
        "opens_link": _array({"$ref": "#/$defs/opened_link"}),
        "calls_back": _array({"$ref": "#/$defs/called_back"}),
        "at": {"type": "string", "examples": ["2026-12-24T23:00"]},
        "roster": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/roster"}]},
        "phones": {"type": "object", "additionalProperties": phones},
        "expect": {"$ref": "#/$defs/expectation"},
        "faults": _array({"$ref": "#/$defs/fault"}),
    }
    expectation = _plain(made["$defs"]["Expectation"]) | {"description": _DESCRIPTIONS["expect"]}
    expectation["properties"] |= {
        "calls": _array(_text(f" ({'|'.join(CALL_OUTCOMES)})$")),
        "outcome": {"enum": ["", *OUTCOMES], "default": ""},
    }
    described = {
        name: {"description": _DESCRIPTIONS[name]} | _plain(properties[name])
        for name in Scenario.model_fields
    }
    called_back = _plain(made["$defs"]["CalledBack"])
    keys = _BY_NAME["keys"] | {"pattern": f"^[{KEYPAD}]*$"}
    called_back["properties"] |= {"keys": keys, "pin": keys, "from": {"type": keys["type"]}}
    definitions = {
        "alarm": _plain(made["$defs"]["AlarmChange"]),
        "called_back": called_back,
        "expectation": expectation,
        "fault": _fault(),
        "opened_link": _plain(made["$defs"]["OpenedLink"]),
        "phone": _phone(),
        "roster": roster,
        "sns": _with_json(made["$defs"]["SnsMessage"], "message", {"type": "string"}),
        "webhook": _with_json(made["$defs"]["WebhookRequest"], "body", _text(r"\.json$")),
    }
    title = {"$schema": DIALECT, "title": "Callout scenario"}
    return title | _object(described, required=made["required"]) | {"$defs": definitions}


def _phone() -> Schema:
    words = [
        {"const": name, "description": inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]}
        for name, kind in KINDS.items()
    ]
    mappings = [_object({name: _parameters(kind)}, required=[name]) for name, kind in KINDS.items()]
    return {"anyOf": [*words, *mappings]}


def _parameters(kind: type[Phone]) -> Schema:
    parameters = {field.name: _parameter(field) for field in fields(kind)}
    return _object(parameters) | {"type": ["object", "null"]}


def _parameter(field: Field[Any]) -> Schema:
    schema = _BY_NAME.get(field.name, _SECONDS)
    has_default = field.default is not MISSING and isinstance(field.default, str | int | float)
    return schema | {"default": field.default} if has_default else schema


def _fault() -> Schema:
    made: Schema = _plain(TypeAdapter(Fault).json_schema(by_alias=True))
    places = [CONNECT, *(f"{CONNECT} {name}" for name in operation_names(CONNECT))]
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
        "fault": {"enum": kinds, "description": "kind of fault"},
    }
    return made | {"additionalProperties": False}


def _with_json(schema: Schema, name: str, text: Schema) -> Schema:
    """Return the schema of a field that is an object, or a text such as the name of a file."""
    made: Schema = _plain(schema)
    made["properties"][name] = {"anyOf": [text, {"type": "object"}]}
    return made


def _object(properties: Schema, required: list[str] | None = None) -> Schema:
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | {"required": required} if required else made


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _text(pattern: str) -> Schema:
    return {"type": "string", "pattern": pattern}


def _plain(schema: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Remove the titles and docstrings that pydantic generates."""
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _plain(value)
        for key, value in schema.items()
        if not (isinstance(value, str) and (key == "title" or "\n" in value))
    }
