"""The tables of figures: saved as JSON, and written into docs/performance.md."""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Seconds, bytes or US dollars, unless the column's name gives another unit.
Value = str | int | float | None
Row = Mapping[str, Value]

RESULTS = Path(__file__).with_name("results.json")
DOC = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- written by make bench: begin -->", "<!-- written by make bench: end -->"
#: The parts in docs/performance.md, in the order of its sections.
DOCUMENTED = ("first-call", "next-call", "cost", "cold-start", "size", "storm")

#: The figures of a full run: the host, and the tables by part.
Results = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """One table."""

    title: str
    rows: Sequence[Row]  # values by column, the same ones in every row; None: not measured
    note: str = ""  # how to read it, in a few sentences

    @property
    def columns(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.rows[0]) if self.rows else []


def format_value(value: Value) -> str:
    """Format a value with three significant digits and thousands separators."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if value == 0:
        return "0"
    rounded = float(f"{abs(value):.3g}")  # so that 0.9999 gets as many decimals as 1
    decimals = min(8, max(0, 2 - math.floor(math.log10(rounded))))
    return f"{value:,.{decimals}f}"


def host_info() -> dict[str, Value]:
    """Return date, commit, hardware and load, without names of hosts, users or folders."""
    describe = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    commit = subprocess.run(describe, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes").replace("+00:00", "Z"),
        "commit": commit.strip() or "not in git",
        "cores": os.cpu_count(),
        "cpu": next(models, platform.machine()),
        "python": platform.python_version(),
        "load before": round(os.getloadavg()[0], 1),
    }


def results(host: Mapping[str, Value], tables: Mapping[str, Sequence[Table]]) -> Results:
    """Return the results of a run."""
    return {
        "machine": dict(host),
        "parts": {part: [asdict(table) for table in found] for part, found in tables.items()},
    }


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
    tables = [Table(**fields) for part in DOCUMENTED for fields in found["parts"].get(part, [])]
    return "\n".join([f"{host}\n", *map(markdown_table, tables)])


def markdown_table(table: Table) -> str:
    """Format a table with its title and note."""
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
    formatted = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    note = f"\n{table.note}\n" if table.note else ""
    return f"### {table.title}\n\n{formatted}{note}"
