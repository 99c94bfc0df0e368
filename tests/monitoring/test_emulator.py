"""Monitoring, drills and metrics of Callout on the local emulator.

The emulator never ends an execution as TIMED_OUT, does not evaluate alarms on our metrics, and
sends a schedule's event under another name: test_failure_notifications.py and
test_drill_schedule.py check these in the template.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from local.scenarios.emulator_runner import DELIVERY, EmulatorRunner, wait_for_end
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.result import states_entered
from local.scenarios.scenario import read_scenario
from tests.monitoring.emf import Metric, metric, read
from workflow.monitoring.drill_schedule import drill_detail

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.sns_inbox import Notification
    from local.emulator.system import LocalSystem

#: Real seconds until a log line can be read.
LOGGED = 5


@pytest.fixture
def quiet(system: LocalSystem) -> LocalSystem:
    """Return the system with a usable roster and without traces of other tests."""
    scenario = read_scenario(SCENARIOS_DIR / "first-answers.yaml")
    system.save_roster(scenario.roster_text)
    system.connect.reset(scenario.phones_by_number())
    system.notifications()
    return system


@pytest.fixture
def muted(quiet: LocalSystem) -> Iterator[LocalSystem]:
    """Return the system with a state machine that publishes to a missing topic."""
    states = quiet.client("stepfunctions")
    arn = quiet.deployment.state_machine_arn
    definition = states.describe_state_machine(stateMachineArn=arn)["definition"]
    topic = quiet.deployment.notification_topic_arn
    states.update_state_machine(
        stateMachineArn=arn, definition=definition.replace(topic, f"{topic}-gone")
    )
    yield quiet
    states.update_state_machine(stateMachineArn=arn, definition=definition)


def start(system: LocalSystem, event: dict[str, Any]) -> str:
    """Start the state machine as a rule does, and return the execution's ARN."""
    started = system.client("stepfunctions").start_execution(
        stateMachineArn=system.deployment.state_machine_arn, input=json.dumps(event)
    )
    execution: str = started["executionArn"]
    return execution


def drill(system: LocalSystem, **detail: object) -> dict[str, Any]:
    """Send a drill over the bus, and return its execution after its end."""
    asked = drill_detail("default") | detail
    execution = system.send({"source": "callout", "detail-type": "Page", "detail": asked})
    assert execution
    return wait_for_end(system, execution)


def only_notification(system: LocalSystem) -> Notification:
    """Return the only notification that SNS received."""
    [notification] = system.notifications(wait=DELIVERY)
    return notification


def test_a_failed_execution_notifies_sns_without_a_function(muted: LocalSystem) -> None:
    muted.delete_roster()
    muted.save_roster("contacts: []")
    execution = start(muted, {"source": "shop", "detail-type": "x", "detail": {}})
    assert wait_for_end(muted, execution)["status"] == "FAILED"
    message = only_notification(muted).message
    assert "a page ended FAILED" in message
    assert f"Execution: {execution.rsplit(':', 1)[-1]}" in message
    assert message.strip('"').endswith(f"#/v2/executions/details/{execution}")


def test_an_aborted_page_notifies_sns(quiet: LocalSystem) -> None:
    execution = start(quiet, {"source": "shop", "detail-type": "x", "detail": {}})
    quiet.client("stepfunctions").stop_execution(executionArn=execution)
    message = only_notification(quiet).message
    assert "a page ended ABORTED" in message
    assert execution in message


def test_an_acknowledged_page_notifies_sns_once(quiet: LocalSystem) -> None:
    ending = EmulatorRunner(quiet).run_scenario(read_scenario(SCENARIOS_DIR / "first-answers.yaml"))
    assert [
        notification.subject.startswith("Callout: acknowledged")
        for notification in ending.notifications
    ] == [True]


