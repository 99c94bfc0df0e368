"""Says the condition of a Choice's rule in a line that fits beside an arrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.asl.transitions import Json

#: How a comparison is said, by its operator without the type and without `Path`.
_SAID = {
    "Equals": "=",
    "LessThan": "<",
    "LessThanEquals": "\N{LESS-THAN OR EQUAL TO}",
    "GreaterThan": ">",
    "GreaterThanEquals": "\N{GREATER-THAN OR EQUAL TO}",
}
_TYPES = ("Boolean", "Numeric", "String", "Timestamp")


def condition(rule: Json) -> str:
    """Say what a rule asks: `next < count`, `outcome = ringing or talking`.

    Paths are said by their last part: the picture is for reading along, not for parsing.
    """
    for word in ("And", "Or"):
        if word in rule:
            return _joined([condition(one) for one in rule[word]], f" {word.lower()} ")
    if "Not" in rule:
        return f"not ({condition(rule['Not'])})"
    [(operator, value)] = [
        (key, value) for key, value in rule.items() if key not in ("Variable", "Next", "Comment")
    ]
    asked = _last(rule["Variable"])
    if operator == "BooleanEquals":
        return asked if value else f"not {asked}"
    if operator.endswith("Path"):
        value = _last(value)
    return f"{asked} {_sign(operator.removesuffix('Path'))} {value}"


def _last(path: str) -> str:
    return path.rsplit(".", 1)[-1]


def _sign(operator: str) -> str:
    """Give the sign of an operator; one that has none is said as it is written."""
    for kind in _TYPES:
        operator = operator.removeprefix(kind)
    return _SAID.get(operator, operator)


def _joined(said: list[str], word: str) -> str:
    """Join conditions, without saying again what they begin with: `a = 1 or 2`."""
    heads = {one.rpartition(" ")[0] for one in said}
    if len(heads) == 1:
        return f"{heads.pop()} {word.join(one.rpartition(' ')[2] for one in said)}"
    return word.join(said)
