"""What the page offers can be had."""

from __future__ import annotations

import pytest

from local.phones.sample_events import alarm, sample, samples
from local.phones.scenario_player import stories
from oncall.events.parse_event import incident_from_event


@pytest.mark.parametrize("name", [one["name"] for one in samples()])
def test_each_sample_has_an_event_and_a_title(name: str) -> None:
    assert sample(name)["detail-type"]
    assert next(one["title"] for one in samples() if one["name"] == name)


def test_the_root_user_is_offered_first() -> None:
    assert samples()[0]["name"] == "root-sign-in"


def test_each_alarm_of_a_storm_is_an_incident_of_its_own() -> None:
    keys = {
        incident_from_event(alarm(number), fallback_id="-").dedup_key for number in range(1, 101)
    }
    assert len(keys) == 100


def test_stories_that_need_another_time_are_not_offered() -> None:
    offered = stories()
    assert "company-of-four" in offered
    assert not any(story.at or story.also for story in offered.values())
    assert all(story.phones_by_number() or story.phones == {} for story in offered.values())