def test_a_successful_drill_places_no_call_and_sends_no_notification(quiet: LocalSystem) -> None:
    ended = drill(quiet)
    output = json.loads(ended["output"])

    assert (ended["status"], output["outcome"]) == ("SUCCEEDED", "drilled")
    assert [call["outcome"] for call in output["calls"]] == ["drilled"]
    states = [
        state["stateEnteredEventDetails"]["name"]
        for state in states_entered(quiet.history(ended["executionArn"]))
    ]
    assert states == [
        "OpenIncident",
        "Duplicate?",
        "PlanCalls",
        "NextCall?",
        "PlaceCall",
        "CallFinished?",
        "DrillPassed",
    ]
    asked = {request.operation for request in quiet.connect.requests}
    assert asked == {"DescribeInstance", "DescribeContactFlow"}
    assert quiet.connect.calls == []
    assert quiet.notifications(wait=1) == []


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("telephony", "outbound calls are switched off"),
        ("flow", "DescribeContactFlow"),
        ("roster", "/callout/rosters/default cannot be used"),
    ],
)
def test_a_failed_drill_notifies_sns_with_the_reason(
    quiet: LocalSystem, broken: str, reason: str
) -> None:
    if broken == "telephony":
        quiet.connect.config.outbound_calls = False
    elif broken == "flow":
        quiet.connect.config.flow = None
    else:
        quiet.delete_roster()
        quiet.save_roster("contacts: [{name: Ana}]")

    output = json.loads(drill(quiet)["output"])

    assert output["outcome"] == "failed"
    notification = only_notification(quiet)
    assert reason in notification.message
    assert "Drill of team default: nothing happened" in notification.message
    assert quiet.connect.calls == []


def test_drill_as_a_string_is_a_real_page(quiet: LocalSystem) -> None:
    output = json.loads(drill(quiet, drill="true")["output"])
    assert output["outcome"] == "acknowledged"
    assert len(quiet.connect.calls) == 1


def test_a_page_writes_its_metrics_to_the_logs(quiet: LocalSystem) -> None:
    began = int(time.time() * 1000)
    EmulatorRunner(quiet).run_scenario(read_scenario(SCENARIOS_DIR / "first-answers.yaml"))
    found = measured(quiet, since=began, until="SecondsToAcknowledge")

    assert found.keys() == {
        metric("Pages"),
        metric("CallsPlaced"),
        metric("SecondsToFirstRing"),
        metric("CallOutcome", Outcome="acknowledged"),
        metric("Acknowledged"),
        metric("SecondsToAcknowledge"),
    }


def test_a_duplicate_event_counts_as_one_page_and_one_duplicate(
    quiet: LocalSystem,
) -> None:
    began = int(time.time() * 1000)
    event = {"id": f"twice-{began}", "source": "shop", "detail-type": "x", "detail": {}}
    for _ in range(2):
        wait_for_end(quiet, start(quiet, event))
    found = measured(quiet, since=began, until="Duplicates")
    assert (found[metric("Pages")], found[metric("Duplicates")]) == (1, 1)


def test_a_page_without_a_usable_roster_counts_as_nobody_called(
    quiet: LocalSystem,
) -> None:
    began = int(time.time() * 1000)
    quiet.delete_roster()
    quiet.save_roster("contacts: []")
    drill(quiet)
    by_drill = measured(quiet, since=began, until="RosterUnusable")
    began = int(time.time() * 1000)
    drill(quiet, drill=False)
    by_page = measured(quiet, since=began, until="NobodyCalled")

    assert by_drill.keys() == {metric("RosterUnusable")}
    assert by_page.keys() == {metric("Pages"), metric("RosterUnusable"), metric("NobodyCalled")}


def measured(system: LocalSystem, *, since: int, until: str) -> dict[Metric, float]:
    """Return the metrics since a moment, as soon as one of them is logged."""
    deadline = time.monotonic() + LOGGED
    while True:
        found = read("\n".join(logged(system, since=since)))
        if (
            until in {measured_metric.name for measured_metric in found}
            or time.monotonic() > deadline
        ):
            return found
        time.sleep(0.1)


def logged(system: LocalSystem, *, since: int) -> Iterator[str]:
    """Yield the functions' log lines since a moment, in milliseconds since the epoch."""
    logs = system.client("logs")
    for group in logs.describe_log_groups()["logGroups"]:
        found = logs.filter_log_events(logGroupName=group["logGroupName"], startTime=since)
        for event in found["events"]:
            yield from (line for line in event["message"].splitlines() if line.startswith("{"))
