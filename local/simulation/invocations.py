"""What AWS invokes the functions of webhooks and SNS topics with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError
from local.scenarios.alerts import TOKEN, WebhookRequest

if TYPE_CHECKING:
    from local.scenarios.alerts import SnsMessage
    from local.simulation.template_resources import DeployedStack


def invocation(
    sent: WebhookRequest | SnsMessage, deployed: DeployedStack, message_id: str, now: str
) -> tuple[str, dict[str, Any]]:
    """Return the ARN of the function that receives it, and its event; `now` is ISO 8601.

    Raises:
        LocalError: the webhook or topic is not deployed.
    """
    name = "receive_webhook" if isinstance(sent, WebhookRequest) else "receive_notification"
    function = next((each for each in deployed.functions.values() if each.name == name), None)
    if function is None:
        raise LocalError(f"{name} is not deployed: the settings have no webhooks or no SNS topics")
    if not isinstance(sent, WebhookRequest):
        topics = json.loads(function.environment["SNS_TOPICS"])
        return function.arn, {"Records": [{"Sns": sent.record(topics, message_id, now)}]}
    return function.arn, {  # API Gateway's payload format 2.0
        "headers": {"authorization": f"Bearer {TOKEN}"},
        "pathParameters": {"name": sent.name},
        "body": json.dumps(sent.body),
        "isBase64Encoded": False,
    }
