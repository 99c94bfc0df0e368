"""Sends webhook requests over HTTP and messages to SNS topics, as their senders do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

from local.environment import ACCOUNT, REGION
from local.scenarios.alerts import TOKEN, WebhookRequest, token_parameter
from local.simulation.template_resources import function_variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.scenarios.alerts import SnsMessage

#: Real seconds; API Gateway waits as long for a function.
TIMEOUT = 30


class AlertSender:
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
        self._latest: dict[str, str] = {}
        for arn in filter(is_local, self.topics):
            client("sns").create_topic(Name=arn.rpartition(":")[2])

    def url(self, name: str) -> str:
        """Return the address of a webhook."""
        return f"{self.endpoint}/webhooks/{name}"

    def token(self, name: str) -> str:
        """Return the current token of a webhook; save one if it has none."""
        ssm, parameter = self._client("ssm"), token_parameter(name)
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
            return sent.require_accepted(*self.post(sent))
        record = sent.record(self.topics, str(uuid4()), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
        self._latest = record
        if is_local(record["TopicArn"]):
            message = {key: record[key] for key in record.keys() - {"MessageId", "Timestamp"}}
            record["MessageId"] = self._client("sns").publish(**message)["MessageId"]
        else:
            self.deliver_again()
        return 1

    def post(self, sent: WebhookRequest) -> tuple[int, dict[str, Any]]:
        """Send a request to a webhook, and return status and body of the response."""
        headers = {"Authorization": f"Bearer {self.token(sent.name)}"}
        headers["Content-Type"] = "application/json"
        body = json.dumps(sent.body).encode()
        request = Request(self.url(sent.name), body, headers)  # noqa: S310 - local
        try:
            with build_opener(ProxyHandler({})).open(request, timeout=TIMEOUT) as response:
                return response.status, json.load(response)
        except HTTPError as error:
            return error.code, json.load(error)

    def deliver_again(self) -> None:
        """Invoke the function with the latest message, which SNS may deliver twice."""
        functions = self._client("lambda").list_functions()["Functions"]
        handlers = {function["Handler"]: function["FunctionName"] for function in functions}
        payload = json.dumps({"Records": [{"Sns": self._latest}]}).encode()
        name = handlers["receive_notification.handler"]
        self._client("lambda").invoke(FunctionName=name, Payload=payload)


def is_local(arn: str) -> bool:
    """Return whether a topic is in the account and region of the emulator."""
    return f":{REGION}:{ACCOUNT}:" in arn
