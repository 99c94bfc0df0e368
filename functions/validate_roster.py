"""Validate each saved roster: label a valid one `last-good`, notify SNS of an invalid one.

A valid roster whose hours leave nobody on duty at times is used; SNS is notified once.

Change events of Parameter Store are best-effort, so every roster is validated once a day too. An
event does not name a version: the latest is validated, and exactly that version is labelled.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.aws_clients import AWS_ERRORS, client
from adapters.logger import log
from adapters.roster_notifications import RosterNotifier, reject_version
from adapters.roster_parameter import label_version, labelled_version, read_latest, roster_names
from oncall.roster.validation_report import gaps_of, gaps_report

ssm = client("ssm")
notifier = RosterNotifier(client("sns"), client("dynamodb"))


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Validate the roster that an event is about, or all of them.

    Args:
        event: a `Parameter Store Change` of EventBridge; any other validates all rosters, and
            may have the time for which it was `scheduled` (ISO 8601).

    Raises:
        ClientError: AWS fails; botocore's connection errors too. Lambda then retries twice
            (developer guide, "Asynchronous invocation"), and puts the event into a queue that
            an alarm watches.
    """
    detail = event.get("detail") or {}
    if "name" in detail:
        validate(detail["name"], deleted=detail.get("operation") == "Delete", daily=False)
        send_on_call_notices(detail["name"], datetime.now(UTC), daily=False)
        return
    scheduled = datetime.fromisoformat(event.get("scheduled") or f"{datetime.now(UTC)}")
    failed: Exception | None = None
    for name in roster_names(ssm):
        try:
            validate(name, deleted=True, daily=True)
            send_on_call_notices(name, scheduled, daily=True)
        except AWS_ERRORS as error:  # still validate the others
            failed = error
    if failed:
        raise failed


def send_on_call_notices(name: str, at: datetime, *, daily: bool) -> None:
    """Notify the people on call if the setting `on_call_notices` is enabled."""
    if os.environ.get("ON_CALL_NOTICES") == "1":
        from adapters.on_call_notifications import notify_on_call  # noqa: PLC0415 - optional

        notify_on_call(ssm, notifier, name, at, daily=daily)


def validate(name: str, *, deleted: bool, daily: bool) -> None:
    """Validate one roster.

    Args:
        name: of the parameter.
        deleted: notify if it does not exist; false for a change, whose deletion has its own event.
        daily: for the daily validation, which repeats a notification.
    """
    team = name.removeprefix(os.environ["ROSTER_PREFIX"])
    latest, problems = read_latest(ssm, name)
    if latest is None:
        if deleted:
            notifier.notify_deleted(name, team, daily=daily)
        return
    if problems:
        reject_version(ssm, notifier, name, latest, problems)
        return
    version = latest["Version"]
    if labelled_version(ssm, name) < version:
        label_version(ssm, name, version)
    log("INFO", "roster is valid", incident_id="", roster=name, version=version)
    gaps = gaps_of(latest["Value"], datetime.now(UTC))
    if gaps:
        about = f"gaps of {version} of {latest['LastModifiedDate'].timestamp()}"
        report = gaps_report(name, team, version, gaps)
        notifier.notify_gaps(report, team, about, daily=daily)
        return
    notifier.record(team, "good")
