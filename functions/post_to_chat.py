"""Publish each notification to the chat topic too, in the format that chat applications show.

Chat is never the only channel: this reads what the subscribers of the notification topic get.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import AWS_ERRORS, client
from adapters.logger import log
from adapters.metrics import log_aws_error
from oncall.messages.chat_message import chat_message

if TYPE_CHECKING:
    from collections.abc import Mapping

sns = client("sns")


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Publish the notifications of an event of SNS.

    Raises:
        ClientError: SNS fails; botocore's connection errors too. Lambda tries twice more.
    """
    for record in event["Records"]:
        notification = record["Sns"]
        try:
            sns.publish(TopicArn=os.environ["CHAT_TOPIC"], Message=chat_message(notification))
        except AWS_ERRORS as error:
            log_aws_error("ERROR", "chat message not published", error, incident_id="")
            raise
        log("INFO", "chat message published", incident_id="", subject=notification.get("Subject"))
