"""What came of all the runs together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.table import Table

from tests.chaos.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.connect.timeline import TimelineEntry
    from tests.chaos.laws import Breaches
    from tests.chaos.run import Run
    from tests.chaos.storm_run import Told

STORM = "storm"


@dataclass(frozen=True)
class Result:
    """What is kept of a run, to be handed from one process to another."""

    seed: int  # its seed
    ending: str  # what the page ended as; STORM where there were several
    calls: int  # how many were made
    struck: Counter[tuple[str, str]]  # how often a fault struck, by place and kind
    one_ending: bool  # whether the model allows of this ending only, call by call
    #: wrong, lost, false, twice, other, together, over: how many lines there are on each (model,
    #: laws)
    wrong: int
    lost: int
    false: int
    twice: int
    other: int
    together: int
    over: int
    told: str  # the whole story where something is wrong; else ""
    pages: int = 1  # executions

    @property
    def failed(self) -> bool:
        """Whether something is not as it must be."""
        return bool(self.told)


def result_of(run: Run, timeline: Iterable[TimelineEntry]) -> Result:
    """Give what is kept of a run."""
    found = run.breaches
    made = len(run.seen.calls or ())
    return Result(
        seed=run.story.seed,
        ending=run.seen.ending,
        calls=made,
        struck=run.struck,
        one_ending=not run.expected.paged_twice
        and all(len(one.outcomes) == 1 for one in run.expected.attempts[:made]),
        wrong=len(run.wrong),
        lost=len(found.lost),
        false=len(found.false),
        twice=len(found.twice),
        other=len(found.other),
        together=0,
        over=0,
        told=shown(run, timeline) if run.failed else "",
    )


def result_of_storm(told: Told, found: Breaches, shown_whole: str) -> Result:
    """Give what is kept of a storm."""
    return Result(
        seed=told.storm.story.seed,
        ending=STORM,
        calls=len(told.played.calls),
        struck=told.struck,
        one_ending=False,
        wrong=0,
        lost=len(found.lost),
        false=len(found.false),
        twice=len(found.twice),
        other=len(found.other),
        together=len(found.together),
        over=len(found.over),
        told=shown_whole if found.all else "",
        pages=len(told.pages),
    )


@dataclass
class Tally:
    """Counts results."""

    results: list[Result] = field(default_factory=list)

    def add(self, result: Result) -> None:
        """Count one more."""
        self.results.append(result)

    @property
    def failed(self) -> bool:
        """Whether one of them was not as it must be."""
        return any(one.failed for one in self.results)

    def table(self, seconds: float) -> Table:
        """Give all that there is to say of them."""
        struck = sum((one.struck for one in self.results), Counter[tuple[str, str]]())
        kinds: Counter[str] = Counter()
        for (_, kind), count in struck.items():
            kinds[kind] += count
        endings = Counter(one.ending for one in self.results)
        table = Table("", "", show_header=False, box=None, pad_edge=False)
        rows: list[tuple[str, object]] = [
            ("runs", len(self.results)),
            *((f"  {ending}", count) for ending, count in endings.most_common()),
            ("executions", sum(one.pages for one in self.results)),
            ("calls", sum(one.calls for one in self.results)),
            ("with one ending only by the model", sum(one.one_ending for one in self.results)),
            ("runs that a fault struck", sum(bool(one.struck) for one in self.results)),
            ("faults that struck", struck.total()),
            *((f"  {kind}", count) for kind, count in sorted(kinds.items())),
            ("not as the model says", sum(bool(one.wrong) for one in self.results)),
            ("pages lost", sum(one.lost for one in self.results)),
            ("false acknowledgements", sum(one.false for one in self.results)),
            ("phones rung twice for one attempt", sum(one.twice for one in self.results)),
            ("two calls at once for a team", sum(one.together for one in self.results)),
            ("phones that ring for what is over", sum(one.over for one in self.results)),
            ("numbers told in full, or wrong words", sum(one.other for one in self.results)),
            ("seconds", f"{seconds:.0f}"),
        ]
        for name, value in rows:
            table.add_row(name, str(value))
        return table
