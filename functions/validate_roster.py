"""Validate each roster that is saved: label a good one `last-good`, notify SNS of a bad one.

Change events of Parameter Store are best-effort, so every roster is validated once a day too.
An event does not name a version: the latest is validated, and exactly that version is labelled,
whatever is saved in the meantime.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from adapters.aws_clients import client
from adapters.aws_errors import AWS_ERRORS
from adapters.logger import log
from adapters.roster_notifications import (
    DELETED,
    Notification,
    cached_version,
    last_notified_at,
    notify,
    recently_notified,
    record_notification,
)
from adapters.roster_versions import (
    label_newest_good,
    label_version,
    labelled_version,
    read_history,
    read_latest,
    roster_names,
)
from oncall.roster.validation_report import Refused, deleted, refused, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.roster_versions import Parameter

ssm = client("ssm")
sns = client("sns")
dynamodb = client("dynamodb")


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Validate the roster that an event is about, or all of them.

    Args:
        event: a `Parameter Store Change` of EventBridge; anything else asks for all.
        _context: not used.

    Raises:
        ClientError: AWS fails; botocore's connection errors too. Lambda then retries twice
            (developer guide, "Asynchronous invocation"), and puts the event into a queue that
            an alarm watches.
    """
    detail = event.get("detail") or {}
    if "name" in detail:
        validate(detail["name"], gone=detail.get("operation") == "Delete", daily=False)
        return
    failed: Exception | None = None
    for name in roster_names(ssm):
        try:
            validate(name, gone=True, daily=True)
        except AWS_ERRORS as error:  # validate the others all the same
            failed = error
    if failed:
        raise failed


def validate(name: str, *, gone: bool, daily: bool) -> None:
    """Validate one roster.

    Args:
        name: of the parameter.
        gone: notify if it does not exist; an event of a change leaves that to its deletion's.
        daily: no change is known.
    """
    team = name.removeprefix(os.environ["ROSTER_PREFIX"])
    latest, problems = read_latest(ssm, name)
    if latest is None:
        if gone:
            report_deleted(name, team, daily=daily)
        return
    if problems:
        report_refused(name, team, latest, problems)
        return
    version = latest["Version"]
    if labelled_version(ssm, name) < version:
        label_version(ssm, name, version)
    log("INFO", "roster is good", incident_id="", roster=name, version=version)
    record_notification(dynamodb, team, "good")


def report_deleted(name: str, team: str, *, daily: bool) -> None:
    """Notify of a roster that does not exist."""
    before = last_notified_at(dynamodb, team, DELETED)
    again, table = daily and before is not None, os.environ["INCIDENT_TABLE"]
    copy = cached_version(dynamodb, team)
    report = deleted(name, team, copy=copy, table=table, again=again)
    suppress = daily and recently_notified(before)
    notify(sns, dynamodb, Notification(team, DELETED, report), suppress=suppress)


def report_refused(name: str, team: str, latest: Parameter, problems: tuple[str, ...]) -> None:
    """Notify of a version that cannot be used, and label the newest one that can."""
    version = latest["Version"]
    # A parameter that is deleted and saved again restarts at version 1.
    subject = f"{version} of {latest['LastModifiedDate'].timestamp()}"
    before = last_notified_at(dynamodb, team, subject)
    history = read_history(ssm, name)
    saved_by = {item["Version"]: item.get("LastModifiedUser", "") for item in history}
    good = label_newest_good(ssm, name, version, history)
    what = Refused(
        parameter=name,
        team=team,
        version=version,
        problems=problems,
        saved_at=written(latest["LastModifiedDate"]),
        saved_by=saved_by.get(version, ""),
    )
    copy = cached_version(dynamodb, team)
    report = refused(what, last_good=good, copy=copy, again=before is not None)
    notification = Notification(team, subject, report)
    notify(sns, dynamodb, notification, suppress=recently_notified(before))
