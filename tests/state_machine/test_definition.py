"""Static checks of the definition: what AWS checks and the emulator does not."""

from __future__ import annotations

import ast
import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.asl.transitions import PATH, load_definition, transitions
from local.environment import ROOT
from tests.state_machine.json_paths import missing_paths
from tests.state_machine.sample_results import answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MACHINE = load_definition()
TASKS = {name: state for name, state in MACHINE["States"].items() if state["Type"] == "Task"}


def origins_of(target: str) -> set[str]:
    """Return the states with a transition to this one."""
    return {each.origin for each in transitions(MACHINE) if each.target == target}


def intrinsics(template: object) -> Iterator[str]:
    """Yield the intrinsic function calls of a payload template."""
    if isinstance(template, dict):
        for key, value in template.items():
            if key.endswith(".$") and value.startswith("States."):
                yield value
            yield from intrinsics(value)


def test_no_intrinsic_text_holds_a_backslash() -> None:
    """CreateStateMachine rejects an escaped quote; asl-validator and the local engines do not."""
    calls = [call for state in MACHINE["States"].values() for call in intrinsics(state)]
    assert calls
    assert not [call for call in calls if "\\" in call]


def test_asl_validator_accepts_the_definition() -> None:
    validator = Path(sys.executable).parent / "asl-validator"
    done = subprocess.run(
        [validator, "--json-path", PATH], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_state_reads_a_path_that_may_be_missing() -> None:
    assert missing_paths(MACHINE, answers()) == []


@pytest.mark.parametrize("name", [name for name in TASKS if "ResultSelector" in TASKS[name]])
def test_every_return_of_a_function_has_the_fields_that_its_state_selects(name: str) -> None:
    """The samples may lack a path through the handler, so read its source as well.

    Results come from a dataclass, whose fields the samples show, or are written as literals.
    """
    function = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    source = ast.parse((ROOT / "functions" / f"{function}.py").read_text())
    selected = set(re.findall(r"\$\.Payload\.(\w+)", json.dumps(TASKS[name]["ResultSelector"])))
    results = list(returned(source, "handler"))

    assert results
    for result in results:
        if isinstance(result, ast.Dict):
            keys = {key.value for key in result.keys if isinstance(key, ast.Constant)}
            assert selected <= keys, ast.unparse(result)
        else:
            assert ast.unparse(result).endswith(".to_state()")


def returned(source: ast.Module, name: str) -> Iterator[ast.expr]:
    """Yield what a function returns, following calls of functions of its module."""
    own = {each.name: each for each in source.body if isinstance(each, ast.FunctionDef)}
    for node in ast.walk(own[name]):
        if isinstance(node, ast.Return):
            assert node.value
            called = ast.unparse(node.value).partition("(")[0]
            if called in own:
                yield from returned(source, called)
            else:
                yield node.value


def test_waits_are_whole_seconds() -> None:
    """AWS fails the execution on any other value; state_inputs.py checks complete pages."""
    waits = {
        (name, key): value
        for name, results in answers().items()
        for result in results
        for key, value in fields_of(result)
        if key.endswith("_seconds")
    }

    assert {task for task, _ in waits} >= {"AcquireTeamLock", "PlaceCall", "FinishPage"}
    assert not {at: wait for at, wait in waits.items() if type(wait) is not int or wait < 0}


def fields_of(value: object) -> Iterator[tuple[str, object]]:
    """Yield every field of a result, however deep."""
    if isinstance(value, dict):
        yield from value.items()
    for item in value.values() if isinstance(value, dict) else ():
        yield from fields_of(item)


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
    throttled = [["Lambda.TooManyRequestsException"]] if ":lambda:" in task["Resource"] else []
    assert [retry["ErrorEquals"] for retry in task["Retry"]] == [*throttled, ["States.ALL"]]
    for retry in task["Retry"]:
        assert retry["JitterStrategy"] == "FULL"
        assert retry["BackoffRate"] > 1
        assert retry["MaxAttempts"] >= 3
    [caught] = task["Catch"]
    assert caught["ErrorEquals"] == ["States.ALL"]
    # OpenIncident's input, the event, may be so large that no error can be added to it.
    assert caught.get("ResultPath") == (None if name == "OpenIncident" else "$.fault")


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
        "${CheckHoldFunction}",
        "${AcquireTeamLockFunction}",
        "${PlanCallsFunction}",
        "${CollectOpenIncidentsFunction}",
        "${PlaceCallFunction}",
        "${CheckCallFunction}",
        "${FinishPageFunction}",
        "${SendReminderFunction}",
    }


def test_every_notification_has_the_attributes_that_subscriptions_filter_on() -> None:
    outcomes = {}
    for name, task in TASKS.items():
        if task["Resource"].endswith("sns:publish"):
            attributes = task["Parameters"]["MessageAttributes"]
            assert attributes.keys() == {"team", "severity", "outcome", "test", "incident"}
            assert all(attribute["DataType"] == "String" for attribute in attributes.values())
            assert attributes["team"]["StringValue.$"] == "$.incident.team"
            assert attributes["incident"]["StringValue.$"] == "$.incident.id"
            outcomes[name] = attributes["outcome"]["StringValue"]
    assert outcomes == {
        "NotifyHeld": "waiting",
        "NotifyAcknowledged": "acknowledged",
        "NotifyUnanswered": "unanswered",
        "NotifyFailure": "failed",
    }
