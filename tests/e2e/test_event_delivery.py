"""Delivery of events: no matching rule, duplicates, several triggers, concurrent incidents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.emulator_runner import EmulatorRunner, wait_for_end
from local.scenarios.files import EVENTS, SCENARIOS_DIR, read_event
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

#: Events of one moment.
AT_ONCE = ("root-sign-in", "guardduty-finding", "alarm-composite", "ec2-stopped")
ROSTER = {
    "rounds": 10,
    "ring_seconds": 60,
    "contacts": [{"name": "Ana", "phone": "+14155550132"}],
}
#: Scenario seconds after which a page has called, also on a busy machine.
CALLED = 240
#: Real seconds that are more than enough for a matching rule to start an execution.
NOTHING_STARTED = 2


def start(system: LocalSystem, event: dict[str, Any]) -> dict[str, Any]:
    """Start the state machine as a rule does, and return the output at the end."""
    started = system.client("stepfunctions").start_execution(
        stateMachineArn=system.deployment.state_machine_arn, input=json.dumps(event)
    )
    output: dict[str, Any] = json.loads(wait_for_end(system, started["executionArn"])["output"])
    return output


def test_an_event_delivered_twice_pages_once(system: LocalSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "first-answers.yaml")
    first = EmulatorRunner(system).run_scenario(scenario)
    delivered = system.describe(first.page.arn)["input"]

    second = start(system, json.loads(delivered))

    assert second["outcome"] == "duplicate"
    assert second["incident"]["id"] == first.output["incident"]["id"]
    assert second["calls"] == []
    assert len(system.connect.calls) == 1
    assert system.notifications() == []


def test_an_event_that_matches_two_triggers_pages_both_teams(system: LocalSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "first-answers.yaml")
    for team in ("default", "payments"):
        system.save_roster(scenario.roster_text, team)
        system.delete_incidents(team)
    system.connect.reset(scenario.phones_by_number())
    event = read_event(EVENTS / "root-sign-in.json") | {"id": "two-triggers"}

    outputs = [
        start(system, event),
        start(system, {"trigger": {"team": "payments"}, "event": event}),
    ]

    assert [output["outcome"] for output in outputs] == ["acknowledged", "acknowledged"]
    assert [output["incident"]["team"] for output in outputs] == ["default", "payments"]


def test_the_sign_in_of_a_user_without_trigger_pages_nobody(system: LocalSystem) -> None:
    event = read_event(EVENTS / "iam-user-sign-in.json")
    event["detail"]["userIdentity"]["userName"] = "another-user"

    assert system.send(event, wait=NOTHING_STARTED) is None


def test_an_event_from_aws_pages_and_is_not_a_test(system: LocalSystem) -> None:
    system.delete_incidents()  # the same event may have paged before
    system.connect.reset(read_scenario(SCENARIOS_DIR / "first-answers.yaml").phones_by_number())

    output = start(system, read_event(EVENTS / "root-sign-in.json"))

    assert output["outcome"] == "acknowledged"
    assert output["incident"]["test"] is False
    assert output["incident"]["id"] == "6f87d04b-9f74-4f04-a780-7acf4b0a9b38"
    assert "test" not in system.connect.calls[0].attributes["message"].lower()


def test_any_input_calls_a_phone(system: LocalSystem) -> None:
    system.connect.reset(read_scenario(SCENARIOS_DIR / "first-answers.yaml").phones_by_number())

    output = start(system, {"detail-type": 7, "detail": [None], "time": "yesterday"})

    assert output["outcome"] == "acknowledged"
    assert output["incident"]["kind"] == "other"


@pytest.mark.parametrize(
    "name", ["webhook-alertmanager-resolved", "sns-alarm", "storm-alarm-recovers"]
)
def test_a_recovery_that_arrives_while_a_phone_rings_ends_the_page(
    system: LocalSystem, name: str
) -> None:
    """The phones ring for longer than in the scenario, which is too short for real processes."""
    scenario = read_scenario(SCENARIOS_DIR / f"{name}.yaml")
    [recovery] = scenario.also
    scenario = scenario.model_copy(
        update={
            "roster": ROSTER,
            "phones": {"Ana": "no_answer"},
            "also": (recovery.model_copy(update={"after": CALLED}),),
        }
    )

    result = EmulatorRunner(system).run_scenario(scenario)

    assert (result.output["outcome"], result.other_outcomes) == ("resolved", ["resolved"])
    assert result.calls
    assert result.all_notifications == []


def test_no_full_number_is_in_the_output_or_the_notification(system: LocalSystem) -> None:
    result = EmulatorRunner(system).run_scenario(
        read_scenario(SCENARIOS_DIR / "decline-calls-next.yaml")
    )

    text = json.dumps(result.output) + "".join(sent.message for sent in result.notifications)

    assert "138000" not in text
    assert "5550132" not in text


def test_concurrent_incidents_are_acknowledged_in_at_most_one_call_each(
    system: LocalSystem,
) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "first-answers.yaml")
    system.save_roster(scenario.roster_text)
    system.delete_incidents()
    system.notifications()
    system.connect.reset(scenario.phones_by_number())

    started = [system.send(read_event(EVENTS / f"{name}.json")) for name in AT_ONCE]
    ended = [wait_for_end(system, execution) for execution in started if execution]

    outputs = [json.loads(execution["output"]) for execution in ended]
    assert [output["outcome"] for output in outputs] == ["acknowledged"] * len(AT_ONCE)
    assert {output["acknowledged_by"] for output in outputs} == {"Li Wei"}
    assert 1 <= len(system.connect.calls) <= len(AT_ONCE)
    items = system.client("dynamodb").query(
        TableName=system.deployment.incident_table_name,
        IndexName="open",
        KeyConditionExpression="pk = :team",
        ExpressionAttributeValues={":team": {"S": "team#default"}},
    )["Items"]
    assert items == []
