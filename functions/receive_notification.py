"""Start a page about each message of the SNS topics in the settings."""

import json
import os
from collections.abc import Mapping
from typing import Any

from adapters.aws_clients import client
from adapters.logger import log
from oncall.events.shrink import compact_json, shrink
from oncall.events.sns_message import CONFIRMATIONS, event_from_message

stepfunctions = client("stepfunctions")


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Start an execution for each message, named by its ID: one that is repeated does nothing.

    Callout's own notifications are ignored, because each page about one would cause the next.

    Raises:
        ClientError: a page could not be started; botocore's connection errors too. Lambda tries
            twice more, then sends the event to the dead-letter queue.
    """
    for record in event["Records"]:
        message = record["Sns"]
        message_id, topic = message["MessageId"], message["TopicArn"]
        own = topic == os.environ["NOTIFICATION_TOPIC"]
        if own or message.get("Type") in CONFIRMATIONS:
            kind = message.get("Type")
            log("WARNING", "message ignored", incident_id=message_id, topic=topic, type=kind)
            continue
        trigger = json.loads(os.environ["SNS_TOPICS"]).get(topic, {})
        state = {"event": shrink(event_from_message(message)), "trigger": trigger}
        try:
            stepfunctions.start_execution(
                stateMachineArn=os.environ["STATE_MACHINE"],
                name=message_id,
                # Half of a surrogate pair is no valid UTF-8.
                input=compact_json(state).encode(errors="replace").decode(),
            )
        except stepfunctions.exceptions.ExecutionAlreadyExists:
            log("INFO", "message repeated", incident_id=message_id)
