"""Chat in virtual time: each notification is repeated in the thread of its incident."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from local.scenarios.result import ScenarioResult
    from local.simulation.system import VirtualSystem

FAILS = {"at": "sns Publish", "fault": "unavailable", "by": "post_to_chat"}


def scenario(**more: Any) -> Scenario:  # noqa: ANN401 - fields of a scenario
    """Return a scenario in which nobody answers, and Ana acknowledges later by link."""
    contacts = [{"name": "Ana", "phone": "+14155550132"}]
    return Scenario.model_validate(
        {
            "title": "chat",
            "roster": {"contacts": contacts, "rounds": 1},
            "phones": {"Ana": "no_answer"},
            "opens_link": [{"after": 120, "by": "Ana"}],
            **more,
        }
    )


def posted(result: ScenarioResult) -> list[dict[str, Any]]:
    """Return the chat messages."""
    return [json.loads(each.message) for each in result.chat]


def test_the_messages_of_an_incident_have_one_thread_and_a_link(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(scenario())

    first, second = posted(result)
    assert first["content"]["title"].startswith("Callout: nobody acknowledged - Root user")
    assert "/incidents/" in first["content"]["description"]
    assert second["content"]["title"].startswith("Callout: acknowledged - Root user")
    threads = {message["metadata"]["threadId"] for message in (first, second)}
    assert threads == {result.output["incident"]["id"]}


def test_a_message_that_fails_is_published_later(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(scenario(opens_link=[], faults=[FAILS | {"times": 3}]))

    assert [message["content"]["title"][:28] for message in posted(result)] == [
        "Callout: nobody acknowledged"
    ]


@pytest.mark.parametrize("faults", [[FAILS], [{"at": "post_to_chat", "fault": "killed_before"}]])
def test_chat_that_fails_for_good_changes_nothing_else(
    virtual: VirtualSystem, faults: list[dict[str, object]]
) -> None:
    healthy, faulty = (virtual.run_scenario(scenario(faults=each)) for each in ([], faults))

    assert posted(faulty) == []
    assert faulty.call_outcomes == healthy.call_outcomes
    assert [each.subject for each in faulty.notifications] == [
        each.subject for each in healthy.notifications
    ]
