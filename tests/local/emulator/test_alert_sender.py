"""Messages for topics on this machine are published, others go to the function itself."""

from __future__ import annotations

import json
from unittest.mock import MagicMock

import pytest

from local.emulator.alert_sender import AlertSender
from local.emulator.process import LocalError
from local.scenarios.alerts import SnsMessage, WebhookRequest

LOCAL = "arn:aws:sns:us-east-1:123456789012:alerts"
FOREIGN = "arn:aws:sns:eu-west-1:444455556666:orders"
VARIABLES = {"SNS_TOPICS": json.dumps({LOCAL: {}, FOREIGN: {}})}
FUNCTION = {"Handler": "receive_notification.handler", "Environment": {"Variables": VARIABLES}}


def test_a_message_is_published_or_delivered_to_its_function() -> None:
    client = MagicMock()
    client.publish.return_value = {"MessageId": "m-1"}
    client.list_functions.return_value = {"Functions": [FUNCTION | {"FunctionName": "Receive"}]}
    sender = AlertSender(lambda _: client, {"Resources": {"Receive": {"Properties": FUNCTION}}})

    assert sender.send(SnsMessage(message="text", subject="Backup")) == 1
    client.publish.assert_called_once_with(TopicArn=LOCAL, Message="text", Subject="Backup")
    sender.deliver_again()
    sender.send(SnsMessage(message={"a": 1}, topic="orders"))

    payloads = [json.loads(call.kwargs["Payload"]) for call in client.invoke.call_args_list]
    again, foreign = (payload["Records"][0]["Sns"] for payload in payloads)
    assert (again["MessageId"], again["Message"]) == ("m-1", "text")
    assert (foreign["TopicArn"], foreign["Message"]) == (FOREIGN, '{"a": 1}')
    with pytest.raises(LocalError, match="topic 'none' is not deployed; there are arn:"):
        sender.send(SnsMessage(message="x", topic="none"))


def test_a_scenario_needs_a_request_that_pages() -> None:
    for status, answer in ((401, {"error": "wrong"}), (202, {"accepted": 0, "resolved": 0})):
        with pytest.raises(LocalError, match=f"webhook shop: status {status}: "):
            WebhookRequest(name="shop", body={}).require_accepted(status, answer)
