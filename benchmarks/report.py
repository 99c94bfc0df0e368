"""Save the results as JSON, and write them into docs/performance.md."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.table import Table, format_value
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.table import Value

RESULTS = Path(__file__).with_name("results.json")
DOC = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- written by make bench: begin -->", "<!-- written by make bench: end -->"
#: The parts in docs/performance.md, in the order of its sections.
DOCUMENTED = ("first-call", "next-call", "cost", "cold-start", "size", "storm")

#: The figures of a full run: the host, and the tables by part.
Results = dict[str, Any]


def results(host: Mapping[str, Value], tables: Mapping[str, Sequence[Table]]) -> Results:
    """Return the results of a run."""
    return {
        "machine": dict(host),
        "parts": {part: [asdict(table) for table in found] for part, found in tables.items()},
    }


def read() -> Results:
    """Read the results of the latest full run."""
    found: Results = json.loads(RESULTS.read_text())
    return found


def save(found: Results) -> None:
    """Save the results of a run, and update the doc.

    Raises:
        ValueError: the doc has lost its markers.
    """
    RESULTS.write_text(to_json(found))
    DOC.write_text(with_figures(DOC.read_text(), found))


def to_json(found: Results) -> str:
    """Encode results with one row of a table per line."""
    parts = (
        f"  {json.dumps(part)}: [\n{_lines(map(_encode_table, tables))}\n  ]"
        for part, tables in found["parts"].items()
    )
    return f'{{"machine": {json.dumps(found["machine"])},\n "parts": {{\n{_lines(parts)}\n }}}}\n'


def _encode_table(table: Mapping[str, Any]) -> str:
    title, note = json.dumps(table["title"]), json.dumps(table["note"])
    rows = _lines(f"    {json.dumps(row)}" for row in table["rows"])
    return f'   {{"title": {title}, "note": {note}, "rows": [\n{rows}\n   ]}}'


def _lines(encoded: Iterable[str]) -> str:
    return ",\n".join(encoded)


def with_figures(doc: str, found: Results) -> str:
    """Replace the text between the markers of a doc with the results.

    Raises:
        ValueError: a marker is missing, or they are in the wrong order.
    """
    before, begin, rest = doc.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the doc has no {BEGIN if not begin else END}")
    return f"{before}{begin}\n\n{markdown(found)}\n{end}{after}"


def markdown(found: Results) -> str:
    """Format the documented parts as Markdown."""
    host = "; ".join(f"{name}: {format_value(value)}" for name, value in found["machine"].items())
    sections = [f"{host}\n"]
    for part in DOCUMENTED:
        for fields in found["parts"].get(part, []):
            table = Table(**fields)
            sections.append(f"### {table.title}\n\n{_markdown_table(table)}")
            if table.note:
                sections.append(f"{table.note}\n")
    return "\n".join(sections)


def _markdown_table(table: Table) -> str:
    numeric = {
        name
        for name in table.columns
        if any(isinstance(row[name], int | float) for row in table.rows)
    }
    lines = [
        table.columns,
        ["---:" if name in numeric else "---" for name in table.columns],
        *([format_value(row[name]) for name in table.columns] for row in table.rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
