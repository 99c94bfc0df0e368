"""Generate the roster reference from the JSON schema, which is made from the validation code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.roster.json_schema import roster_schema
from docs._generate.markdown import alternatives, table
from oncall.roster.defaults_and_limits import (
    ADVANCED_PARAMETER_BYTES,
    MAX_CALLS_PER_PLAN,
    MAX_NAME_LENGTH,
    STANDARD_PARAMETER_BYTES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callout.roster.json_schema import Schema

COLUMNS = ("key", "value", "default", "description")


def sections() -> dict[str, str]:
    """Return the sections of docs/roster.md: a table for the roster and each type of item."""
    roster = roster_schema()
    items = {
        key: value["items"]
        for key, value in roster["properties"].items()
        if value.get("items", {}).get("type") == "object"
    }
    return {
        "roster": _keys(roster),
        **{key: _keys(item) for key, item in items.items()},
        "limits": table(("what", "at most"), _limits()),
    }


def _keys(parent: Schema) -> str:
    return table(
        COLUMNS,
        [
            (f"`{key}`", _type(value), _default(key, value, parent), value["description"])
            for key, value in parent["properties"].items()
        ],
    )


def _default(key: str, value: Schema, parent: Schema) -> str:
    if key in parent["required"]:
        return "required"
    return f"`{value['default']}`" if "default" in value else ""


def _type(value: Schema) -> str:
    """Describe the type of a value."""
    match value:
        case {"anyOf": variants}:
            return ", or ".join(_type(variant) for variant in variants)
        case {"items": items}:
            return _list_type(items, value)
    return _scalar_type(value)


def _list_type(items: Schema, value: Schema) -> str:
    match items:
        case {"type": "object"}:
            return "list, below"
        case {"maxLength": _}:
            return "list of names"
        case {"enum": words}:
            return f"list of {alternatives(words)}"
        case {"anyOf": [{"maxLength": _}, {"properties": keys}]}:
            return f"list of names, or of `{{{', '.join(keys)}}}`"
    if "maxItems" in value:
        return f"list of up to {value['maxItems']}"
    return f"list like `[{', '.join(items['examples'])}]`"


def _scalar_type(value: Schema) -> str:
    match value:
        case {"enum": words}:
            return alternatives(words)
        case {"type": "boolean"}:
            return alternatives(["true", "false"])
        case {"minimum": lowest, "maximum": highest}:
            return f"whole number, {lowest} to {highest}"
        case {"maxLength": longest} if longest == MAX_NAME_LENGTH:
            return f"name, up to {longest} characters"
        case {"maxLength": longest}:
            return f"text, up to {longest} characters"
        case {"examples": [example, *_]}:
            return f"like `{example}`"
    raise TypeError(f"add a description for {value}")


def _limits() -> Iterator[tuple[str, str]]:
    standard, advanced = STANDARD_PARAMETER_BYTES, ADVANCED_PARAMETER_BYTES
    yield (
        "a roster, in UTF-8",
        f"{standard:,} bytes in a standard parameter, {advanced:,} in an advanced one",
    )
    yield "calls of a page, in all rounds, including overrides", f"{MAX_CALLS_PER_PLAN}"
