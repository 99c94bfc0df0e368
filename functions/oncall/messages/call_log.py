"""The calls of a page as text, one line each. On the dial path: does not import incidents."""

from collections.abc import Mapping, Sequence

from oncall.messages.locale import nearest
from oncall.text import clean

Call = Mapping[str, object]
"""A finished call: contact, phone (masked), outcome, attempt, round, and sometimes reason."""

_CALLS_SHOWN = 100  # SNS accepts 256 KiB, a reader much less


def calls_text(calls: Sequence[Call], language: str, *, first: int = 1) -> str:
    """Return a line for each call, like `1. Li Wei +86*********00: no answer`.

    `first` is the number of the first call.
    """
    templates = nearest(language).email
    lines = []
    for number, call in enumerate(calls[:_CALLS_SHOWN], start=first):
        outcome = _field(call, "outcome")
        line = templates.line_reason if _field(call, "reason") else templates.line
        entry = line.format(
            number=number,
            contact=_field(call, "contact"),
            phone=_field(call, "phone"),
            outcome=templates.outcomes.get(outcome, outcome),
            reason=_field(call, "reason"),
        )
        lines.append(" ".join(entry.split()))
    if len(calls) > _CALLS_SHOWN:
        lines.append(templates.more.format(count=len(calls) - _CALLS_SHOWN))
    return "\n".join(lines) or templates.nobody_called


def _field(call: Call, name: str) -> str:
    value = call.get(name)
    return clean(value) if isinstance(value, str) else ""
