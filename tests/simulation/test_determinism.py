"""Runs are reproducible by their seed and independent of each other."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.emulator.process import LocalError
from local.faults.fault import parse_fault
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import Scenario, read_scenario
from local.simulation.event_bus import Delivery
from local.simulation.system import EPOCH
from oncall.calls.call import FIRST_POLL_DELAY

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


def scenario(name: str) -> Scenario:
    return read_scenario(SCENARIOS_DIR / f"{name}.yaml")


@pytest.mark.parametrize("name", ["connect-throttles", "four-contacts", "fault-ssm-down"])
def test_the_same_seed_makes_the_same_history(name: str, virtual: VirtualSystem) -> None:
    first, second = (virtual.run_scenario(scenario(name), seed=3) for _ in range(2))

    assert first.page.history == second.page.history
    assert first.log == second.log
    assert first.notifications == second.notifications
    assert first.page.arn == second.page.arn


def test_another_seed_gives_other_delays_and_ids(virtual: VirtualSystem) -> None:
    first, second = (
        virtual.run_scenario(scenario("connect-throttles"), seed=seed) for seed in (1, 2)
    )

    assert first.page.duration != second.page.duration
    assert first.page.arn != second.page.arn
    assert first.call_outcomes == second.call_outcomes


def test_a_run_does_not_depend_on_the_previous_one(virtual: VirtualSystem) -> None:
    """A kept incident table would make a duplicate; a kept roster would replace a broken one."""
    first = virtual.run_scenario(scenario("first-answers"), seed=1)
    again = virtual.run_scenario(scenario("first-answers"), seed=1)
    broken = virtual.run_scenario(scenario("broken-roster"))

    assert [first.output["outcome"], again.output["outcome"]] == ["acknowledged"] * 2
    assert broken.output["outcome"] == "failed"


def test_retries_of_a_run_do_not_use_up_the_quota_of_the_next(virtual: VirtualSystem) -> None:
    """An SDK client that has used up its retry quota does not retry."""
    down = parse_fault({"at": "connect", "fault": "unavailable"})
    failing = scenario("nobody").model_copy(update={"faults": (down,)})

    requests = []
    for _ in range(3):
        virtual.run_scenario(failing)
        requests.append(len(virtual.connect.requests))

    assert requests[0] > 50
    assert len(set(requests)) == 1


def test_two_deliveries_of_one_event_page_once(virtual: VirtualSystem) -> None:
    first_answers = scenario("first-answers")

    result = virtual.run_scenario(
        first_answers, deliveries=[Delivery(first_answers.event_sent, at=(0, 7))]
    )

    assert [execution.output["outcome"] for execution in result.executions] == [
        "acknowledged",
        "duplicate",
    ]
    assert [execution.began for execution in result.executions] == [0, 7]
    assert len(result.calls) == 1


def test_all_timestamps_are_in_scenario_time(virtual: VirtualSystem) -> None:
    """The state machine, the functions and Connect use the scenario's time, not the real time."""
    at = EPOCH + timedelta(days=100)
    first_answers = scenario("first-answers")

    result = virtual.run_scenario(
        first_answers, deliveries=[Delivery(first_answers.event_sent)], at=at
    )

    [execution] = result.executions
    timestamps = [datetime.fromisoformat(event["timestamp"]) for event in execution.history]
    assert timestamps[0] == at
    assert timestamps[-1] == at + timedelta(seconds=execution.ended)
    assert execution.ended > 0
    logged = [json.loads(line)["timestamp"] for line in result.log]
    assert {timestamp[:16] for timestamp in logged} == {at.isoformat()[:16]}
    client = virtual.services.client("dynamodb")
    items = client.scan(TableName=virtual.deployed.table["TableName"])["Items"]
    [record] = [item for item in items if item["sk"]["S"].startswith("incident#")]
    assert int(record["claimed_until"]["N"]) == int(at.timestamp()) + FIRST_POLL_DELAY + 15 * 60
    assert datetime.fromisoformat(record["closed_at"]["S"]) == timestamps[-1]


def test_botocore_waits_between_tries_in_scenario_time(virtual: VirtualSystem) -> None:
    virtual.run_scenario(scenario("connect-throttles"))

    placed_at = [
        request.at
        for request in virtual.connect.requests
        if request.operation == "StartOutboundVoiceContact"
    ]
    assert len(placed_at) > 2
    assert len(set(placed_at)) == len(placed_at)


def test_an_event_that_no_rule_matches_is_an_error(virtual: VirtualSystem) -> None:
    event = {"source": "other.source", "detail-type": "Nothing", "detail": {}}
    unmatched = scenario("first-answers").model_copy(update={"event": event})

    with pytest.raises(LocalError, match="no rule matched"):
        virtual.run_scenario(unmatched)


def test_a_saved_roster_is_validated(virtual: VirtualSystem) -> None:
    virtual.run_scenario(scenario("first-answers"))

    name = virtual.roster_name()
    labelled = virtual.services.client("ssm").get_parameter(Name=f"{name}:last-good")

    assert labelled["Parameter"]["Version"] == 1


def test_execution_arns_and_start_times_have_awss_format(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(scenario("first-answers"))

    machine = virtual.deployed.state_machine_arn
    assert result.page.arn.startswith(machine.replace(":stateMachine:", ":execution:") + ":")
    entered = result.page.history[1]["stateEnteredEventDetails"]
    assert entered["name"] == "OpenIncident"
    scheduled = result.page.history[2]["taskScheduledEventDetails"]
    payload = json.loads(scheduled["parameters"])["Payload"]
    assert payload["execution"] == result.page.arn
    assert payload["started"] == "2026-01-05T03:12:00.000Z"
    assert datetime.fromisoformat(payload["started"]) == EPOCH.astimezone(UTC)
