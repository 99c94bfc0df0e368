"""Events above and just below the limit of an execution's input page all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from local.simulation.event_bus import Delivery, EventBus
from local.simulation.strict_interpreter import MAX_BYTES, size
from oncall.messages.undelivered_event import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.scenarios.result import ScenarioResult
    from local.simulation.system import VirtualSystem

FIRST_ANSWERS = read_scenario(SCENARIOS_DIR / "first-answers.yaml")
PAGE: dict[str, Any] = {
    "source": "callout",
    "detail-type": "Page",
    "detail": {"title": "Database is down"},
}
ORDER: dict[str, Any] = {
    "source": "shop.orders",
    "detail-type": "Order failed",
    "detail": {"order": "A-1"},
}
#: Ends the names of executions that page_undelivered starts.
SUFFIX = "-undelivered"


def run(virtual: VirtualSystem, event: Mapping[str, Any], filler: int) -> ScenarioResult:
    """Run a page about an event with a text of so many bytes."""
    large = {**event, "detail": event["detail"] | {"details": "x" * filler}}
    return virtual.run_scenario(FIRST_ANSWERS, deliveries=[Delivery(large)])


@pytest.mark.parametrize(
    ("event_bytes", "outcomes"),
    [
        (200_000, ["acknowledged"]),
        (255_000, ["acknowledged"]),
        (262_000, ["FAILED", "acknowledged"]),
        (MAX_BYTES, ["FAILED", "acknowledged"]),
        (MAX_BYTES + 1, ["acknowledged"]),
        (300_000, ["acknowledged"]),
        (1_000_000, ["acknowledged"]),
    ],
)
def test_a_large_event_rings_once(
    virtual: VirtualSystem, event_bytes: int, outcomes: list[str]
) -> None:
    small = run(virtual, PAGE, 0).executions[0].states[0].input

    result = run(virtual, PAGE, event_bytes - size(small))

    assert [execution.outcome for execution in result.executions] == outcomes
    assert len(result.calls) == 1
    assert "Database is down" in result.spoken[0]
    page = result.page
    assert page.output["incident"]["id"] == small["id"]
    assert max(size(entry.input) for entry in page.states[1:]) < 20_000


def test_a_large_event_pages_even_if_open_incident_fails_with_a_long_error(
    virtual: VirtualSystem,
) -> None:
    """Only because the error replaces the event in the state: they would not fit together."""

    def fail(name: str, _given: object, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        if name == "open_incident":
            raise RuntimeError("x" * 20_000)
        return run()

    large = {**PAGE, "detail": {"details": "x" * 255_000}}
    result = virtual.run_scenario(FIRST_ANSWERS, deliveries=[Delivery(large)], middleware=fail)

    assert [execution.outcome for execution in result.executions] == ["acknowledged"]
    assert result.output["incident"]["title"] == "An event that could not be read"


def test_a_failed_execution_with_another_error_is_not_started_again(virtual: VirtualSystem) -> None:
    result = virtual.run_scenario(read_scenario(SCENARIOS_DIR / "fault-no-notification.yaml"))

    assert [execution.status for execution in result.executions] == ["FAILED"]


def test_the_team_and_severity_of_the_rule_apply(virtual: VirtualSystem) -> None:
    result = run(virtual, ORDER, 300_000)

    incident = result.executions[0].output["incident"]
    assert (incident["team"], incident["severity"]) == ("payments", "low")


def test_sns_is_notified_if_no_page_can_be_started(
    virtual: VirtualSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = EventBus.start_execution
    monkeypatch.setattr(
        EventBus,
        "start_execution",
        lambda bus, name, given: not name.endswith(SUFFIX) and start(bus, name, given),
    )
    large = {**PAGE, "detail": PAGE["detail"] | {"details": "x" * 300_000}}
    deliveries = [Delivery(large), Delivery(PAGE)]

    result = virtual.run_scenario(FIRST_ANSWERS, deliveries=deliveries)

    [notification] = [each for each in result.notifications if each.subject == SUBJECT]
    [error] = [
        line for text in result.log if (line := json.loads(text))["message"] == "event not paged"
    ]
    assert "Database is down" in notification.message
    assert f"Event: {error['incident_id']}\nSource: callout\nType: Page" in notification.message
    assert "InvalidExecutionInput" in notification.message
