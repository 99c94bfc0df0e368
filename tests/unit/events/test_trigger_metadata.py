"""A trigger sets team and severity, except those that Callout's own events name."""

from typing import Any

import pytest
from hypothesis import given

from oncall.events.parse_event import incident_from_event
from oncall.events.trigger_metadata import (
    apply_trigger_overrides,
    assign_team,
    dedup_fields,
    mark_elsewhere,
    unwrap,
)
from oncall.incident import Incident
from tests.unit.json_values import any_event
from tests.unit.sample_events import event

PAGE: dict[str, Any] = {"source": "callout", "detail-type": "Page", "detail": {}}
OWN_TEAM = PAGE | {"detail": {"team": "db", "severity": "low"}}
TRIGGER = {"team": "web", "severity": "medium"}
INVALID: list[object] = [None, [], {"team": "no team", "severity": "dire"}, {"team": 7}]


def opened(state_input: object) -> Incident:
    """Return the incident that the state machine's input opens."""
    delivered, trigger = unwrap(state_input)
    return apply_trigger_overrides(
        incident_from_event(delivered, fallback_id="id"), delivered, trigger
    )


@pytest.mark.parametrize(
    ("state_input", "team", "severity"),
    [
        ({"trigger": TRIGGER, "event": event("alarm-alb-latency")}, "web", "medium"),
        (event("root-sign-in"), "default", "critical"),
        ({"trigger": TRIGGER, "event": OWN_TEAM}, "db", "low"),
        ({"trigger": TRIGGER, "event": PAGE}, "web", "medium"),
        *[
            ({"trigger": invalid, "event": event("root-sign-in")}, "default", "critical")
            for invalid in INVALID
        ],
    ],
)
def test_a_trigger_sets_team_and_severity_unless_a_page_names_its_own(
    state_input: object, team: str, severity: str
) -> None:
    incident = opened(state_input)

    assert (incident.team, incident.severity) == (team, severity)


@pytest.mark.parametrize(
    ("named", "team", "requested"),
    [
        ("payments", "payments", ""),
        (" Payments ", "payments", ""),
        ("saved", "saved", ""),
        ("checkout", "ops", "checkout"),
        ("Team Payments!", "ops", "Team Payments!"),
        (None, "web", ""),
        (7, "web", ""),
    ],
)
def test_a_page_calls_the_team_that_it_names_or_the_fallback_team(
    named: object, team: str, requested: str
) -> None:
    state_input = {"trigger": TRIGGER, "event": PAGE | {"detail": {"team": named}}}
    teams = ["default", "ops", "payments", "web"]

    incident = assign_team(opened(state_input), teams, "ops", lambda team: team == "saved")

    assert (incident.team, incident.requested_team) == (team, requested)


def test_upper_and_lower_case_are_the_same_incident() -> None:
    keys = {opened(PAGE | {"detail": {"team": team}, "id": "1"}).dedup_key for team in ("A", "a")}
    assert len(keys) == 1


def order(event_id: str, **detail: object) -> dict[str, Any]:
    envelope = {"account": "123456789012", "region": "us-east-1", "resources": ["order/1"]}
    source = {"source": "shop.orders", "detail-type": "Order failed", "id": event_id}
    return envelope | source | {"detail": detail}


def key(fields: object, delivered: dict[str, Any]) -> str:
    found = incident_from_event(
        delivered, fallback_id="id", dedup_fields=dedup_fields({"dedup_fields": fields})
    )
    return found.dedup_key


def test_a_trigger_names_the_fields_that_identify_an_incident() -> None:
    fields = ["detail.order.id", "detail.shop"]
    same = [order("a", order={"id": 7}, attempt=1), order("b", order={"id": 7.0}, attempt=2)]
    others = [
        order("c", order={"id": 8}),
        order("d", order={"id": 7}, shop="x"),
        order("e", order={"id": 7}) | {"account": "210987654321"},
        order("f", order={"id": 7}) | {"region": "eu-west-1"},
        order("g", order={"id": 7}) | {"source": "shop.invoices"},
    ]

    assert {key(fields, event) for event in same} == {
        "event:shop.orders:Order failed:123456789012:us-east-1:7:"
    }
    assert len({key(fields, event) for event in (*same, *others)}) == 1 + len(others)


@pytest.mark.parametrize("fields", [[], None, 7, [7], ["detail.missing"], ["detail.order.none"]])
def test_without_the_named_fields_all_of_the_detail_identifies_it(fields: object) -> None:
    events = [order("a", order={"id": 7}), order("b", order={"id": 8})]

    assert [key(fields, event) for event in events] == [key([], event) for event in events]
    assert key(fields, events[0]) != key(fields, events[1])


def test_a_page_is_identified_by_its_own_key() -> None:
    assert key(["detail.title"], PAGE | {"detail": {"dedup_key": 7, "title": "x"}}).endswith(":7")


@given(value=any_event, trigger=any_event)
def test_any_event_and_trigger_page(value: Any, trigger: Any) -> None:  # noqa: ANN401 - any JSON value
    assert opened({"trigger": trigger, "event": value}).id


@pytest.mark.parametrize(
    ("name", "home", "facts"),
    [
        ("ec2-stopped", "us-east-1:123456789012", {}),
        ("ec2-stopped", "us-west-2:123456789012", {"other_region": "us-east-1"}),
        ("root-sign-in", "us-east-1:999999999999", {"other_account": "123456789012"}),
    ],
)
def test_another_account_and_region_are_facts_of_the_incident(
    name: str, home: str, facts: dict[str, str]
) -> None:
    incident = incident_from_event(event(name), fallback_id="id")
    marked = mark_elsewhere(incident, f"arn:aws:states:{home}:execution:Page:one")
    assert marked.facts == {**incident.facts, **facts}
    assert mark_elsewhere(incident, "not an ARN") == incident


def test_a_replay_happened_where_its_resource_is() -> None:
    replay = event("ec2-stopped") | {"source": "callout.replay", "account": "1" * 12}
    found = incident_from_event(replay | {"region": "eu-north-1"}, fallback_id="id")
    assert (found.account, found.region) == ("123456789012", "us-east-1")
