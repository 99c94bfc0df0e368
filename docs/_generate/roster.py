"""The roster's format, from the schema that is made of the code that validates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from callout.roster.json_schema import schema
from docs._generate.markdown import either, table
from oncall.roster import limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callout.roster.json_schema import Schema

COLUMNS = ("key", "takes", "default", "what it is")


def sections() -> dict[str, str]:
    """Give the sections of docs/roster.md: a table for the roster, and for each kind of item."""
    whole = schema()
    inside = {key: one["items"] for key, one in whole["properties"].items() if _of_tables(one)}
    return {
        "roster": _keys(whole),
        **{key: _keys(items) for key, items in inside.items()},
        "limits": table(("what", "at most"), _limits()),
    }


def _keys(of: Schema) -> str:
    return table(
        COLUMNS,
        [
            (f"`{key}`", _takes(one), _default(key, one, of), one["description"])
            for key, one in of["properties"].items()
        ],
    )


def _default(key: str, one: Schema, of: Schema) -> str:
    if key in of["required"]:
        return "required"
    return f"`{one['default']}`" if "default" in one else ""


def _takes(one: Schema) -> str:
    """Say in words what a value has to be."""
    match one:
        case {"anyOf": several}:
            return ", or ".join(_takes(each) for each in several)
        case {"items": {"type": "object"}}:
            return "list, below"
        case {"items": _, "maxItems": most}:
            return f"list of up to {most}"
        case {"items": {"maxLength": _}}:
            return "list of names"
    return _value(one)


def _value(one: Schema) -> str:
    match one:
        case {"enum": words}:
            return either(words)
        case {"minimum": lowest, "maximum": highest}:
            return f"whole number, {lowest} to {highest}"
        case {"maxLength": longest}:
            return f"name, up to {longest} characters"
        case {"examples": [example, *_]}:
            return f"like `{example}`"
    raise TypeError(f"nobody has found words for {one}")


def _limits() -> Iterator[tuple[str, str]]:
    standard, advanced = limits.STANDARD_PARAMETER_BYTES, limits.ADVANCED_PARAMETER_BYTES
    yield (
        "a roster, in UTF-8",
        f"{standard:,} bytes in a standard parameter, {advanced:,} in an advanced one",
    )
    yield "calls of a page, over all rounds, whoever stands in", f"{limits.MOST_CALLS_PER_PLAN}"


def _of_tables(one: dict[str, Any]) -> bool:
    return bool(one.get("items", {}).get("type") == "object")
