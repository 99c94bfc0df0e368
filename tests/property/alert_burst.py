"""Many different things within a second, one phone that nobody answers and one that somebody does.

And how few calls could have spoken it all: the first speaks what there was when it began, each
further one as much as fits (oncall/calls/grouping.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.scenario import Scenario
from oncall.calls.grouping import group_incidents
from tests.property.storm import Storm, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oncall.incident import Incident

#: Three digits, so that each takes as long to say as the others.
FIRST, MAX_EVENTS = 100, 900
ROSTER = {
    "contacts": [
        {"name": "Ana", "phone": "+14155550132"},
        {"name": "Bo", "phone": "+14155550178"},
    ],
    "ring_seconds": 15,
}
PHONES = {"Ana": "no_answer", "Bo": {"press": {"answer_after": 1, "key_after": 1}}}


def alert_burst(pages: int) -> Storm:
    """Give so many different pages to one team, all within a second."""
    scenario = Scenario.model_validate({"title": "burst", "roster": ROSTER, "phones": PHONES})
    marks = range(FIRST, FIRST + min(pages, MAX_EVENTS))
    events = tuple(page(mark, number / pages) for number, mark in enumerate(marks))
    return Storm(scenario, events)


def fewest_calls(incidents: Sequence[Incident]) -> int:
    """Count the calls that must be acknowledged until all has been spoken."""
    left, calls = list(incidents), 0
    while left:
        left = left[len(group_incidents(left[0], left, {"en-US"}).announced) :]
        calls += 1
    return calls
