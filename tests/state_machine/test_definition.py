"""Static checks of the definition: what AWS checks and the emulator does not."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.asl.transitions import PATH, load_definition, transitions
from tests.state_machine.json_paths import missing_paths
from tests.state_machine.sample_results import answers

if TYPE_CHECKING:
    from collections.abc import Callable

MACHINE = load_definition()
TASKS = {name: state for name, state in MACHINE["States"].items() if state["Type"] == "Task"}


def origins_of(target: str) -> set[str]:
    """Return the states with a transition to this one."""
    return {each.origin for each in transitions(MACHINE) if each.target == target}


def test_asl_validator_accepts_the_definition() -> None:
    validator = Path(sys.executable).parent / "asl-validator"
    done = subprocess.run(
        [validator, "--json-path", PATH], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_state_reads_a_path_that_may_be_missing() -> None:
    assert missing_paths(MACHINE, answers()) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            lambda states: states["PlanFailed"]["Parameters"]["progress"].pop("reason.$"),
            "NotifyFailure reads $.progress.reason",
        ),
        (
            lambda states: states["CheckCall"]["Catch"][0].update(ResultPath="$"),
            "MarkCallFailed reads $.plan.calls",
        ),
        (
            lambda states: states["NextCall?"]["Choices"][1].update(Variable="$.progress.nxt"),
            "NextCall? reads $.progress.nxt",
        ),
        (
            lambda states: states["WaitForAnswer"].update(SecondsPath="$.progress.call.wait"),
            "WaitForAnswer reads $.progress.call.wait",
        ),
        (
            lambda states: states["PlaceCall"]["ResultSelector"].update(
                {"next.$": "$.Payload.following"}
            ),
            "PlaceCall selects $.Payload.following",
        ),
        (
            lambda states: states["HandledByOtherExecution"]["Parameters"].pop("announcement"),
            "FinishPage reads $.announcement.announced_incident_ids",
        ),
        (
            lambda states: states["PlaceCall"].update(ResultPath="$"),
            "CheckCall reads $.plan.language",
        ),
    ],
)
def test_a_path_that_may_be_missing_is_reported(
    change: Callable[[dict[str, Any]], object], problem: str
) -> None:
    machine = copy.deepcopy(MACHINE)
    change(machine["States"])
    problems = missing_paths(machine, answers())
    assert any(found.startswith(problem) for found in problems), problems


@pytest.mark.parametrize("name", TASKS)
def test_every_task_times_out_retries_and_catches_all_errors(name: str) -> None:
    task = TASKS[name]

    assert 0 < task["TimeoutSeconds"] <= 60
    [retry] = task["Retry"]
    assert retry["ErrorEquals"] == ["States.ALL"]
    assert retry["JitterStrategy"] == "FULL"
    assert retry["BackoffRate"] > 1
    assert retry["MaxAttempts"] >= 3
    [caught] = task["Catch"]
    assert caught["ErrorEquals"] == ["States.ALL"]
    assert caught["ResultPath"] == "$.fault"


def test_every_state_is_reachable_and_only_one_fails_the_execution() -> None:
    states = MACHINE["States"]
    targets = {transition.target for transition in transitions(MACHINE)} | {MACHINE["StartAt"]}
    assert targets == set(states)
    fails = [name for name, state in states.items() if state["Type"] == "Fail"]
    assert fails == ["NotificationFailed"]


def test_a_call_that_ends_without_acknowledgement_leads_to_the_next() -> None:
    choice = MACHINE["States"]["CallFinished?"]
    assert choice["Default"] == "NextCall?"
    assert {rule["Next"] for rule in choice["Choices"]} == {
        "WaitForAnswer",
        "NotifyAcknowledged",
        "DrillPassed",
        "HandledElsewhere",
    }


def test_only_a_drill_ends_without_a_notification() -> None:
    [rule] = [
        rule
        for rule in MACHINE["States"]["CallFinished?"]["Choices"]
        if rule["Next"] == "DrillPassed"
    ]
    assert origins_of("DrillPassed") == {"CallFinished?"}
    assert rule == {
        "Variable": "$.progress.call.outcome",
        "StringEquals": "drilled",
        "Next": "DrillPassed",
    }


def test_reminders_follow_only_the_release_of_the_team_lock() -> None:
    """Outcomes that close nothing, such as duplicate, keep no execution waiting."""
    assert origins_of("WaitForReminder") == {"ReminderEnabled?"}
    assert origins_of("ReminderEnabled?") == {"FinishPage"}
    assert MACHINE["States"]["ReminderEnabled?"]["Default"] == "Done"


def test_substitutions_are_inside_strings_so_that_the_file_is_valid_json() -> None:
    functions = {task["Parameters"].get("FunctionName") for task in TASKS.values()} - {None}

    assert functions == {
        "${OpenIncidentFunction}",
        "${AcquireTeamLockFunction}",
        "${PlanCallsFunction}",
        "${CollectOpenIncidentsFunction}",
        "${PlaceCallFunction}",
        "${CheckCallFunction}",
        "${FinishPageFunction}",
        "${SendReminderFunction}",
    }
