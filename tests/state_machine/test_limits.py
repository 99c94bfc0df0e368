"""The longest page there can be stays within what Step Functions allows an execution.

Limits: 25,000 history events, a year (Step Functions, "Quotas"). That its state stays under
256 KB is promised in tests/unit/calls/test_plan.py.
"""

from __future__ import annotations

from adapters import aws_clients
from oncall import team_lock
from oncall.calls.call import (
    MAX_POLL_LOOP_SECONDS,
    THROTTLED_POLL_INTERVAL,
    max_invocations_per_call,
)
from oncall.roster.limits import MOST_CALLS_PER_PLAN, RING_SECONDS
from tests.state_machine import definition
from workflow.lambda_function import CHECK_CALL_TIMEOUT, TIMEOUT
from workflow.settings.settings import Settings

MACHINE = definition.load()
TASKS = definition.tasks(MACHINE)
HISTORY_LIMIT = 25_000
YEAR = 365 * 24 * 3600
#: Events that a state leaves in the history: entered and exited, and of a task also that it
#: was scheduled, started and succeeded.
EVENTS = {"Wait": 2, "Choice": 2, "Pass": 2, "Succeed": 2, "Task": 5}


def most(setting: str) -> int:
    """Give the highest value of a setting."""
    limits = Settings.model_fields[setting].metadata
    return int(next(limit.le for limit in limits if hasattr(limit, "le")))


LONGEST_TALK, LONGEST_REMIND = most("max_call_seconds"), most("ack_timeout_minutes")
STAYS = max_invocations_per_call(RING_SECONDS.highest, LONGEST_TALK)


#: A retry leaves three events: of the try that failed, that it was scheduled, started and failed.
RETRY = 3


def events_of(*states: str) -> int:
    """Count the events of a way through the machine."""
    return sum(EVENTS[MACHINE["States"][name]["Type"]] for name in states)


def longest_history() -> int:
    """Count the events of the longest page in which nothing has to be tried twice."""
    stay = events_of("WaitForAnswer", "CheckCall", "CallFinished?")
    call = (
        events_of("NextCall?", "CollectOpenIncidents", "PlaceCall", "CallFinished?") + STAYS * stay
    )
    wait = events_of("AcquireTeamLock", "TeamLockAcquired?", "WaitForTeamLock")
    around = 2 + events_of(
        "OpenIncident", "Duplicate?", "PlanCalls", "NextCall?", "NotifyUnanswered",
        "UnansweredNotificationFailed", "NotifyFailure", "Failed", "FinishPage",
        "ReminderEnabled?", "WaitForReminder", "SendReminder", "Done",
    )  # fmt: skip
    return around + team_lock.max_lock_polls() * wait + MOST_CALLS_PER_PLAN * call


def test_the_longest_page_fits_into_an_executions_history() -> None:
    longest = longest_history()
    print(f"longest page: {longest} history events of {HISTORY_LIMIT}")  # noqa: T201 - pytest -s
    # A thousand tries more, which faults may ask for, still fit.
    assert longest + RETRY * 1_000 <= HISTORY_LIMIT


def test_a_page_of_which_every_task_but_the_looks_needs_all_its_tries_fits_too() -> None:
    tries = {name: TASKS[name]["Retry"][0]["MaxAttempts"] for name in TASKS}
    once = sum(
        n
        for name, n in tries.items()
        if name not in ("PlaceCall", "CheckCall", "CollectOpenIncidents")
    )
    once += (team_lock.max_lock_polls() - 1) * tries["AcquireTeamLock"]
    # A call that is given up is watched no more, so each is placed with all its tries, and its
    # last look is the one that fails.
    each = sum(tries[name] for name in ("CollectOpenIncidents", "PlaceCall", "CheckCall"))
    each += events_of("MarkCallFailed", "AppendFailedCall")

    assert longest_history() + RETRY * (once + MOST_CALLS_PER_PLAN * each) <= HISTORY_LIMIT


def test_the_longest_page_ends_before_the_machines_own_timeout() -> None:
    one_stay = THROTTLED_POLL_INTERVAL + task_seconds("CheckCall")
    one_call = task_seconds("PlaceCall") + STAYS * one_stay
    last_resort = task_seconds("NotifyUnanswered") + task_seconds("NotifyFailure")

    waits = team_lock.MAX_LOCK_WAIT_SECONDS + team_lock.max_lock_polls() * task_seconds(
        "AcquireTeamLock"
    )
    longest = (
        task_seconds("OpenIncident")
        + waits
        + task_seconds("PlanCalls")
        + MOST_CALLS_PER_PLAN * one_call
        + MOST_CALLS_PER_PLAN * task_seconds("CollectOpenIncidents")
        + last_resort
        + task_seconds("FinishPage")
        + 60 * LONGEST_REMIND
        + task_seconds("SendReminder")
    )

    assert longest < MACHINE["TimeoutSeconds"] <= YEAR


def test_the_longest_page_costs_cents() -> None:
    """Transitions are what a page is paid by: $0.025 per 1,000 (Step Functions, pricing)."""
    call = 3 + 3 * STAYS
    assert MOST_CALLS_PER_PLAN * call * 0.025 / 1_000 < 0.15


def test_a_function_ends_by_its_own_reason_before_lambda_ends_it() -> None:
    # check_call: DescribeContact, GetContactAttributes, StopContact, all of them hanging; what is
    # open answered late, and so was the line, whose claim hangs; and that at its last look.
    longest_look = 3 * aws_clients.MOST_SECONDS + 3 * aws_clients.QUICK_SECONDS
    assert longest_look < TIMEOUT
    assert MAX_POLL_LOOP_SECONDS + longest_look < CHECK_CALL_TIMEOUT
    for name, task in TASKS.items():
        assert task["TimeoutSeconds"] > (CHECK_CALL_TIMEOUT if name == "CheckCall" else TIMEOUT)


def task_seconds(name: str) -> int:
    """Seconds that a task takes when every try runs into its time-out."""
    task = MACHINE["States"][name]
    retry = task["Retry"][0]
    waits = sum(
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** n, retry["MaxDelaySeconds"])
        for n in range(retry["MaxAttempts"])
    )
    return int((retry["MaxAttempts"] + 1) * task["TimeoutSeconds"] + waits)
