"""Publish each notification to the chat topic too, in a format that chat can show."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import AWS_ERRORS, client
from adapters.metrics import log_aws_error
from oncall.messages.chat_message import chat_message

if TYPE_CHECKING:
    from collections.abc import Mapping

sns = client("sns")


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Publish the notifications of an SNS event.

    Raises:
        ClientError: SNS fails; botocore's connection errors too. Lambda tries twice more
            (Lambda developer guide, "Asynchronous invocation").
    """
    for record in event["Records"]:
        try:
            sns.publish(TopicArn=os.environ["CHAT_TOPIC"], Message=chat_message(record["Sns"]))
        except AWS_ERRORS as error:
            log_aws_error("ERROR", "chat message not published", error, incident_id="")
            raise
