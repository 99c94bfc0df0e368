"""A storm as a person can read it: what happens, whom it calls about what, what is wrong."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from local.scenarios.console_timeline import TimelineView
from tests.chaos.random_storms import as_lines
from tests.chaos.shown import part
from tests.chaos.stories import as_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

    from local.connect.timeline import TimelineEntry
    from tests.chaos.laws import Breaches
    from tests.chaos.storm_run import Told


def storm_shown(told: Told, found: Breaches, timeline: Iterable[TimelineEntry]) -> str:
    """Give a storm as text."""
    text = io.StringIO()
    console = Console(file=text, highlight=False, soft_wrap=True)
    part(console, "The storm", [*as_yaml(told.storm.story).splitlines(), *as_lines(told.storm)])
    console.print(Text("\nWhat happened on the phones", style="bold"))
    view = TimelineView(console, told.storm.story.names_by_number())
    for entry in timeline:
        view.phone(entry)
    view.flush_until(math.inf)
    for number, page in enumerate(told.pages):
        began, ended = page.execution.began, page.execution.ended
        status = page.outcome or page.execution.status
        title = f"{number} {page.mark}: {status}, from {began:.1f} to {ended:.1f} s"
        part(console, title, [f"{one.second:7.1f} {one.state}" for one in page.entered])
    part(console, "SNS", [one.subject for one in told.played.notifications])
    part(
        console, "What struck", [f"{where} {kind}: {n}" for (where, kind), n in told.struck.items()]
    )
    part(console, "What is wrong" if found.all else "All as it must be", found.all)
    return text.getvalue()
