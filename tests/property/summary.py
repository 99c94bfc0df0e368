"""The outcomes of all runs together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from tests.property.invariants import InvariantViolations

STORM = "storm"


@dataclass(frozen=True)
class RunResult:
    """What one process hands to another about a run."""

    seed: int
    outcome: str  # what the page ended as; STORM for several pages
    calls: int
    injected: Counter[tuple[str, str]]  # how often a fault struck, by place and kind
    deterministic: bool  # whether the model allows only this ending, call by call
    differences: tuple[str, ...]  # where it differs from the model
    violations: InvariantViolations
    text: str  # the whole run, for a person
    executions: int = 1

    @property
    def failed(self) -> bool:
        """Whether the run differs from the model or breaks an invariant."""
        return bool(self.differences or self.violations.all)


@dataclass
class Tally:
    """Counts results."""

    results: list[RunResult] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether any of them failed."""
        return any(result.failed for result in self.results)

    def table(self, seconds: float) -> Table:
        """Return the summary of runs that took so many real seconds."""
        results = self.results
        injected = sum((result.injected for result in results), Counter[tuple[str, str]]())
        kinds: Counter[str] = Counter()
        for (_, kind), count in injected.items():
            kinds[kind] += count
        outcomes = Counter(result.outcome for result in results)

        def total(invariant: str) -> int:
            return sum(len(getattr(result.violations, invariant)) for result in results)

        table = Table("", "", show_header=False, box=None, pad_edge=False)
        rows: list[tuple[str, object]] = [
            ("runs", len(results)),
            *((f"  {outcome}", count) for outcome, count in outcomes.most_common()),
            ("executions", sum(result.executions for result in results)),
            ("calls", sum(result.calls for result in results)),
            ("with one ending only by the model", sum(result.deterministic for result in results)),
            ("runs that a fault struck", sum(bool(result.injected) for result in results)),
            ("faults that struck", injected.total()),
            *((f"  {kind}", count) for kind, count in sorted(kinds.items())),
            ("not as the model says", sum(bool(result.differences) for result in results)),
            ("pages lost", total("lost_pages")),
            ("false acknowledgements", total("false_acknowledgements")),
            ("phones rung twice for one attempt", total("repeated_calls")),
            ("two calls at once for a team", total("concurrent_calls")),
            ("phones that ring for what is over", total("late_calls")),
            ("full numbers, or wrong words", total("other")),
            ("seconds", f"{seconds:.0f}"),
        ]
        for name, value in rows:
            table.add_row(name, str(value))
        return table
