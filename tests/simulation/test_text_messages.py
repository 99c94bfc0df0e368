"""Text messages in virtual time: to whom, about what, and with whose link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from adapters.incident_store import IncidentTable
from local.scenarios.opened_link import LOCAL_KEY
from local.scenarios.scenario import Scenario
from oncall.links.link_token import verify

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem

ANA = "+14155550132"
DRILL = {"source": "callout", "detail-type": "Page", "detail": {"drill": True}}
CONTACTS = [
    {"name": "Ana", "phone": ANA, "text": True},
    {"name": "Bo", "phone": "+14155550133"},
]


def scenario(**more: Any) -> Scenario:  # noqa: ANN401 - fields of a scenario
    """Return a scenario in which only Bo answers, in the second round."""
    return Scenario.model_validate(
        {
            "title": "text messages",
            "roster": {"contacts": CONTACTS, "ring_seconds": 30},
            "phones": {"Bo": ["no_answer", {"press": {"keys": "1"}}]},
            **more,
        }
    )


def test_the_link_names_the_person_and_the_record_keeps_the_text(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(scenario())

    [text] = result.texts
    incident = result.output["incident"]
    link = verify(text.message.rpartition("/")[2], LOCAL_KEY, 0)
    assert link is not None
    assert (link.person, link.incident_id) == ("Ana", incident["id"])
    table = IncidentTable(virtual.services.client("dynamodb"), virtual.deployed.table["TableName"])
    record = table.record(incident["team"], incident["id"])
    assert record is not None
    assert list(record.texts) == ["Ana"]


def test_logs_and_states_have_no_text_and_no_new_number(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(scenario())

    assert [line for line in result.log if "text message sent" in line]
    assert not [line for line in result.log if ANA in line or "/incidents/" in line]
    assert "/incidents/" not in str(result.output)


def test_a_drill_sends_no_text(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(scenario(event=DRILL))

    assert result.output["outcome"] == "drilled"
    assert result.texts == []


def test_a_new_incident_of_the_group_is_another_text(virtual: VirtualSystem) -> None:
    later = [{"after": 10, "event": "guardduty-finding"}]

    result = virtual.run_scenario(scenario(also=later))

    first, second = result.texts
    assert first.message.startswith("Callout: Severity critical.")
    assert second.message.startswith("Callout: 2 incidents.")


@pytest.mark.parametrize("service", ["sns", "ssm"])
def test_a_service_that_fails_changes_no_call(virtual: VirtualSystem, service: str) -> None:
    fault = {"at": service, "fault": "hang_before", "by": "place_call"}

    healthy, faulty = (virtual.run_scenario(scenario(faults=faults)) for faults in ([], [fault]))

    assert faulty.call_outcomes == healthy.call_outcomes
    assert len(faulty.calls) == len(healthy.calls)
    assert faulty.output["acknowledged_by"] == "Bo"
    assert [text.number for text in faulty.texts] == ([] if service == "sns" else [ANA])
