"""Events that could not be delivered: each starts a page, or SNS is notified."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from local.scenarios.emulator_runner import DELIVERY, wait_for_end
from oncall.messages.undelivered_event import SUBJECT
from tests.functions.invoke import imported
from tests.unit import sample_events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.emulator.system import LocalSystem

Json = dict[str, Any]
#: Real seconds until the emulator has delivered a message of a queue.
DELIVERED = 20


@pytest.fixture
def page_undelivered(system: LocalSystem) -> Iterator[ModuleType]:
    """Import the function with its deployed environment."""
    environment = {
        "STATE_MACHINE": system.deployment.state_machine_arn,
        "NOTIFICATION_TOPIC": system.deployment.notification_topic_arn,
    }
    system.notifications()
    with imported("page_undelivered", system.emulator.url, environment) as module:
        yield module


def drill() -> Json:
    """Return a drill, which calls nobody."""
    event = sample_events.event("callout-page") | {"id": str(uuid4())}
    return event | {"detail": {"title": "Disk full", "drill": True}}


def dead_letter(body: str, rule: str = "none", receptions: int = 1) -> Json:
    """Return a message as Lambda receives it."""
    attributes = {
        "RULE_ARN": f"arn:aws:events:us-east-1:000000000000:rule/{rule}",
        "ERROR_CODE": "NO_PERMISSIONS",
        "ERROR_MESSAGE": "denied",
    }
    record = {
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(receptions)},
        "messageAttributes": {name: {"stringValue": text} for name, text in attributes.items()},
    }
    return {"Records": [record]}


def undelivered(system: LocalSystem, wait: float) -> list[str]:
    """Return the notifications of undelivered events; wait so many real seconds for the first."""
    deadline = time.monotonic() + wait
    while True:
        left = deadline - time.monotonic()
        unread = system.notifications(wait=max(0, left))
        found = [each.message for each in unread if each.subject == SUBJECT]
        if found or left <= 0:
            return found


def execution_input(system: LocalSystem, event_id: str) -> Json:
    """Return the input of the execution that was started about an event."""
    machine = system.deployment.state_machine_arn.replace(":stateMachine:", ":execution:")
    found: Json = json.loads(system.describe(f"{machine}:{event_id}-undelivered")["input"])
    return found


def test_an_undelivered_event_pages_once(page_undelivered: ModuleType, system: LocalSystem) -> None:
    event = drill()

    for _ in range(2):
        page_undelivered.handler(dead_letter(json.dumps(event)), None)

    assert execution_input(system, event["id"]) == event


def test_the_input_has_what_the_rule_adds(
    page_undelivered: ModuleType, system: LocalSystem
) -> None:
    rules = system.client("events").list_rules()["Rules"]
    [rule] = [each["Name"] for each in rules if "OrderService" in each["Name"]]
    event = drill()

    page_undelivered.handler(dead_letter(json.dumps(event), rule), None)

    trigger = execution_input(system, event["id"])["trigger"]
    assert trigger == {"team": "payments", "severity": "low"}


@pytest.mark.parametrize(("receptions", "notified"), [(1, True), (2, True), (3, False)])
def test_sns_is_notified_if_the_page_cannot_be_started(
    page_undelivered: ModuleType,
    system: LocalSystem,
    monkeypatch: pytest.MonkeyPatch,
    receptions: int,
    *,
    notified: bool,
) -> None:
    machine = system.deployment.state_machine_arn
    monkeypatch.setenv("STATE_MACHINE", f"{machine}-gone")
    event = drill()

    with pytest.raises(ClientError):
        page_undelivered.handler(dead_letter(json.dumps(event), receptions=receptions), None)

    found = undelivered(system, DELIVERY if notified else 0)
    assert len(found) == notified
    for message in found:
        assert f"Event: {event['id']}\nSource: callout\nType: Page" in message
        assert "NO_PERMISSIONS denied; then StateMachineDoesNotExist" in message


def test_a_message_that_is_no_json_is_reported(
    page_undelivered: ModuleType, system: LocalSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATE_MACHINE", f"{system.deployment.state_machine_arn}-gone")

    with pytest.raises(ClientError):
        page_undelivered.handler(dead_letter("{"), None)

    [message] = undelivered(system, DELIVERY)
    assert "Event: unknown" in message


@pytest.mark.parametrize("letter", ["x", "\u738b"])
def test_an_event_above_the_limit_pages(system: LocalSystem, letter: str) -> None:
    detail = {"title": "Disk full", "drill": True, "details": letter * 300_000}

    execution = system.send({"source": "callout", "detail-type": "Page", "detail": detail})

    assert execution
    assert execution.endswith("-undelivered")
    assert wait_for_end(system, execution)["status"] == "SUCCEEDED"


def test_an_input_above_the_limit_is_rejected(system: LocalSystem) -> None:
    with pytest.raises(ClientError, match="InvalidExecutionInput"):
        system.client("stepfunctions").start_execution(
            stateMachineArn=system.deployment.state_machine_arn, input=json.dumps("x" * 262_143)
        )


def test_the_deployed_function_reads_the_dead_letter_queue(system: LocalSystem) -> None:
    sqs, event = system.client("sqs"), drill()
    [queue] = [url for url in sqs.list_queues()["QueueUrls"] if "EventDlq" in url]
    before = set(system.executions())

    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))

    system.new_executions(before, 1, DELIVERED)
    assert execution_input(system, event["id"]) == event
