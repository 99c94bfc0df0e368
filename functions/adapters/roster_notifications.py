"""What operators were last notified of about a team's roster, in the incident table."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.aws_errors import AWS_ERRORS, error_code
from adapters.logger import log
from adapters.roster_cache import roster_item_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.roster.validation_report import Report

    #: boto3's clients, whose classes are made at run time.
    DynamoDB = Any
    Sns = Any

#: Seconds after which the table forgets a notification.
RETENTION_SECONDS = 7 * 24 * 60 * 60
#: Seconds in which the same is not notified again: a little less than the day between two
#: validations, which are never exactly a day apart.
RENOTIFY_SECONDS = 20 * 60 * 60
#: Subject of a notification of a roster that does not exist.
DELETED = "deleted"


@dataclass(frozen=True)
class Notification:
    """A notification about a team's roster.

    Attributes:
        team: whose roster it is.
        subject: what it is about: the same subject is not notified again within a day.
        report: the message.
    """

    team: str
    subject: str
    report: Report


def notify(sns: Sns, dynamodb: DynamoDB, notification: Notification, *, suppress: bool) -> None:
    """Notify SNS, then record it: a repeated notification is better than none."""
    report = notification.report
    log(
        "WARNING",
        "roster deleted" if notification.subject == DELETED else "roster refused",
        incident_id="",
        team=notification.team,
        subject=report.subject,
        notified=not suppress,
    )
    if suppress:
        return
    topic = os.environ["NOTIFICATION_TOPIC"]
    sns.publish(TopicArn=topic, Subject=report.subject, Message=report.text)
    record_notification(dynamodb, notification.team, notification.subject)


def recently_notified(before: int | None) -> bool:
    """Return whether a notification (Unix seconds; None for none) is too recent to repeat."""
    return before is not None and time.time() - before < RENOTIFY_SECONDS


def last_notified_at(dynamodb: DynamoDB, team: str, subject: str) -> int | None:
    """Return when exactly this was last notified, in Unix seconds; None if it was not."""
    item = _read(dynamodb, team, "report")
    return int(item["told_at"]["N"]) if item.get("about") == {"S": subject} else None


def record_notification(dynamodb: DynamoDB, team: str, subject: str) -> None:
    """Record what was notified, and when; a failure is only logged."""
    now = int(time.time())
    try:
        dynamodb.put_item(
            TableName=os.environ["INCIDENT_TABLE"],
            Item=roster_item_key(team, "report")
            | {
                "about": {"S": subject},
                "told_at": {"N": str(now)},
                "expires_at": {"N": str(now + RETENTION_SECONDS)},
            },
        )
    except AWS_ERRORS as error:
        log("WARNING", "incident table not written", incident_id="", reason=error_code(error))


def cached_version(dynamodb: DynamoDB, team: str) -> int:
    """Return the version of the copy that plan_calls stored; 0 if there is none."""
    return int(_read(dynamodb, team, "copy").get("version", {}).get("N", 0))


def _read(dynamodb: DynamoDB, team: str, kind: str) -> Mapping[str, Any]:
    """Read an item about a team's roster; empty if the table fails."""
    table = os.environ["INCIDENT_TABLE"]
    try:
        answer = dynamodb.get_item(TableName=table, Key=roster_item_key(team, kind))
    except AWS_ERRORS as error:
        log("WARNING", "incident table not read", incident_id="", reason=error_code(error))
        return {}
    item: Mapping[str, Any] = answer.get("Item", {})
    return item
