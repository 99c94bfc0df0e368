"""Static checks of the definition: what AWS checks and the emulator does not."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.asl.transitions import transitions
from tests.state_machine import definition
from tests.state_machine.json_paths import missing_paths
from tests.state_machine.sample_results import answers

MACHINE = definition.load_definition()
TASKS = definition.tasks(MACHINE)


def broken(change: str) -> dict[str, Any]:
    """Return the definition with one mistake that only AWS would notice."""
    machine = copy.deepcopy(MACHINE)
    states = machine["States"]
    if change == "PlanFailed forgets the reason":
        del states["PlanFailed"]["Parameters"]["progress"]["reason.$"]
    elif change == "an error replaces the state":
        states["CheckCall"]["Catch"][0]["ResultPath"] = "$"
    elif change == "a misspelt variable":
        states["NextCall?"]["Choices"][1]["Variable"] = "$.progress.nxt"
    elif change == "a wait for a path that is never written":
        states["WaitForAnswer"]["SecondsPath"] = "$.progress.call.wait"
    elif change == "a result that the function does not return":
        states["PlaceCall"]["ResultSelector"]["next.$"] = "$.Payload.following"
    elif change == "the announcement of another execution is missing":
        del states["HandledByOtherExecution"]["Parameters"]["announcement"]
    elif change == "the plan is overwritten":
        states["PlaceCall"]["ResultPath"] = "$"
    return machine


def origins_of(target: str) -> set[str]:
    """Return the states with a transition to this one."""
    return {each.origin for each in transitions(MACHINE) if each.target == target}


def test_asl_validator_accepts_the_definition() -> None:
    validator = Path(sys.executable).parent / "asl-validator"
    done = subprocess.run(
        [validator, "--json-path", definition.PATH], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_state_reads_a_path_that_may_be_missing() -> None:
    assert missing_paths(MACHINE, answers()) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("PlanFailed forgets the reason", "NotifyFailure reads $.progress.reason"),
        ("an error replaces the state", "MarkCallFailed reads $.plan.calls"),
        ("a misspelt variable", "NextCall? reads $.progress.nxt"),
        ("a wait for a path that is never written", "WaitForAnswer reads $.progress.call.wait"),
        ("a result that the function does not return", "PlaceCall selects $.Payload.following"),
        (
            "the announcement of another execution is missing",
            "FinishPage reads $.announcement.announced_incident_ids",
        ),
        ("the plan is overwritten", "CheckCall reads $.plan.language"),
    ],
)
def test_a_path_that_may_be_missing_is_found(change: str, problem: str) -> None:
    problems = missing_paths(broken(change), answers())
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
    origins = {
        transition.origin
        for transition in transitions(MACHINE)
        if transition.target == "DrillPassed"
    }
    [rule] = [
        rule
        for rule in MACHINE["States"]["CallFinished?"]["Choices"]
        if rule["Next"] == "DrillPassed"
    ]
    assert origins == {"CallFinished?"}
    assert rule == {
        "Variable": "$.progress.call.outcome",
        "StringEquals": "drilled",
        "Next": "DrillPassed",
    }


def test_reminders_follow_only_the_release_of_the_team_lock() -> None:
    """Outcomes that close nothing, such as duplicate, keep no execution waiting."""
    states = MACHINE["States"]
    assert {
        transition.origin
        for transition in transitions(MACHINE)
        if transition.target == "WaitForReminder"
    } == {"ReminderEnabled?"}
    assert {
        transition.origin
        for transition in transitions(MACHINE)
        if transition.target == "ReminderEnabled?"
    } == {"FinishPage"}
    assert states["ReminderEnabled?"]["Default"] == "Done"


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
