"""Print a run for a person: the scenario, the timeline, the faults, the result and the model."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from local.scenarios.console_timeline import TimelineView
from tests.property.model.fault_budget import NO
from tests.property.random_scenarios import to_yaml
from tests.property.random_storms import describe_storm

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from local.connect.timeline import TimelineEntry
    from local.scenarios.scenario import Scenario
    from tests.property.invariants import InvariantViolations
    from tests.property.run_scenario import ScenarioRun
    from tests.property.run_storm import StormRun


def format_run(run: ScenarioRun, timeline: Iterable[TimelineEntry]) -> str:
    """Return a run as text."""
    output = _Text()
    output.part("The scenario", to_yaml(run.scenario).splitlines())
    view = output.timeline("Timeline", run.scenario)
    for execution in run.result.executions:
        for state in execution.states:
            view.state(*state)
    _play(view, timeline)
    observed = run.observed
    calls = [f"{contact} {outcome}" for contact, outcome in observed.calls or ()]
    subjects = [f"SNS: {subject}" for subject in observed.subjects or ()]
    acknowledged_by = f" by {observed.acknowledged_by}" if observed.acknowledged_by else ""
    output.part(f"Outcome: {observed.outcome}{acknowledged_by}", [*calls, *subjects])
    output.part("Expected by the model", _expected(run))
    return output.end(run.injected, [*run.differences, *run.violations.all])


def format_storm(
    run: StormRun, violations: InvariantViolations, timeline: Iterable[TimelineEntry]
) -> str:
    """Return a storm as text."""
    output = _Text()
    output.part(
        "The storm", [*to_yaml(run.storm.scenario).splitlines(), *describe_storm(run.storm)]
    )
    _play(output.timeline("Phones", run.storm.scenario), timeline)
    for number, page in enumerate(run.pages):
        began, ended = page.execution.began, page.execution.ended
        status = page.outcome or page.execution.status
        title = f"{number} {page.mark}: {status}, from {began:.1f} to {ended:.1f} s"
        output.part(title, [f"{entry.at:7.1f} {entry.name}" for entry in page.states])
    output.part("SNS", [notification.subject for notification in run.result.all_notifications])
    return output.end(run.injected, violations.all)


class _Text:
    """Text that is built part by part."""

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

    def end(self, injected: Counter[tuple[str, str]], problems: Iterable[str]) -> str:
        self.part(
            "Injected faults", [f"{where} {kind}: {n}" for (where, kind), n in injected.items()]
        )
        self.part("Failures" if problems else "No failures", problems)
        return self._text.getvalue()


def _play(view: TimelineView, timeline: Iterable[TimelineEntry]) -> None:
    for entry in timeline:
        view.phone(entry)
    view.flush_until(math.inf)


def _expected(run: ScenarioRun) -> list[str]:
    page = run.expected
    if page.is_planned == NO:
        return ["no call can be planned; SNS is notified"]
    calls = [
        f"{attempt.contact}: {' or '.join(sorted(attempt.outcomes))};"
        f" {' or '.join(map(str, sorted(attempt.call_counts)))} calls"
        for attempt in page.attempts
    ]
    return [*calls, "until a call is acknowledged"]
