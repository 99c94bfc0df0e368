"""The sample events and scenarios that the web page lists."""

from __future__ import annotations

import pytest

from local.phones.sample_events import read_sample_event, sample_events, storm_event
from local.phones.scenario_player import playable_scenarios
from oncall.events.parse_event import incident_from_event


@pytest.mark.parametrize("name", [event["name"] for event in sample_events()])
def test_every_sample_has_an_event_and_a_title(name: str) -> None:
    assert read_sample_event(name)["detail-type"]
    assert next(event["title"] for event in sample_events() if event["name"] == name)


def test_root_sign_in_is_listed_first() -> None:
    assert sample_events()[0]["name"] == "root-sign-in"


def test_every_alarm_of_a_storm_is_a_separate_incident() -> None:
    keys = {
        incident_from_event(storm_event(number), fallback_id="-").dedup_key
        for number in range(1, 101)
    }
    assert len(keys) == 100


def test_scenarios_that_need_the_runner_are_not_listed() -> None:
    scenarios = playable_scenarios()
    assert "four-contacts" in scenarios
    assert not any(scenario.at or scenario.also for scenario in scenarios.values())
    assert all(
        scenario.phones_by_number() or scenario.phones == {} for scenario in scenarios.values()
    )
