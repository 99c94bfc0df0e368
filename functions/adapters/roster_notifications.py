"""Notify operators of a roster that is rejected or deleted, at most once a day.

The incident table records the last notification of each team.
"""

import os
import time
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from adapters.aws_clients import AWS_ERRORS, Client, error_code
from adapters.logger import log
from adapters.roster_parameter import Parameter, label_newest_good, read_history
from adapters.roster_reader import roster_item_key
from oncall.incident_record import from_item, to_item
from oncall.roster.validation_report import RejectedVersion, Report, deleted_report, rejected_report

#: Seconds after which DynamoDB deletes the record of a notification.
RETENTION_SECONDS = 7 * 24 * 60 * 60
#: Seconds in which a notification is not repeated: a little less than the day between two
#: validations, which are never exactly a day apart.
RENOTIFY_SECONDS = 20 * 60 * 60
#: What the notification of a roster that does not exist is about.
DELETED = "deleted"


class RosterNotifier:
    """Notifies SNS about rosters, and records it in the incident table."""

    def __init__(self, sns: Client, dynamodb: Client) -> None:
        self._sns = sns
        self._dynamodb = dynamodb

    def notify_deleted(self, name: str, team: str, *, daily: bool) -> None:
        """Notify of a roster that does not exist; a daily validation repeats it once a day."""
        before = self._last_notified_at(team, DELETED)
        copy, table = self._cached_version(team), os.environ["INCIDENT_TABLE"]
        repeated = daily and before is not None
        report = deleted_report(name, team, copy=copy, table=table, repeated=repeated)
        suppress = daily and _recent(before)
        self._notify("roster deleted", team, DELETED, report, suppress=suppress)

    def notify_rejected(self, version: RejectedVersion, about: str, last_good: int) -> None:
        """Notify of a version that cannot be used; `about` identifies it."""
        before = self._last_notified_at(version.team, about)
        copy, repeated = self._cached_version(version.team), before is not None
        report = rejected_report(version, last_good=last_good, copy=copy, repeated=repeated)
        self._notify("roster rejected", version.team, about, report, suppress=_recent(before))

    def notify_gaps(self, report: Report, team: str, about: str, *, daily: bool) -> None:
        """Notify of a version with gaps, once; a daily validation only keeps the record of it."""
        if daily:
            self.record(team, about)
            return
        suppress = self._last_notified_at(team, about) is not None
        self._notify("roster has gaps", team, about, report, suppress=suppress)

    def publish(self, team: str, report: Report, **attributes: str) -> None:
        """Publish to SNS, with the attributes of notifications about pages and those given."""
        publish(self._sns, team, report, **attributes)

    def record(self, team: str, about: str, kind: str = "report", **more: str) -> None:
        """Record what was last notified, and when; a failure is only logged.

        A record of another kind than `report` has its own item; `more` are its texts.
        """
        now = int(time.time())
        times = {"notified_at": now, "expires_at": now + RETENTION_SECONDS}
        item = roster_item_key(team, kind) | to_item({"about": about} | times | more)
        try:
            self._dynamodb.put_item(TableName=os.environ["INCIDENT_TABLE"], Item=item)
        except AWS_ERRORS as error:
            log("WARNING", "incident table not written", incident_id="", reason=error_code(error))

    def _notify(
        self, message: str, team: str, about: str, report: Report, *, suppress: bool
    ) -> None:
        """Notify SNS, then record it: a repeated notification is better than none."""
        subject = report.subject
        log("WARNING", message, incident_id="", team=team, subject=subject, notified=not suppress)
        if not suppress:
            self.publish(team, report, severity="high", outcome="roster")
            self.record(team, about)

    def _last_notified_at(self, team: str, about: str) -> int | None:
        """Return when exactly this was last notified, in Unix seconds; None if it was not."""
        item = self.read(team, "report")
        return item["notified_at"] if item.get("about") == about else None

    def _cached_version(self, team: str) -> int:
        """Return the version of the copy that plan_calls stored; 0 if there is none."""
        return int(self.read(team, "copy").get("version", 0))

    def read(self, team: str, kind: str) -> Mapping[str, Any]:
        """Read an item about a team's roster; empty if the table fails."""
        table = os.environ["INCIDENT_TABLE"]
        try:
            answer = self._dynamodb.get_item(TableName=table, Key=roster_item_key(team, kind))
        except AWS_ERRORS as error:
            log("WARNING", "incident table not read", incident_id="", reason=error_code(error))
            return {}
        return from_item(answer.get("Item", {}))


def reject_version(
    ssm: Client, notifier: RosterNotifier, name: str, latest: Parameter, problems: tuple[str, ...]
) -> None:
    """Label the newest version that can be used, and notify of the latest, which cannot."""
    version, saved_at = latest["Version"], latest["LastModifiedDate"]
    history = read_history(ssm, name)
    saved_by = {item["Version"]: item.get("LastModifiedUser", "") for item in history}
    last_good = label_newest_good(ssm, name, version, history)
    rejected = RejectedVersion(
        parameter=name,
        team=name.removeprefix(os.environ["ROSTER_PREFIX"]),
        version=version,
        problems=problems,
        saved_at=f"{saved_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        saved_by=saved_by.get(version, ""),
    )
    # A parameter that is deleted and saved again restarts at version 1.
    notifier.notify_rejected(rejected, f"{version} of {saved_at.timestamp()}", last_good)


def publish(sns: Client, team: str, report: Report, **attributes: str) -> None:
    """Publish to SNS, with the attributes of notifications about pages and those given."""
    # workflow/escalation.asl.json has those about pages.
    sns.publish(
        TopicArn=os.environ["NOTIFICATION_TOPIC"],
        Subject=report.subject,
        Message=report.text,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value}
            for name, value in {"team": team, "test": "false", **attributes}.items()
        },
    )


def _recent(notified_at: int | None) -> bool:
    return notified_at is not None and time.time() - notified_at < RENOTIFY_SECONDS
