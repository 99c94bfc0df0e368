"""The deployed drill schedule: once a day, for every team."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from oncall.events.parse_event import incident_from_event
from oncall.events.trigger_metadata import mark_drill
from tests.infrastructure import synth
from tests.infrastructure.event_pattern import matches
from tests.infrastructure.stack import Stack, target
from workflow.monitoring.drill_schedule import FIRST_MINUTE, MINUTES

if TYPE_CHECKING:
    from pathlib import Path

    Json = dict[str, Any]


@pytest.fixture
def schedule(callout: Stack) -> Json:
    """Return the schedule's properties."""
    [found] = drills(callout)
    return found


def drills(stack: Stack) -> list[Json]:
    """Return the schedules that put events on a bus; another one validates rosters."""
    found = stack.properties("AWS::Scheduler::Schedule")
    return [schedule for schedule in found if "EventBridgeParameters" in schedule["Target"]]


def event_of(schedule: Json) -> Json:
    """Return the event that a schedule puts on the bus."""
    to_bus = schedule["Target"]["EventBridgeParameters"]
    return {
        "source": to_bus["Source"],
        "detail-type": to_bus["DetailType"],
        "detail": json.loads(schedule["Target"]["Input"]),
    }


def test_a_drill_is_sent_once_a_day_to_the_bus_that_pages_use(schedule: Json) -> None:
    assert re.fullmatch(r"cron\(5 14 \* \* \? \*\)", schedule["ScheduleExpression"])
    assert schedule.get("State", "ENABLED") == "ENABLED"
    assert str(schedule["Target"]["Arn"]).endswith(":event-bus/default']]}")


def test_the_drill_event_matches_the_page_rule_and_opens_a_drill(
    callout: Stack, schedule: Json
) -> None:
    event = event_of(schedule)
    started = [
        rule["Properties"]
        for rule in callout.of_type("AWS::Events::Rule").values()
        if "callout" in rule["Properties"]["EventPattern"]["source"]
        and matches(rule["Properties"]["EventPattern"], event)
    ]

    assert len(started) == 1
    incident = mark_drill(incident_from_event(event, fallback_id="one"), event)
    assert (incident.drill, incident.team) == (True, "default")
    assert "nothing happened" in incident.title


def test_a_drill_that_cannot_be_sent_is_retried_and_then_kept_in_a_queue(
    callout: Stack, schedule: Json
) -> None:
    delivery = schedule["Target"]
    assert 60 <= delivery["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 2 * 3600
    assert delivery["RetryPolicy"]["MaximumRetryAttempts"] > 0
    assert target(delivery["DeadLetterConfig"]["Arn"]) in callout.of_type("AWS::SQS::Queue")


def test_the_schedule_role_can_only_put_events_and_send_to_the_queue(
    callout: Stack, schedule: Json
) -> None:
    granted = callout.granted_to(target(schedule["Target"]["RoleArn"]))
    assert {(statement.actions[0], str(statement.resources[0])) for statement in granted} == {
        ("events:PutEvents", str(schedule["Target"]["Arn"])),
        ("sqs:SendMessage", str(schedule["Target"]["DeadLetterConfig"]["Arn"])),
    }


def test_place_call_can_describe_only_this_instance_and_flow(callout: Stack) -> None:
    function = callout.functions["place_call"]
    variables = function["Environment"]["Variables"]
    reads = {
        statement.actions[0]: statement.resources[0]
        for statement in callout.granted_to(target(function["Role"]))
        if statement.actions[0].startswith("connect:Describe")
    }

    assert reads.keys() == {"connect:DescribeInstance", "connect:DescribeContactFlow"}
    instance = reads["connect:DescribeInstance"]["Fn::Join"][1]
    flow = reads["connect:DescribeContactFlow"]["Fn::Join"][1]
    assert instance[-2:] == [":instance/", variables["CONNECT_INSTANCE_ID"]]
    assert flow == [*instance, "/contact-flow/", variables["CONTACT_FLOW_ID"]]


def test_every_team_is_drilled_unless_pages_are_disabled(tmp_path: Path) -> None:
    several = synth.stacks(tmp_path / "several", {"teams": ["default", "web", "Web"]})
    none = synth.stacks(tmp_path / "none", {"triggers": {"page": {"enabled": False}}})

    def drilled(stack: Stack) -> tuple[set[str], list[int]]:
        events = [event_of(schedule) for schedule in drills(stack)]
        thresholds = [
            alarm["Threshold"]
            for alarm in stack.properties("AWS::CloudWatch::Alarm")
            if alarm["MetricName"] == "DrillSucceeded"
        ]
        return {event["detail"]["team"] for event in events}, thresholds

    assert drilled(several["Callout"]) == ({"default", "web", "Web"}, [3])
    assert drilled(none["Callout"]) == (set(), [])


def test_the_drills_of_all_teams_fall_into_one_hour_and_few_into_a_minute(tmp_path: Path) -> None:
    teams = ["default", *(f"team{number}" for number in range(70))]
    schedules = drills(synth.stacks(tmp_path, {"teams": teams})["Callout"])

    minutes = Counter(int(drill["ScheduleExpression"][5:].split()[0]) for drill in schedules)
    latest = max(drill["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"] for drill in schedules)
    assert len({drill["ScheduleExpression"].split(" ", 1)[1] for drill in schedules}) == 1
    assert max(minutes.values()) <= 20
    # The last one needs a few minutes as well.
    assert min(minutes) >= 5
    assert FIRST_MINUTE + MINUTES + latest / 60 <= 55
