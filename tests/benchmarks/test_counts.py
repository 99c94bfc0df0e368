"""The counts of a page are reproducible, and are what AWS bills."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks import check_baseline
from benchmarks.cold_start import cold_start_cases, library_modules
from benchmarks.regression_counts import PAGES, page_counts
from benchmarks.scenarios import ALERTS, alert, load_scenario
from benchmarks.time_to_next_call import CASES, measure_failover
from benchmarks.usage_meter import measure_usage

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


def test_counts_of_a_page_are_reproducible(virtual: VirtualSystem) -> None:
    first, again = (measure_usage(virtual, load_scenario("first-answers"))[0] for _ in range(2))

    assert page_counts(first) == page_counts(again)
    assert first.requests["connect StartOutboundVoiceContact"] == first.calls == 1
    assert first.requests["sns Publish"] == 2  # the second is the chat message
    assert first.invocations["open_incident"] == 1
    assert first.invocations["check_call"] >= 1
    assert first.requests["connect DescribeContact"] >= 1


@pytest.mark.parametrize(
    ("arrives", "function", "events"),
    [
        ("by webhook", "receive_webhook", 1),
        ("by SNS topic", "receive_notification", 0),
        ("from another account", "", 1),
    ],
)
def test_an_alert_adds_only_how_it_arrives(
    virtual: VirtualSystem, arrives: str, function: str, events: int
) -> None:
    own, _ = measure_usage(virtual, load_scenario("first-answers"))
    usage, ending = measure_usage(virtual, alert(arrives))

    assert ending.output["outcome"] == "acknowledged"
    assert usage.transitions == own.transitions
    assert (usage.events, own.events) == (events, 0)
    assert list((usage.invocations - own.invocations).elements()) == [function] * bool(function)


def test_every_kind_of_arrival_is_measured() -> None:
    marks = test_an_alert_adds_only_how_it_arrives.pytestmark  # type: ignore[attr-defined]

    assert [case[0] for case in marks[0].args[1]] == [*ALERTS]


def test_every_state_and_every_retry_is_a_transition(virtual: VirtualSystem) -> None:
    healthy, healthy_ending = measure_usage(virtual, load_scenario("first-answers"))
    killed, killed_ending = measure_usage(virtual, load_scenario("fault-place-call-killed"))

    assert healthy.transitions == len(healthy_ending.page.states)
    assert killed.transitions > len(killed_ending.page.states)
    assert killed.invocations["place_call"] > killed.calls


def test_waiting_in_virtual_time_is_part_of_the_duration(virtual: VirtualSystem) -> None:
    usage, _ = measure_usage(virtual, load_scenario("connect-throttles"))

    assert usage.scenario_seconds["place_call"] > 0


def test_an_answered_call_is_connected_until_it_ends(virtual: VirtualSystem) -> None:
    usage, _ = measure_usage(virtual, load_scenario("first-answers"))

    [call] = virtual.connect.calls
    assert call.ended_at is not None
    assert call.connected_at is not None
    assert usage.connected_seconds == call.ended_at - call.connected_at > 0


def test_failover_time_ends_with_the_second_call(virtual: VirtualSystem) -> None:
    [rejected] = [case for case in CASES if case.name == "is rejected after 3 s"]

    failover = measure_failover(virtual, rejected, seed=1)

    _, second = virtual.connect.calls
    assert failover.failed_after == 3
    assert failover.seconds == second.placed_at - 3 >= 0
    assert failover.polls >= 1


def test_the_baseline_has_every_page() -> None:
    accepted = json.loads(check_baseline.BASELINE.read_text())

    assert [page for page in PAGES if f"{page}: transitions" not in accepted] == []


def test_modules_of_python_itself_are_not_counted() -> None:
    """So the count is the same on every Python."""
    own = ["sys", "json.decoder", "__main__", "sitecustomize", "_distutils_hack.override"]
    libraries = ["boto3.session", "clients"]

    assert (
        library_modules([*own, "_sysconfigdata__linux_x86_64-linux-gnu", *libraries]) == libraries
    )


def test_cold_start_measures_each_function_of_the_state_machine(virtual: VirtualSystem) -> None:
    measured = {case.name for case in cold_start_cases(virtual, Path("asset"))}

    functions = virtual.deployed.functions.values()
    of_the_machine = {each.name for each in functions if each.arn in virtual.deployed.definition}
    assert {"open_incident", "check_hold", "place_call"} <= of_the_machine <= measured
