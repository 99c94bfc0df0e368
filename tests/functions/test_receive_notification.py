"""Messages of SNS topics start executions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from tests.functions.invoke import imported
from tests.unit.events.test_sns_message import EVENT, TOPIC, message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.emulator.system import LocalSystem

OWN_TOPIC = "arn:aws:sns:us-east-1:000000000000:own"
#: Calls nobody. With half of a surrogate pair, which JSON can contain.
RESOLVED = EVENT | {
    "source": "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    "detail": {"alarmName": "sns", "state": {"value": "OK", "reason": "half \ud800"}},
}


@pytest.fixture
def receive(system: LocalSystem) -> Iterator[ModuleType]:
    """Import the function with its deployed environment."""
    environment = {
        "STATE_MACHINE": system.deployment.state_machine_arn,
        "NOTIFICATION_TOPIC": OWN_TOPIC,
        "SNS_TOPICS": json.dumps({TOPIC: {"team": "payments"}}),
    }
    with imported("receive_notification", system.emulator.url, environment) as module:
        yield module


def test_a_message_that_is_delivered_twice_pages_once(
    receive: ModuleType, system: LocalSystem
) -> None:
    before, message_id = set(system.executions()), str(uuid4())
    record = {"Sns": message(RESOLVED) | {"MessageId": message_id}}

    for _ in range(2):
        receive.handler({"Records": [record]}, None)

    [execution] = set(system.executions()) - before
    assert execution.endswith(f":{message_id}")
    state = json.loads(system.describe(execution)["input"])
    assert state["trigger"] == {"team": "payments"}
    assert state["event"]["detail"]["state"]["reason"] == "half ?"


@pytest.mark.parametrize("change", [{"Type": "SubscriptionConfirmation"}, {"TopicArn": OWN_TOPIC}])
def test_confirmations_and_own_notifications_are_ignored(
    receive: ModuleType, system: LocalSystem, change: dict[str, str]
) -> None:
    before = set(system.executions())
    receive.handler({"Records": [{"Sns": message("text") | change}]}, None)
    assert set(system.executions()) == before
