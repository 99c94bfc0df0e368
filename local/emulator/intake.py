"""Sends webhook requests over HTTP and messages to SNS topics, as their senders do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

from local.environment import ACCOUNT, REGION
from local.scenarios.intake import WebhookRequest
from local.simulation.invocations import TOKEN
from local.simulation.template_resources import function_variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.scenarios.intake import SnsMessage

#: Real seconds; API Gateway waits as long for a function.
TIMEOUT = 30


class LocalIntake:
    """The webhooks and SNS topics of the local system.

    Args:
        client: returns a client of the emulator.
        template: of the stack. The topics of this account and region are created.

    Attributes:
        endpoint: address of the HTTP API; "" without webhooks.
        webhooks: their settings.
        topics: the ARNs of the topics that page.
    """

    def __init__(self, client: Callable[[str], Any], template: dict[str, Any]) -> None:
        self._client = client
        self.endpoint = ""
        webhooks = function_variables(template, "receive_webhook").get("WEBHOOKS", "[]")
        topics = function_variables(template, "receive_notification").get("SNS_TOPICS", "{}")
        self.webhooks: list[dict[str, Any]] = json.loads(webhooks)
        self.topics: list[str] = list(json.loads(topics))
        self._sent: dict[str, dict[str, str]] = {}
        for arn in filter(self.is_local, self.topics):
            client("sns").create_topic(Name=arn.rpartition(":")[2])

    def url(self, name: str) -> str:
        """Return the address of a webhook."""
        return f"{self.endpoint}/webhooks/{name}"

    def token(self, name: str) -> str:
        """Return the current token of a webhook; save one if it has none."""
        ssm, parameter = self._client("ssm"), f"/callout/webhooks/{name}/token"
        try:
            answer = ssm.get_parameter(Name=parameter, WithDecryption=True)
        except ssm.exceptions.ParameterNotFound:
            ssm.put_parameter(Name=parameter, Value=TOKEN, Type="SecureString")
            return TOKEN
        return str(answer["Parameter"]["Value"]).split()[0]

    def send(self, sent: WebhookRequest | SnsMessage) -> int:
        """Send a request or a message, and return how many executions it must start.

        Raises:
            LocalError: the webhook refuses it or finds no alert, or the topic is not deployed.
        """
        if isinstance(sent, WebhookRequest):
            return sent.require_accepted(*self.post(sent.name, sent.body))
        self._publish(sent)
        return 1

    def post(self, name: str, body: object) -> tuple[int, dict[str, Any]]:
        """Send a request to a webhook, and return status and body of the response."""
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token(name)}",
        }
        request = Request(self.url(name), json.dumps(body).encode(), headers)  # noqa: S310 - local
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT) as response:
                return response.status, json.load(response)
        except HTTPError as error:
            return error.code, json.load(error)

    def _publish(self, sent: SnsMessage) -> None:
        """Publish a message; invoke the function itself if the topic is of another account."""
        record = sent.record(self.topics, str(uuid4()), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        if self.is_local(record["TopicArn"]):
            names = ("TopicArn", "Message", "Subject")
            message = {name: record[name] for name in names if name in record}
            record["MessageId"] = self._client("sns").publish(**message)["MessageId"]
        self._sent = {record["MessageId"]: record}
        if not self.is_local(record["TopicArn"]):
            self.deliver_again(record["MessageId"])

    def deliver_again(self, message_id: str) -> None:
        """Deliver the latest message again, as SNS may do."""
        functions = self._client("lambda").list_functions()["Functions"]
        [name] = [
            function["FunctionName"]
            for function in functions
            if function["Handler"] == "receive_notification.handler"
        ]
        payload = json.dumps({"Records": [{"Sns": self._sent[message_id]}]})
        self._client("lambda").invoke(FunctionName=name, Payload=payload.encode())

    @staticmethod
    def is_local(arn: str) -> bool:
        """Return whether a topic is on this machine, in the account and region of the emulator."""
        return f":{REGION}:{ACCOUNT}:" in arn
