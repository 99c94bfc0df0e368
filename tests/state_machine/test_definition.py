"""The definition, before anything runs it: what AWS checks and the emulator does not."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.asl.transitions import ways
from tests.state_machine import definition
from tests.state_machine.json_paths import missing_paths
from tests.state_machine.sample_results import answers

MACHINE = definition.load()
TASKS = definition.tasks(MACHINE)


def broken(change: str) -> dict[str, Any]:
    """Give the definition with one thing wrong that only AWS would notice."""
    machine = copy.deepcopy(MACHINE)
    states = machine["States"]
    if change == "PlanFailed forgets the reason":
        del states["PlanFailed"]["Parameters"]["progress"]["reason.$"]
    elif change == "a fault replaces the state":
        states["CheckCall"]["Catch"][0]["ResultPath"] = "$"
    elif change == "a misspelt variable":
        states["NextCall?"]["Choices"][1]["Variable"] = "$.progress.nxt"
    elif change == "a wait for what nobody wrote":
        states["WaitForAnswer"]["SecondsPath"] = "$.progress.call.wait"
    elif change == "an answer that is not given":
        states["PlaceCall"]["ResultSelector"]["next.$"] = "$.Payload.following"
    elif change == "another's call that is not known":
        del states["HandledByOtherExecution"]["Parameters"]["said"]
    elif change == "a plan that is thrown away":
        states["PlaceCall"]["ResultPath"] = "$"
    return machine


def test_the_validator_of_the_states_language_accepts_it() -> None:
    validator = Path(sys.executable).parent / "asl-validator"
    done = subprocess.run(
        [validator, "--json-path", definition.PATH], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_state_reads_a_path_that_may_not_be_there() -> None:
    assert missing_paths(MACHINE, answers()) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("PlanFailed forgets the reason", "NotifyFailure reads $.progress.reason"),
        ("a fault replaces the state", "MarkCallFailed reads $.plan.calls"),
        ("a misspelt variable", "NextCall? reads $.progress.nxt"),
        ("a wait for what nobody wrote", "WaitForAnswer reads $.progress.call.wait"),
        ("an answer that is not given", "PlaceCall selects $.Payload.following"),
        ("another's call that is not known", "FinishPage reads $.said.covers"),
        ("a plan that is thrown away", "CheckCall reads $.plan.language"),
    ],
)
def test_a_path_that_may_not_be_there_is_found(change: str, complaint: str) -> None:
    complaints = missing_paths(broken(change), answers())
    assert any(one.startswith(complaint) for one in complaints), complaints


@pytest.mark.parametrize("name", TASKS)
def test_every_task_gives_up_in_time_retries_and_catches_everything(name: str) -> None:
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


def test_every_state_can_be_reached_and_only_one_fails_the_execution() -> None:
    states = MACHINE["States"]
    targets = {way.target for way in ways(MACHINE)} | {MACHINE["StartAt"]}
    assert targets == set(states)
    assert [name for name, one in states.items() if one["Type"] == "Fail"] == ["NotificationFailed"]


def test_a_call_that_is_over_without_an_acknowledgement_leads_to_the_next() -> None:
    choice = MACHINE["States"]["CallFinished?"]
    assert choice["Default"] == "NextCall?"
    assert {rule["Next"] for rule in choice["Choices"]} == {
        "WaitForAnswer",
        "NotifyAcknowledged",
        "DrillPassed",
        "HandledElsewhere",
    }


def test_only_a_drill_ends_in_silence() -> None:
    origins = {way.origin for way in ways(MACHINE) if way.target == "DrillPassed"}
    [rule] = [
        one for one in MACHINE["States"]["CallFinished?"]["Choices"] if one["Next"] == "DrillPassed"
    ]
    assert origins == {"CallFinished?"}
    assert rule == {
        "Variable": "$.progress.call.outcome",
        "StringEquals": "drilled",
        "Next": "DrillPassed",
    }


def test_only_what_the_line_was_given_back_for_is_reminded_of() -> None:
    """Endings that close nothing, such as a duplicate's, keep no execution waiting."""
    states = MACHINE["States"]
    assert {way.origin for way in ways(MACHINE) if way.target == "WaitForReminder"} == {
        "ReminderEnabled?"
    }
    assert {way.origin for way in ways(MACHINE) if way.target == "ReminderEnabled?"} == {
        "FinishPage"
    }
    assert states["ReminderEnabled?"]["Default"] == "Done"


def test_substitutions_stand_inside_strings_so_that_the_file_loads_as_it_is() -> None:
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
