"""Several incidents at once, through EventBridge, the deployed rules and table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.scenarios.emulator_runner import wait_for_end
from local.scenarios.files import EVENTS, SCENARIOS_DIR, read_event
from local.scenarios.scenario import read_scenario

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

AT_ONCE = ("root-sign-in", "guardduty-finding", "alarm-composite", "ec2-stopped")


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
