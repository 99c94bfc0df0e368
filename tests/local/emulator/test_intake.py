"""Messages for topics on this machine are published, others go to the function itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.emulator.intake import LocalIntake
from local.emulator.process import LocalError
from local.scenarios.intake import SnsMessage, WebhookRequest

LOCAL = "arn:aws:sns:us-east-1:000000000000:alerts"
FOREIGN = "arn:aws:sns:eu-west-1:444455556666:orders"
VARIABLES = {"SNS_TOPICS": json.dumps({LOCAL: {}, FOREIGN: {}})}
FUNCTION = {"Handler": "receive_notification.handler", "Environment": {"Variables": VARIABLES}}


class Client:
    """Records the requests to SNS and Lambda."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, operation: str) -> Any:  # noqa: ANN401 - as boto3 has it
        def request(**given: Any) -> dict[str, Any]:  # noqa: ANN401
            self.requests.append((operation, given))
            listed = [FUNCTION | {"FunctionName": "Receive"}]
            return {"MessageId": "m-1", "Functions": listed}

        return request


def test_a_message_reaches_its_function_once_or_again() -> None:
    client = Client()
    intake = LocalIntake(lambda _: client, {"Resources": {"Receive": {"Properties": FUNCTION}}})
    assert intake.send(SnsMessage(message="text", subject="Backup")) == 1
    intake.deliver_again("m-1")
    intake.send(SnsMessage(message={"a": 1}, topic="orders"))

    invoked = [json.loads(given["Payload"]) for name, given in client.requests if name == "invoke"]
    assert [name for name, _ in client.requests if name != "list_functions"] == [
        "create_topic",
        "publish",
        "invoke",
        "invoke",
    ]
    assert client.requests[1][1] == {"TopicArn": LOCAL, "Message": "text", "Subject": "Backup"}
    [again, foreign] = [each["Records"][0]["Sns"] for each in invoked]
    assert (again["MessageId"], again["Message"]) == ("m-1", "text")
    assert (foreign["TopicArn"], foreign["Message"]) == (FOREIGN, '{"a": 1}')
    with pytest.raises(LocalError, match="topic 'none' is not deployed; there are arn:"):
        intake.send(SnsMessage(message="x", topic="none"))


@pytest.mark.parametrize(
    ("status", "answer"), [(401, {"error": "wrong"}), (202, {"accepted": 0, "resolved": 0})]
)
def test_a_scenario_needs_a_request_that_is_accepted(status: int, answer: dict[str, Any]) -> None:
    with pytest.raises(LocalError, match=f"webhook shop: status {status}: "):
        WebhookRequest(name="shop", body={}).require_accepted(status, answer)
