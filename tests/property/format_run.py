"""A run as a person can read it: who is called, what fails, what happens, what should."""

from __future__ import annotations

import io
import json
import math
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from local.scenarios.console_timeline import TimelineView
from tests.property.model.fault_budget import NO
from tests.property.random_scenarios import as_yaml
from tests.property.random_storms import as_lines

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from local.connect.timeline import TimelineEntry
    from local.scenarios.scenario import Scenario
    from tests.property.invariants import Breaches
    from tests.property.run_scenario import Run
    from tests.property.run_storm import StormRun


def shown(run: Run, timeline: Iterable[TimelineEntry]) -> str:
    """Return a run as text."""
    shown = _Text()
    shown.part("The scenario", as_yaml(run.scenario).splitlines())
    view = shown.timeline("What happened", run.scenario)
    for execution in run.result.executions:
        began = datetime.fromisoformat(execution.history[0]["timestamp"])
        for event in execution.history:
            if details := event.get("stateEnteredEventDetails"):
                since = (datetime.fromisoformat(event["timestamp"]) - began).total_seconds()
                given = json.loads(details["input"])
                view.state(execution.began + since, details["name"], given)
    _play(view, timeline)
    seen = run.seen
    calls = [f"{contact} {outcome}" for contact, outcome in seen.calls or ()]
    subjects = [f"SNS: {subject}" for subject in seen.subjects or ()]
    by = f" by {seen.by}" if seen.by else ""
    shown.part(f"So it ended: {seen.ending}{by}", [*calls, *subjects])
    shown.part("What the model says", _expected(run))
    return shown.ending(run.struck, [*run.wrong, *run.breaches.all])


def storm_shown(told: StormRun, found: Breaches, timeline: Iterable[TimelineEntry]) -> str:
    """Return a storm as text."""
    shown = _Text()
    shown.part("The storm", [*as_yaml(told.storm.scenario).splitlines(), *as_lines(told.storm)])
    _play(shown.timeline("What happened on the phones", told.storm.scenario), timeline)
    for number, page in enumerate(told.pages):
        began, ended = page.execution.began, page.execution.ended
        status = page.outcome or page.execution.status
        title = f"{number} {page.mark}: {status}, from {began:.1f} to {ended:.1f} s"
        shown.part(title, [f"{entered.second:7.1f} {entered.state}" for entered in page.entered])
    shown.part("SNS", [notification.subject for notification in told.result.all_notifications])
    return shown.ending(told.struck, found.all)


class _Text:
    """Text that is written part by part."""

    def __init__(self) -> None:
        self._text = io.StringIO()
        self._console = Console(file=self._text, highlight=False, soft_wrap=True)

    def part(self, title: str, lines: Iterable[str]) -> None:
        self._console.print(Text(f"\n{title}", style="bold"))
        for line in lines:
            self._console.print(Text(f"  {line}"))

    def timeline(self, title: str, scenario: Scenario) -> TimelineView:
        self.part(title, [])
        return TimelineView(self._console, scenario.names_by_number())

    def ending(self, struck: Counter[tuple[str, str]], wrong: Iterable[str]) -> str:
        self.part("What struck", [f"{where} {kind}: {n}" for (where, kind), n in struck.items()])
        self.part("What is wrong" if wrong else "All as it must be", wrong)
        return self._text.getvalue()


def _play(view: TimelineView, timeline: Iterable[TimelineEntry]) -> None:
    for entry in timeline:
        view.phone(entry)
    view.flush_until(math.inf)


def _expected(run: Run) -> list[str]:
    due = run.expected
    if due.planned == NO:
        return ["whom to call cannot be found out, so SNS is told"]
    calls = [
        f"{attempt.contact} {' or '.join(sorted(attempt.outcomes))}, rings {_times(attempt.rings)}"
        for attempt in due.attempts
    ]
    return [*calls, "until somebody acknowledges", *(f"({reason})" for reason in due.why)]


def _times(rings: Iterable[int]) -> str:
    return " or ".join({0: "not", 1: "once"}[count] for count in sorted(rings))
