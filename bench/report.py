"""What was measured, kept as JSON and written into docs/performance.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.sheet import Sheet, shown
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bench.sheet import Value

RESULTS = Path(__file__).with_name("results.json")
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- written by make bench: begin -->", "<!-- written by make bench: end -->"

#: The figures of a whole run, as they are kept: where they were measured, and the sheets by part.
Results = dict[str, Any]


def results(machine: Mapping[str, Value], sheets: Mapping[str, Sequence[Sheet]]) -> Results:
    """Give what is kept of a run."""
    return {
        "machine": dict(machine),
        "parts": {part: [asdict(one) for one in found] for part, found in sheets.items()},
    }


def read() -> Results:
    """Read the latest whole run."""
    found: Results = json.loads(RESULTS.read_text())
    return found


def keep(found: Results) -> None:
    """Keep a run, and write it into the page.

    Raises:
        ValueError: the page has lost its markers.
    """
    RESULTS.write_text(json.dumps(found, indent=1) + "\n")
    PAGE.write_text(with_figures(PAGE.read_text(), found))


def with_figures(page: str, found: Results) -> str:
    """Put a run's figures between the markers of a page.

    Raises:
        ValueError: it has not each of them once, in order.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the page has no {BEGIN if not begin else END}")
    return f"{before}{begin}\n\n{markdown(found)}\n{end}{after}"


def markdown(found: Results) -> str:
    """Write a run's figures as Markdown."""
    machine = "; ".join(f"{name}: {shown(value)}" for name, value in found["machine"].items())
    parts = [f"{machine}\n"]
    for sheets in found["parts"].values():
        for one in sheets:
            sheet = Sheet(**one)
            parts.append(f"### {sheet.title}\n\n{_table(sheet)}")
            if sheet.note:
                parts.append(f"{sheet.note}\n")
    return "\n".join(parts)


def _table(sheet: Sheet) -> str:
    numbers = {name for name in sheet.columns if any(_is_number(row[name]) for row in sheet.rows)}
    lines = [
        sheet.columns,
        ["---:" if name in numbers else "---" for name in sheet.columns],
        *([shown(row[name]) for name in sheet.columns] for row in sheet.rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float)
