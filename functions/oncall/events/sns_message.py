"""Messages of SNS topics, as the EventBridge event that says the same.

Formats: Amazon SNS developer guide, "Using AWS Lambda with Amazon SNS"; CloudWatch user guide,
"Notifying users on alarm changes", schema of the notifications. Their text is not trusted.
"""

import json
from collections.abc import Mapping
from typing import Any

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.events.envelope import at, text
from oncall.text import NAME_LIMIT

#: Are logged and not followed: CloudFormation makes the subscriptions of the settings.
CONFIRMATIONS = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
#: Partition, region and account in the ARN of a topic.
_PARTITION, _REGION, _ACCOUNT = 1, 3, 4


def event_from_message(message: Mapping[str, object]) -> Mapping[str, Any]:
    """Return the event of a message; the same for a message that is delivered twice.

    Args:
        message: `Sns` of a record that Lambda receives.

    Returns:
        The event in the message, unless its source is Callout's own, which could request a drill
        or a test; the state change of a CloudWatch alarm; another JSON object or list as the detail
        of an event; any other text as a `Page`.
    """
    body, subject = _string(message, "Message"), _string(message, "Subject")
    topic = _string(message, "TopicArn")
    parts = [*topic.split(":"), *[""] * (_ACCOUNT + 1)]
    envelope = {
        "version": "0",
        "id": _string(message, "MessageId"),
        "account": parts[_ACCOUNT],
        "region": parts[_REGION],
        "time": _string(message, "Timestamp"),
        "resources": [topic],
    }
    content = _json(body)
    if isinstance(content, Mapping) and _is_event(content):
        return content
    if _string(content, "AlarmName") and _string(content, "NewStateValue"):
        return envelope | _alarm(content, envelope, parts[_PARTITION])
    if content:
        kind = subject if text(subject) else "SNS message"
        return envelope | {"source": "aws.sns", "detail-type": kind, "detail": content}
    detail = _page(subject, body) | {"dedup_key": [topic, subject, body]}
    return envelope | {"source": SOURCE, "detail-type": DETAIL_TYPE, "detail": detail}


def _is_event(content: object) -> bool:
    source, kind = text(at(content, "source")), text(at(content, "detail-type"))
    is_event = source and kind and isinstance(at(content, "detail"), Mapping)
    return bool(is_event) and not source.startswith(SOURCE)


def _alarm(content: object, envelope: Mapping[str, Any], partition: str) -> dict[str, Any]:
    """Return the fields of the EventBridge event of an alarm.

    Old messages have no `AlarmArn`, and `Region` is a display name; the region is the topic's,
    because CloudWatch notifies topics of its own region only.
    """
    account = _string(content, "AWSAccountId") or envelope["account"]
    name, arn = _string(content, "AlarmName"), _string(content, "AlarmArn")
    region = envelope["region"]
    if arn.startswith("arn:"):
        region = [*arn.split(":"), *[""] * _ACCOUNT][_REGION]
    else:
        arn = f"arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}"
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "account": account,
        "region": region,
        "resources": [arn],
        "detail": {
            "alarmName": name,
            "state": {
                "value": _string(content, "NewStateValue"),
                "reason": _string(content, "NewStateReason"),
                "timestamp": _string(content, "StateChangeTime"),
            },
            "previousState": {"value": _string(content, "OldStateValue")},
            "configuration": {"description": _string(content, "AlarmDescription")},
        },
    }


def _page(subject: str, body: str) -> dict[str, Any]:
    """Return title and details; without subject, the first line is the title."""
    if text(subject):
        return {"title": subject, "details": body}
    first, _, rest = body.strip().partition("\n")
    return {"title": first, "details": rest if len(first) <= NAME_LIMIT else body}


def _json(body: str) -> object:
    """Return the JSON object or list in a text; None for anything else.

    Step Functions would reject NaN and infinite numbers, which Python reads.
    """
    try:
        content = json.loads(body)
        json.dumps(content, allow_nan=False)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, Mapping | list) else None


def _string(value: object, name: str) -> str:
    found = at(value, name)
    return found if isinstance(found, str) else ""
