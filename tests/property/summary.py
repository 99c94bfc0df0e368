"""The outcomes of all runs together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from tests.property.invariants import Breaches

STORM = "storm"


@dataclass(frozen=True)
class Result:
    """What one process hands to another about a run."""

    seed: int
    ending: str  # what the page ended as; STORM for several pages
    calls: int
    struck: Counter[tuple[str, str]]  # how often a fault struck, by place and kind
    one_ending: bool  # whether the model allows only this ending, call by call
    wrong: tuple[str, ...]  # where it differs from the model
    breaches: Breaches
    text: str  # the whole run, for a person
    pages: int = 1

    @property
    def failed(self) -> bool:
        """Whether the run differs from the model or breaks an invariant."""
        return bool(self.wrong or self.breaches.all)


@dataclass
class Tally:
    """Counts results."""

    results: list[Result] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether any of them failed."""
        return any(result.failed for result in self.results)

    def table(self, seconds: float) -> Table:
        """Return the summary of runs that took so many real seconds."""
        results = self.results
        struck = sum((result.struck for result in results), Counter[tuple[str, str]]())
        kinds: Counter[str] = Counter()
        for (_, kind), count in struck.items():
            kinds[kind] += count
        endings = Counter(result.ending for result in results)

        def broken(invariant: str) -> int:
            return sum(len(getattr(result.breaches, invariant)) for result in results)

        table = Table("", "", show_header=False, box=None, pad_edge=False)
        rows: list[tuple[str, object]] = [
            ("runs", len(results)),
            *((f"  {ending}", count) for ending, count in endings.most_common()),
            ("executions", sum(result.pages for result in results)),
            ("calls", sum(result.calls for result in results)),
            ("with one ending only by the model", sum(result.one_ending for result in results)),
            ("runs that a fault struck", sum(bool(result.struck) for result in results)),
            ("faults that struck", struck.total()),
            *((f"  {kind}", count) for kind, count in sorted(kinds.items())),
            ("not as the model says", sum(bool(result.wrong) for result in results)),
            ("pages lost", broken("lost")),
            ("false acknowledgements", broken("false")),
            ("phones rung twice for one attempt", broken("twice")),
            ("two calls at once for a team", broken("together")),
            ("phones that ring for what is over", broken("over")),
            ("full numbers, or wrong words", broken("other")),
            ("seconds", f"{seconds:.0f}"),
        ]
        for name, value in rows:
            table.add_row(name, str(value))
        return table
