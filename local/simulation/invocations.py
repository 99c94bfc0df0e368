"""What AWS invokes the functions of webhooks and SNS topics with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError
from local.scenarios.intake import WebhookRequest

if TYPE_CHECKING:
    from local.scenarios.intake import SnsMessage
    from local.simulation.template_resources import DeployedStack, FunctionSettings

#: The token of every local webhook.
TOKEN = "local"  # noqa: S105 - not a secret


def invocation(
    sent: WebhookRequest | SnsMessage, deployed: DeployedStack, message_id: str, now: str
) -> tuple[str, dict[str, Any]]:
    """Return the ARN of the function that receives it, and its event; `now` is ISO 8601.

    Raises:
        LocalError: the webhook or topic is not deployed.
    """
    if isinstance(sent, WebhookRequest):
        return _function(deployed, "receive_webhook").arn, _request(sent)
    function = _function(deployed, "receive_notification")
    topics = json.loads(function.environment["SNS_TOPICS"])
    return function.arn, {"Records": [{"Sns": sent.record(topics, message_id, now)}]}


def token_parameter(sent: WebhookRequest, deployed: DeployedStack) -> str:
    """Return the name of the SSM parameter with the token of a webhook; raise LocalError."""
    return f"{_function(deployed, 'receive_webhook').environment['TOKEN_PREFIX']}{sent.name}/token"


def _function(deployed: DeployedStack, name: str) -> FunctionSettings:
    for function in deployed.functions.values():
        if function.name == name:
            return function
    raise LocalError(f"the settings have no webhooks or SNS topics: {name} is not deployed")


def _request(sent: WebhookRequest) -> dict[str, Any]:
    """Return the event of API Gateway, in the payload format 2.0."""
    return {
        "version": "2.0",
        "routeKey": "POST /webhooks/{name}",
        "headers": {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"},
        "pathParameters": {"name": sent.name},
        "body": json.dumps(sent.body),
        "isBase64Encoded": False,
    }
