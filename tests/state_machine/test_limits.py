"""The longest possible page stays within the limits of a Step Functions execution.

Limits: 25,000 history events and one year (Step Functions, "Quotas").
tests/unit/calls/test_plan.py checks that its state stays under 256 KB.
"""

from __future__ import annotations

from typing import Any

from adapters import aws_clients
from local.asl.transitions import load_definition
from oncall import hold, team_lock
from oncall.calls.call_evaluation import MAX_POLL_LOOP_SECONDS, THROTTLED_POLL_INTERVAL
from oncall.roster.defaults_and_limits import MAX_CALLS_PER_PLAN, RING_SECONDS
from tests.support.poll_limits import max_hold_checks, max_invocations_per_call, max_lock_polls
from workflow.lambda_function import CHECK_CALL_TIMEOUT, TIMEOUT
from workflow.settings.settings import Settings

MACHINE = load_definition()
TASKS = {name: state for name, state in MACHINE["States"].items() if state["Type"] == "Task"}
HISTORY_LIMIT = 25_000
YEAR = 365 * 24 * 3600
#: History events of each type of state: entered and exited; for a task also scheduled, started
#: and succeeded.
EVENTS = {"Wait": 2, "Choice": 2, "Pass": 2, "Succeed": 2, "Task": 5}


def most(setting: str) -> int:
    """Return the highest value of a setting."""
    limits = Settings.model_fields[setting].metadata
    return int(next(limit.le for limit in limits if hasattr(limit, "le")))


LONGEST_TALK, LONGEST_REMIND = most("max_call_seconds"), most("ack_timeout_minutes")
STAYS = max_invocations_per_call(RING_SECONDS.maximum, LONGEST_TALK)


#: History events of a retry: the failed try was scheduled, started and failed.
RETRY = 3


def events_of(*states: str) -> int:
    """Count the events of entering these states."""
    return sum(EVENTS[MACHINE["States"][name]["Type"]] for name in states)


def longest_history() -> int:
    """Count the events of the longest page without retries."""
    stay = events_of("WaitForAnswer", "CheckCall", "CallFinished?")
    call = (
        events_of("NextCall?", "CollectOpenIncidents", "PlaceCall", "CallFinished?") + STAYS * stay
    )
    wait = events_of("AcquireTeamLock", "TeamLockAcquired?", "WaitForTeamLock")
    around = 2 + events_of(
        "OpenIncident", "Duplicate?", "PlanCalls", "NextCall?", "NotifyUnanswered",
        "UnansweredNotificationFailed", "NotifyFailure", "Failed", "ReleasePage", "FinishPage",
        "ReminderEnabled?", "WaitForReminder", "SendReminder", "Done",
    )  # fmt: skip
    check = events_of("NotifyHeld", "WaitForHold", "CheckHold", "Held?")
    held = max_hold_checks() * check
    return around + held + max_lock_polls() * wait + MAX_CALLS_PER_PLAN * call


def test_the_longest_page_fits_into_an_executions_history() -> None:
    longest = longest_history()
    print(f"longest page: {longest} history events of {HISTORY_LIMIT}")  # noqa: T201 - pytest -s
    # Two thousand retries still fit.
    assert longest + RETRY * 2_000 <= HISTORY_LIMIT


def test_a_page_in_which_every_task_uses_all_its_retries_fits() -> None:
    retries = {
        name: sum(retry["MaxAttempts"] for retry in task["Retry"]) for name, task in TASKS.items()
    }
    # What fails for good is not polled again: a lock, a hold and a call fail at their last poll.
    # But each call is placed with all retries.
    each = sum(retries.pop(name) for name in ("CollectOpenIncidents", "PlaceCall", "CheckCall"))
    failed = MAX_CALLS_PER_PLAN * events_of("MarkCallFailed", "AppendFailedCall")
    events = longest_history() + failed
    events += RETRY * (sum(retries.values()) + MAX_CALLS_PER_PLAN * each)
    print(f"with all retries: {events} history events of {HISTORY_LIMIT}")  # noqa: T201 - pytest -s

    assert events <= HISTORY_LIMIT


def test_the_longest_page_ends_before_the_state_machine_times_out() -> None:
    one_stay = THROTTLED_POLL_INTERVAL + task_seconds("CheckCall")
    one_call = task_seconds("PlaceCall") + STAYS * one_stay
    last_resort = task_seconds("NotifyUnanswered") + task_seconds("NotifyFailure")

    waits = team_lock.MAX_LOCK_WAIT_SECONDS + max_lock_polls() * task_seconds("AcquireTeamLock")
    # The count of a hold is corrected by the clock after each wait (oncall/hold.py).
    held = hold.MAX_HOLD_SECONDS + 3_600 + task_seconds("CheckHold")
    longest = (
        task_seconds("OpenIncident")
        + held
        + task_seconds("NotifyHeld")
        + waits
        + task_seconds("PlanCalls")
        + MAX_CALLS_PER_PLAN * one_call
        + MAX_CALLS_PER_PLAN * task_seconds("CollectOpenIncidents")
        + last_resort
        + task_seconds("FinishPage")
        + 60 * LONGEST_REMIND
        + task_seconds("SendReminder")
    )

    assert longest < MACHINE["TimeoutSeconds"] <= YEAR


def test_the_longest_page_costs_cents() -> None:
    """AWS charges for transitions: $0.025 per 1,000 (Step Functions, pricing)."""
    call = 3 + 3 * STAYS
    assert MAX_CALLS_PER_PLAN * call * 0.025 / 1_000 < 0.15


def test_a_function_raises_its_own_error_before_lambda_times_it_out() -> None:
    # check_call in its last poll: DescribeContact, GetContactAttributes and StopContact all hang;
    # the open incidents and the team lock answer late, and the claim hangs.
    longest_poll = 3 * aws_clients.MAX_SECONDS + 3 * aws_clients.MAX_QUICK_SECONDS
    assert longest_poll < TIMEOUT
    assert MAX_POLL_LOOP_SECONDS + longest_poll < CHECK_CALL_TIMEOUT
    for name, task in TASKS.items():
        assert task["TimeoutSeconds"] > (CHECK_CALL_TIMEOUT if name == "CheckCall" else TIMEOUT)


def task_seconds(name: str) -> int:
    """Return the seconds that a task takes if it is throttled as often as possible, or times out.

    A throttled try takes no time.
    """
    task = MACHINE["States"][name]
    waits = sum(map(retry_seconds, task["Retry"]))
    return int((task["Retry"][-1]["MaxAttempts"] + 1) * task["TimeoutSeconds"] + waits)


def retry_seconds(retry: dict[str, Any]) -> float:
    """Return the longest time between the first and the last try of a retrier."""
    delays = [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** n, retry["MaxDelaySeconds"])
        for n in range(retry["MaxAttempts"])
    ]
    return float(sum(delays))


def test_a_throttled_function_is_retried_for_minutes() -> None:
    throttled = {
        name: retry_seconds(task["Retry"][0])
        for name, task in TASKS.items()
        if task["Resource"].endswith("lambda:invoke")
    }

    # Opening an incident lasts longest: without it, the page has neither text nor team.
    assert throttled["OpenIncident"] == max(throttled.values())
    # Full jitter halves the delays on average: that still outlasts a call.
    assert throttled["CheckCall"] / 2 > RING_SECONDS.default + Settings().max_call_seconds
    assert min(throttled.values()) >= 30
    # If Lambda reports it under another name, all names are retried for a while.
    for name in throttled.keys() - {"CollectOpenIncidents"}:
        assert retry_seconds(TASKS[name]["Retry"][-1]) >= 23
