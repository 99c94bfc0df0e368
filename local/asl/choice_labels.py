"""Formats the condition of a Choice rule as a short label for an arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.asl.transitions import Json

#: The symbol of each comparison, by its operator without the type and without `Path`.
_SYMBOLS = {
    "Equals": "=",
    "LessThan": "<",
    "LessThanEquals": "\N{LESS-THAN OR EQUAL TO}",
    "GreaterThan": ">",
    "GreaterThanEquals": "\N{GREATER-THAN OR EQUAL TO}",
}
_TYPES = ("Boolean", "Numeric", "String", "Timestamp")


def condition(rule: Json) -> str:
    """Return the condition of a rule: `next < count`, `outcome = ringing or talking`.

    Paths are shortened to their last part: a label is read by people and never parsed.
    """
    for word in ("And", "Or"):
        if word in rule:
            return _joined([condition(part) for part in rule[word]], f" {word.lower()} ")
    if "Not" in rule:
        return f"not ({condition(rule['Not'])})"
    [(operator, value)] = [
        (key, value) for key, value in rule.items() if key not in ("Variable", "Next", "Comment")
    ]
    variable = _last(rule["Variable"])
    if operator == "BooleanEquals":
        return variable if value else f"not {variable}"
    if operator.endswith("Path"):
        value = _last(value)
    return f"{variable} {_symbol(operator.removesuffix('Path'))} {value}"


def _last(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _symbol(operator: str) -> str:
    """Return the symbol of an operator, or its name if it has none."""
    for type_name in _TYPES:
        operator = operator.removeprefix(type_name)
    return _SYMBOLS.get(operator, operator)


def _joined(conditions: list[str], word: str) -> str:
    """Join conditions without repeating a common beginning: `a = 1 or 2`."""
    heads = {text.rpartition(" ")[0] for text in conditions}
    if len(heads) == 1:
        return f"{heads.pop()} {word.join(text.rpartition(' ')[2] for text in conditions)}"
    return word.join(conditions)
