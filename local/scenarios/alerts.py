"""What a scenario can send besides an event: a webhook request, or a message of an SNS topic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from local.emulator.process import LocalError
from local.scenarios.fields import is_body, is_message

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Self

#: The trigger of an execution that a message of a topic started.
SNS_TRIGGER = "SnsTopics"
#: The token of every local webhook.
TOKEN = "local"  # noqa: S105 - not a secret
ACCEPTED = 202


class WebhookRequest(BaseModel):
    """A request to a webhook; the body can be in a .json file relative to the scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    body: Annotated[Any, AfterValidator(is_body)]

    def require_accepted(self, status: int, answer: dict[str, Any]) -> int:
        """Return the number of events that the function sent; raise LocalError without any."""
        count = int(answer.get("accepted", 0)) + int(answer.get("resolved", 0))
        if status != ACCEPTED or not count:
            raise LocalError(f"webhook {self.name}: status {status}: {json.dumps(answer)}")
        return count


class SnsMessage(BaseModel):
    """A message of an SNS topic: text, or JSON, which can be in a .json file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    message: Annotated[Any, AfterValidator(is_message)]
    subject: str = ""
    topic: str = ""
    """Name or ARN; "" is the first topic of the settings."""

    def record(self, topics: Collection[str], message_id: str, now: str) -> dict[str, str]:
        """Return `Sns` of the record that Lambda receives; raise LocalError for another topic.

        `topics` are the ARNs of the deployed topics, and `now` is ISO 8601.
        """
        arn = next((arn for arn in topics if self.topic in ("", arn, arn.split(":")[-1])), None)
        if arn is None:
            known = ", ".join(topics) or "none: add it to the setting triggers.sns_topics"
            raise LocalError(f"sns: topic {self.topic!r} is not deployed; there are {known}")
        text = self.message if isinstance(self.message, str) else json.dumps(self.message)
        sent = {"MessageId": message_id, "TopicArn": arn, "Message": text, "Timestamp": now}
        return sent | ({"Subject": self.subject} if self.subject else {})


class AlertFields(BaseModel):
    """What can be sent in place of an event."""

    webhook: WebhookRequest | None = None
    sns: SnsMessage | None = None

    @model_validator(mode="after")
    def _only_one(self) -> Self:
        if len(self.model_fields_set & {"event", "webhook", "sns"}) > 1:
            raise ValueError("write only one of event, webhook and sns")
        return self


def token_parameter(webhook: str) -> str:
    """Return the SSM parameter with the token of a webhook."""
    return f"/callout/webhooks/{webhook}/token"
