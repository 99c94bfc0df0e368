"""Print a run for a person: the scenario, the timeline, the faults, the result and the model."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from rich.console import Console

from local.scenarios.console_timeline import TimelineView
from tests.property.model.fault_budget import NO
from tests.property.random_scenarios import to_yaml
from tests.property.random_storms import describe_storm

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable

    from local.scenarios.result import ScenarioResult, StateEntry
    from local.scenarios.scenario import Scenario
    from tests.property.invariants import InvariantViolations
    from tests.property.model.expected_outcome import ExpectedPage
    from tests.property.run_scenario import ScenarioRun
    from tests.property.run_storm import StormRun


def format_run(run: ScenarioRun) -> str:
    output, result = _Text(), run.result
    output.part("The scenario", to_yaml(run.scenario).splitlines())
    states = [state for execution in result.executions for state in execution.states]
    output.timeline("Timeline", run.scenario, result, states)
    by = result.output.get("acknowledged_by")
    output.part(
        f"Outcome: {result.page.outcome}{f' by {by}' if by else ''}",
        [*result.call_outcomes, *(f"SNS: {sent.subject}" for sent in result.notifications)],
    )
    output.part("Expected by the model", _expected(run.expected))
    return output.end(run.injected, [*run.differences, *run.violations.all])


def format_storm(run: StormRun, violations: InvariantViolations) -> str:
    output, scenario = _Text(), run.storm.scenario
    output.part("The storm", [*to_yaml(scenario).splitlines(), *describe_storm(run.storm)])
    output.timeline("Phones", scenario, run.result)
    for number, page in enumerate(run.pages):
        began, ended = page.execution.began, page.execution.ended
        title = f"{number} {page.mark}: {page.outcome}, from {began:.1f} to {ended:.1f} s"
        output.part(title, [f"{entry.at:7.1f} {entry.name}" for entry in page.states])
    output.part("SNS", [notification.subject for notification in run.result.all_notifications])
    return output.end(run.injected, violations.all)


class _Text:
    """Text that is built part by part."""

    def __init__(self) -> None:
        self._text = io.StringIO()

    def part(self, title: str, lines: Iterable[str]) -> None:
        self._text.writelines([f"\n{title}\n", *(f"  {line}\n" for line in lines)])

    def timeline(
        self,
        title: str,
        scenario: Scenario,
        result: ScenarioResult,
        states: Iterable[StateEntry] = (),
    ) -> None:
        self.part(title, [])
        console = Console(file=self._text, highlight=False, soft_wrap=True)
        view = TimelineView(console, scenario.names_by_number())
        for state in states:
            view.state(*state)
        for entry in result.timeline:
            view.phone(entry)
        view.flush_until(math.inf)

    def end(self, injected: Counter[tuple[str, str]], problems: Iterable[str]) -> str:
        faults = [f"{where} {kind}: {n}" for (where, kind), n in injected.items()]
        self.part("Injected faults", faults)
        self.part("Failures" if problems else "No failures", problems)
        return self._text.getvalue()


def _expected(page: ExpectedPage) -> list[str]:
    if page.is_planned == NO:
        return ["no call can be planned; SNS is notified"]
    calls = [
        f"{attempt.contact}: {' or '.join(sorted(attempt.outcomes))};"
        f" {' or '.join(map(str, sorted(attempt.call_counts)))} calls"
        for attempt in page.attempts
    ]
    return [*calls, "until a call is acknowledged"]
