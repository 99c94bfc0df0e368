"""One run and the next: the same by the same seed, and knowing nothing of each other."""

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


@pytest.mark.parametrize("name", ["connect-throttles", "company-of-four", "fault-ssm-down"])
def test_the_same_seed_makes_the_same_history(name: str, virtual: VirtualSystem) -> None:
    first, second = (virtual.run_scenario(scenario(name), seed=3) for _ in range(2))

    assert first.page.history == second.page.history
    assert first.log == second.log
    assert first.notifications == second.notifications
    assert first.page.arn == second.page.arn


def test_another_seed_draws_other_delays_and_ids(virtual: VirtualSystem) -> None:
    first, second = (
        virtual.run_scenario(scenario("connect-throttles"), seed=seed) for seed in (1, 2)
    )

    assert first.page.duration != second.page.duration
    assert first.page.arn != second.page.arn
    assert first.call_outcomes == second.call_outcomes


def test_a_run_knows_nothing_of_the_one_before(virtual: VirtualSystem) -> None:
    """The incident table would make the second a duplicate; the last good roster would be used."""
    first = virtual.run_scenario(scenario("first-answers"), seed=1)
    again = virtual.run_scenario(scenario("first-answers"), seed=1)
    broken = virtual.run_scenario(scenario("broken-roster"))

    assert [first.output["outcome"], again.output["outcome"]] == ["acknowledged"] * 2
    assert broken.output["outcome"] == "failed"


def test_the_retries_of_a_run_are_not_taken_from_the_next(virtual: VirtualSystem) -> None:
    """A client of the SDK that has met too many faults tries only once (its retry quota)."""
    down = parse_fault({"at": "connect", "fault": "unavailable"})
    bad_night = scenario("nobody").model_copy(update={"faults": (down,)})

    requests = []
    for _ in range(3):
        virtual.run_scenario(bad_night)
        requests.append(len(virtual.connect.requests))

    assert requests[0] > 50
    assert len(set(requests)) == 1


def test_two_deliveries_of_one_event_page_once(virtual: VirtualSystem) -> None:
    told = scenario("first-answers")

    played = virtual.run_scenario(told, deliveries=[Delivery(told.event_sent, at=(0, 7))])

    assert [one.output["outcome"] for one in played.executions] == ["acknowledged", "duplicate"]
    assert [one.began for one in played.executions] == [0, 7]
    assert len(played.calls) == 1


def test_the_clock_of_a_scenario_is_what_everybody_reads(virtual: VirtualSystem) -> None:
    """What the state machine, the functions and Connect say is of the scenario, not of today."""
    at = EPOCH + timedelta(days=100)
    told = scenario("first-answers")

    played = virtual.run_scenario(told, deliveries=[Delivery(told.event_sent)], at=at)

    [execution] = played.executions
    stamps = [datetime.fromisoformat(event["timestamp"]) for event in execution.history]
    assert stamps[0] == at
    assert stamps[-1] == at + timedelta(seconds=execution.ended)
    assert execution.ended > 0
    logged = [json.loads(line)["timestamp"] for line in played.log]
    assert {one[:16] for one in logged} == {at.isoformat()[:16]}
    client = virtual.services.client("dynamodb")
    items = client.scan(TableName=virtual.deployed.table["TableName"])["Items"]
    [record] = [one for one in items if one["sk"]["S"].startswith("incident#")]
    assert int(record["claimed_until"]["N"]) == int(at.timestamp()) + FIRST_POLL_DELAY + 15 * 60
    assert datetime.fromisoformat(record["closed_at"]["S"]) == stamps[-1]


def test_what_botocore_waits_before_it_tries_again_is_scenario_time(virtual: VirtualSystem) -> None:
    virtual.run_scenario(scenario("connect-throttles"))

    placing = [
        one.at for one in virtual.connect.requests if one.operation == "StartOutboundVoiceContact"
    ]
    assert len(placing) > 2
    assert len(set(placing)) == len(placing)


def test_no_rule_no_page(virtual: VirtualSystem) -> None:
    event = {"source": "somebody.else", "detail-type": "Nothing", "detail": {}}
    unheard = scenario("first-answers").model_copy(update={"event": event})

    with pytest.raises(LocalError, match="no rule matched"):
        virtual.run_scenario(unheard)


def test_a_saved_roster_is_looked_at_by_its_guard(virtual: VirtualSystem) -> None:
    virtual.run_scenario(scenario("first-answers"))

    name = virtual.roster_name()
    labelled = virtual.services.client("ssm").get_parameter(Name=f"{name}:last-good")

    assert labelled["Parameter"]["Version"] == 1


def test_the_names_of_an_execution_are_as_aws_makes_them(virtual: VirtualSystem) -> None:
    ending = virtual.run_scenario(scenario("first-answers"))

    machine = virtual.deployed.state_machine_arn
    assert ending.page.arn.startswith(machine.replace(":stateMachine:", ":execution:") + ":")
    entered = ending.page.history[1]["stateEnteredEventDetails"]
    assert entered["name"] == "OpenIncident"
    scheduled = ending.page.history[2]["taskScheduledEventDetails"]
    payload = json.loads(scheduled["parameters"])["Payload"]
    assert payload["execution"] == ending.page.arn
    assert payload["started"] == "2026-01-05T03:12:00.000Z"
    assert datetime.fromisoformat(payload["started"]) == EPOCH.astimezone(UTC)
