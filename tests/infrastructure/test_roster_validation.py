"""The deployed roster validation: which changes start it, and that none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from local.emulator.parameter_store_events import change_event
from tests.infrastructure.event_pattern import matches
from tests.infrastructure.stack import target
from tests.unit import sample_events
from workflow.roster_parameters import PREFIX

if TYPE_CHECKING:
    from tests.infrastructure.stack import Stack

    Json = dict[str, Any]


@pytest.fixture
def guard(callout: Stack) -> str:
    """Return the function's logical ID."""
    functions = callout.of_type("AWS::Lambda::Function").items()
    return next(name for name, function in functions if "validate_roster." in str(function))


@pytest.fixture
def rule(callout: Stack, guard: str) -> Json:
    """Return the properties of the rule that starts it."""
    rules = callout.properties("AWS::Events::Rule")
    return next(rule for rule in rules if target(rule["Targets"][0]["Arn"]) == guard)


@pytest.fixture
def schedule(callout: Stack, guard: str) -> Json:
    """Return the properties of the schedule that starts it."""
    schedules = callout.properties("AWS::Scheduler::Schedule")
    return next(found for found in schedules if target(found["Target"]["Arn"]) == guard)


@pytest.mark.parametrize(
    ("operation", "looked_at"),
    [("Create", True), ("Update", True), ("Delete", True), ("LabelParameterVersion", False)],
)
@pytest.mark.parametrize("source", ["aws.ssm", "callout.replay"])
def test_every_change_is_validated_but_not_the_labels_of_the_validator(
    rule: Json, source: str, operation: str, *, looked_at: bool
) -> None:
    event = change_event(operation, f"{PREFIX}web") | {"source": source}
    assert matches(rule["EventPattern"], event) is looked_at


@pytest.mark.parametrize("name", ["/callout/telephony/instance-id", "/callout/rosters", "/other"])
def test_only_rosters_are_validated(rule: Json, name: str) -> None:
    assert matches(rule["EventPattern"], sample_events.event("roster-parameter-changed"))
    assert not matches(rule["EventPattern"], change_event("Update", name))


def test_rosters_are_validated_once_a_day(schedule: Json) -> None:
    assert schedule["ScheduleExpression"] == "rate(1 day)"
    assert schedule.get("State", "ENABLED") == "ENABLED"
    assert "detail" not in schedule["Target"]["Input"]


def test_undelivered_and_failed_validations_are_kept_in_a_queue(
    callout: Stack, guard: str, schedule: Json
) -> None:
    [settings] = [
        settings
        for settings in callout.properties("AWS::Lambda::EventInvokeConfig")
        if target(settings["FunctionName"]) == guard
    ]
    assert settings["MaximumRetryAttempts"] == 2
    queues = callout.of_type("AWS::SQS::Queue")
    assert target(settings["DestinationConfig"]["OnFailure"]["Destination"]) in queues
    assert target(schedule["Target"]["DeadLetterConfig"]["Arn"]) in queues


def test_the_validator_can_list_only_rosters_and_is_given_the_teams(callout: Stack) -> None:
    assert callout.functions["validate_roster"]["Environment"]["Variables"]["TEAMS"] == "default"
    role = target(callout.functions["validate_roster"]["Role"])
    resources = [
        str(resource)
        for statement in callout.granted_to(role)
        if any(action.startswith("ssm:") for action in statement.actions)
        for resource in statement.resources
    ]

    assert resources
    assert all(
        ":parameter/callout/rosters/*'" in resource or ":parameter/callout/rosters'" in resource
        for resource in resources
    )
