"""Page about an event that started no execution, or one that was too large; else notify SNS."""

import json
import os
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from adapters.aws_clients import AWS_ERRORS, client, error_code
from adapters.logger import log
from adapters.undelivered_event_reader import read_event, trigger_of
from oncall.events.envelope import EventEnvelope, at
from oncall.events.shrink import compact_json, shrink
from oncall.events.trigger_metadata import unwrap
from oncall.messages.undelivered_event import SUBJECT, undelivered_text

stepfunctions = client("stepfunctions")
events = client("events")
sns = client("sns")

#: Ends the names of the executions that this function starts.
SUFFIX = "-undelivered"
TOO_LARGE = "States.DataLimitExceeded"
#: Receptions of a message at which SNS is notified: the second, an hour later, if the first failed.
NOTIFIED_RECEPTIONS = 2


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Start a page about each event, cut to a size that an execution can carry.

    Args:
        event: messages of the dead-letter queue, each an event that EventBridge could not deliver
            to the state machine (EventBridge user guide, "Using dead-letter queues"); or the
            `Step Functions Execution Status Change` of a failed execution.

    Raises:
        ClientError: no page could be started; botocore's connection errors too. The message stays
            in the queue and returns after its visibility timeout.
    """
    if "Records" not in event:
        restart_too_large(event["detail"]["executionArn"])
    for record in event.get("Records", ()):
        attributes = record["messageAttributes"]
        rule, code, message = (
            str(at(attributes, name, "stringValue") or "")
            for name in ("RULE_ARN", "ERROR_CODE", "ERROR_MESSAGE")
        )
        received = int(record["attributes"]["ApproximateReceiveCount"])
        trigger = trigger_of(events, rule)
        notify = received <= NOTIFIED_RECEPTIONS
        start(read_event(record["body"]), trigger, f"{code} {message}", notify=notify)


def restart_too_large(arn: str) -> None:
    """Start a failed execution again with a smaller event, if its event was too large."""
    failed = stepfunctions.describe_execution(executionArn=arn)
    if failed.get("error") == TOO_LARGE and not failed["name"].endswith(SUFFIX):
        start(*unwrap(json.loads(failed["input"])), TOO_LARGE, notify=True)


def start(event: object, trigger: object, reason: str, *, notify: bool) -> None:
    """Start a page; the event's ID names its execution, so that a repeated request does nothing."""
    smaller = shrink(event)
    event_id = EventEnvelope(event, fallback_id=str(uuid4())).id
    state_input = {"event": smaller, "trigger": trigger} if trigger else smaller
    try:
        stepfunctions.start_execution(
            stateMachineArn=os.environ["STATE_MACHINE"],
            name=event_id + SUFFIX,
            input=compact_json(state_input),
        )
    except stepfunctions.exceptions.ExecutionAlreadyExists:
        pass
    except AWS_ERRORS as error:
        code = error_code(error)
        log("ERROR", "event not paged", incident_id=event_id, reason=reason, error=code)
        if notify:
            text = undelivered_text(smaller, reason=reason, error=code)
            sns.publish(TopicArn=os.environ["NOTIFICATION_TOPIC"], Subject=SUBJECT, Message=text)
        raise
    log("WARNING", "undelivered event paged", incident_id=event_id, reason=reason)
