"""The longest page there can be stays within what Step Functions allows an execution.

Limits: 25,000 history events, 256 KB of state (Step Functions, "Quotas").
"""

from __future__ import annotations

from oncall.call import looks_at_most
from oncall.roster.limits import MOST_CALLS_PER_PLAN, RING_SECONDS
from tests.definition import machine as definition
from workflow.settings import Settings

MACHINE = definition.load()
HISTORY_LIMIT = 25_000
#: Events that a state leaves in the history: entered and exited, and of a task also that it
#: was scheduled, started and succeeded.
EVENTS = {"Wait": 2, "Choice": 2, "Pass": 2, "Task": 5}
LONGEST_TALK = next(
    limit.le for limit in Settings.model_fields["talk_seconds"].metadata if hasattr(limit, "le")
)
LOOKS = looks_at_most(RING_SECONDS.highest, LONGEST_TALK)


def events_of(*states: str) -> int:
    """Count the events of a way through the machine."""
    return sum(EVENTS[MACHINE["States"][name]["Type"]] for name in states)


def test_the_longest_page_fits_into_an_executions_history() -> None:
    look = events_of("WaitForAnswer", "CheckCall", "CallOver?")
    call = events_of("NextCall?", "PlaceCall", "CallOver?") + LOOKS * look
    around = 2 + events_of(
        "OpenIncident", "Duplicate?", "PlanCalls", "NextCall?", "NotifyUnanswered", "Unanswered"
    )

    longest = around + MOST_CALLS_PER_PLAN * call

    print(f"longest page: {longest} history events")  # noqa: T201 - shown by pytest -s
    # A fault that a retry mends adds three events; a thousand of them still fit.
    assert longest + 3 * 1_000 <= HISTORY_LIMIT


def test_the_longest_page_ends_before_the_machines_own_timeout() -> None:
    one_look = 5 + task_seconds("CheckCall")
    one_call = task_seconds("PlaceCall") + LOOKS * one_look
    last_resort = task_seconds("NotifyUnanswered") + task_seconds("NotifyFailure")

    longest = (
        task_seconds("OpenIncident")
        + task_seconds("PlanCalls")
        + MOST_CALLS_PER_PLAN * one_call
        + last_resort
    )

    assert longest < MACHINE["TimeoutSeconds"] <= 365 * 24 * 3600


def task_seconds(name: str) -> int:
    """Seconds that a task takes when every try runs into its time-out."""
    task = MACHINE["States"][name]
    retry = task["Retry"][0]
    waits = sum(
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** n, retry["MaxDelaySeconds"])
        for n in range(retry["MaxAttempts"])
    )
    return int((retry["MaxAttempts"] + 1) * task["TimeoutSeconds"] + waits)
