"""A run as a person can read it: who is called, what goes wrong, what happens, what should."""

from __future__ import annotations

import io
import json
import math
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from local.scenarios.console_timeline import TimelineView
from tests.chaos.stories import as_yaml
from tests.chaos.weather import NO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.connect.timeline import TimelineEntry
    from tests.chaos.run import Run


def show(console: Console, run: Run, timeline: Iterable[TimelineEntry]) -> None:
    """Print a run."""
    part(console, "The story", as_yaml(run.story).splitlines())
    console.print(Text("\nWhat happened", style="bold"))
    view = TimelineView(console, run.story.names_by_number())
    for execution in run.played.executions:
        began = datetime.fromisoformat(execution.history[0]["timestamp"])
        for event in execution.history:
            if details := event.get("stateEnteredEventDetails"):
                since = (datetime.fromisoformat(event["timestamp"]) - began).total_seconds()
                given = json.loads(details["input"])
                view.state(execution.began + since, details["name"], given)
    for entry in timeline:
        view.phone(entry)
    view.flush_until(math.inf)
    seen = run.seen
    calls = [f"{contact} {outcome}" for contact, outcome in seen.calls or ()]
    subjects = [f"SNS: {subject}" for subject in seen.subjects or ()]
    struck = [f"struck: {where} {kind}, {n} times" for (where, kind), n in run.struck.items()]
    by = f" by {seen.by}" if seen.by else ""
    part(console, f"So it ended: {seen.ending}{by}", [*calls, *subjects, *struck])
    part(console, "What the model says", _expected(run))
    wrong = [*run.wrong, *run.breaches.all]
    part(console, "What is wrong" if wrong else "All as it must be", wrong)


def shown(run: Run, timeline: Iterable[TimelineEntry]) -> str:
    """Give a run as text."""
    text = io.StringIO()
    show(Console(file=text, highlight=False, soft_wrap=True), run, timeline)
    return text.getvalue()


def _expected(run: Run) -> list[str]:
    due = run.expected
    if due.planned == NO:
        return ["whom to call cannot be found out, so SNS is told"]
    calls = [
        f"{one.contact} {' or '.join(sorted(one.outcomes))}, rings {_times(one.rings)}"
        for one in due.attempts
    ]
    return [*calls, "until somebody acknowledges", *(f"({reason})" for reason in due.why)]


def _times(rings: Iterable[int]) -> str:
    return " or ".join({0: "not", 1: "once"}[one] for one in sorted(rings))


def part(console: Console, title: str, lines: Iterable[str]) -> None:
    """Print some lines under a title."""
    console.print(Text(f"\n{title}", style="bold"))
    for line in lines:
        console.print(Text(f"  {line}"))
