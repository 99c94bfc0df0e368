"""Look at each roster that is saved: label a good one `last-good`, tell SNS of a bad one.

Change events of Parameter Store are best-effort, so every roster is also looked at once a day.
Which version an event is about it does not say: what is looked at is the latest, and what is
labelled is the very version that was looked at, whatever has been saved meanwhile.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from adapters.aws_clients import client
from adapters.logger import log
from oncall.roster.fallback import LAST_GOOD, REFUSALS
from oncall.roster.validation_report import (
    Refused,
    deleted,
    problems_of,
    refused,
    undecrypted,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.roster.validation_report import Report

    Parameter = Mapping[str, Any]

ssm = client("ssm")
sns = client("sns")
dynamodb = client("dynamodb")

#: Seconds in which the same is not told again: a little less than the day between two checks,
#: which never come to the second.
TOLD_SECONDS = 20 * 60 * 60
#: Seconds after which the table forgets what was told.
KEPT_SECONDS = 7 * 24 * 60 * 60


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Look at the roster that an event is about, or at all of them.

    Args:
        event: a `Parameter Store Change` of EventBridge; anything else asks for all.
        _context: not used.

    Raises:
        ClientError: AWS fails; botocore's connection errors too. Lambda then tries twice more
            (developer guide, "Asynchronous invocation"), and puts the event into a queue that
            an alarm watches.
    """
    detail = event.get("detail") or {}
    if "name" in detail:
        check(detail["name"], gone=detail.get("operation") == "Delete", daily=False)
        return
    failed: Exception | None = None
    for name in every_roster():
        try:
            check(name, gone=True, daily=True)
        except (ClientError, BotoCoreError) as error:  # the others are looked at all the same
            failed = error
    if failed:
        raise failed


def every_roster() -> list[str]:
    """Name the parameters of all rosters: those there are, and those of the settings' teams."""
    prefix, teams = os.environ["ROSTER_PREFIX"], os.environ["TEAMS"]
    names = {prefix + team for team in teams.split(",")}
    more: dict[str, str] = {}
    while True:
        page = ssm.get_parameters_by_path(Path=prefix.rstrip("/"), **more)
        names.update(one["Name"] for one in page["Parameters"])
        if "NextToken" not in page:
            return sorted(names)
        more = {"NextToken": page["NextToken"]}


def check(name: str, *, gone: bool, daily: bool) -> None:
    """Look at one roster.

    Args:
        name: of the parameter.
        gone: that it is not there is to be told, and not by the event of its deletion.
        daily: nothing has changed as far as is known.
    """
    team = name.removeprefix(os.environ["ROSTER_PREFIX"])
    latest, problems = look(name)
    if latest is None:
        if gone:
            before = told(team, "deleted")
            again, table = daily and before is not None, os.environ["INCIDENT_TABLE"]
            report = deleted(name, team, copy=copied(team), table=table, again=again)
            tell(team, "deleted", report, silent=daily and recent(before))
        return
    version = latest["Version"]
    if not problems:
        if labelled(name) < version:
            label(name, version)
        log("INFO", "roster is good", incident_id="", roster=name, version=version)
        remember(team, "good")
        return
    # A parameter that is deleted and saved again begins anew with version 1.
    about = f"{version} of {latest['LastModifiedDate'].timestamp()}"
    before = told(team, about)
    past = history(name)
    saved_by = {one["Version"]: one.get("LastModifiedUser", "") for one in past}
    what = Refused(
        parameter=name,
        team=team,
        version=version,
        problems=problems,
        saved_at=written(latest["LastModifiedDate"]),
        saved_by=saved_by.get(version, ""),
    )
    good = newest_good(name, version, past)
    report = refused(what, last_good=good, copy=copied(team), again=before is not None)
    tell(team, about, report, silent=recent(before))


def look(name: str) -> tuple[Parameter | None, tuple[str, ...]]:
    """Read the latest version and say what is wrong with it; None where there is none."""
    try:
        latest = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ssm.exceptions.ParameterNotFound:
        return None, ()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code not in REFUSALS:
            raise
        # A SecureString under a key that we may not use, or no right to read it at all: in the
        # second case this raises.
        latest = ssm.get_parameter(Name=name, WithDecryption=False)["Parameter"]
        return latest, (undecrypted(code),)
    return latest, problems_of(latest["Value"])


def labelled(name: str) -> int:
    """Give the version that is labelled; 0 where none is."""
    try:
        found = ssm.get_parameter(Name=f"{name}:{LAST_GOOD}", WithDecryption=False)
    except (ssm.exceptions.ParameterVersionNotFound, ssm.exceptions.ParameterNotFound):
        return 0
    return int(found["Parameter"]["Version"])


def label(name: str, version: int) -> None:
    """Move the label to a version that was looked at."""
    ssm.label_parameter_version(Name=name, ParameterVersion=version, Labels=[LAST_GOOD])
    log("INFO", "roster labelled", incident_id="", roster=name, version=version)


def history(name: str) -> list[Parameter]:
    """Give all versions that there are, the newest first; none where they cannot be decrypted."""
    found: list[Parameter] = []
    more: dict[str, str] = {}
    try:
        while True:
            page = ssm.get_parameter_history(Name=name, WithDecryption=True, **more)
            found += page["Parameters"]
            if "NextToken" not in page:
                break
            more = {"NextToken": page["NextToken"]}
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSALS:
            raise
    return sorted(found, key=lambda one: -int(one["Version"]))


def newest_good(name: str, below: int, past: list[Parameter]) -> int:
    """Give the newest good version before one that is not, and label it; 0 where none is.

    It need not be the labelled one: the event of a good version may have been lost, or come
    together with that of the bad one.
    """
    before = labelled(name)
    for one in past:
        version = int(one["Version"])
        if version < below and not problems_of(one["Value"]):
            if version != before:
                label(name, version)
            return version
    return 0 if past else before


def told(team: str, about: str) -> int | None:
    """Give when exactly this was told last, seconds since the epoch; None if it was not."""
    item = stored(team, "report")
    return int(item["told_at"]["N"]) if item.get("about") == {"S": about} else None


def recent(before: int | None) -> bool:
    """Whether something was told so lately that telling it again would be nagging."""
    return before is not None and time.time() - before < TOLD_SECONDS


def copied(team: str) -> int:
    """Give the version that plan_calls keeps a copy of; 0 for none."""
    return int(stored(team, "copy").get("version", {}).get("N", 0))


def tell(team: str, about: str, report: Report, *, silent: bool) -> None:
    """Tell SNS, then remember that it was told: twice is better than not at all."""
    log(
        "WARNING",
        "roster refused" if about != "deleted" else "roster deleted",
        incident_id="",
        team=team,
        subject=report.subject,
        told=not silent,
    )
    if silent:
        return
    topic = os.environ["NOTIFICATION_TOPIC"]
    sns.publish(TopicArn=topic, Subject=report.subject, Message=report.text)
    remember(team, about)


def stored(team: str, what: str) -> Mapping[str, Any]:
    """Read what the incident table holds of a team's roster; nothing where it fails."""
    key = {"pk": {"S": f"roster#{team}"}, "sk": {"S": what}}
    try:
        answer = dynamodb.get_item(TableName=os.environ["INCIDENT_TABLE"], Key=key)
    except (ClientError, BotoCoreError) as error:
        log("WARNING", "incident table not read", incident_id="", reason=type(error).__name__)
        return {}
    found: Mapping[str, Any] = answer.get("Item", {})
    return found


def remember(team: str, about: str) -> None:
    """Remember what was told, and when; that it cannot be remembered hinders nothing."""
    now = int(time.time())
    try:
        dynamodb.put_item(
            TableName=os.environ["INCIDENT_TABLE"],
            Item={
                "pk": {"S": f"roster#{team}"},
                "sk": {"S": "report"},
                "about": {"S": about},
                "told_at": {"N": str(now)},
                "expires_at": {"N": str(now + KEPT_SECONDS)},
            },
        )
    except (ClientError, BotoCoreError) as error:
        log("WARNING", "incident table not written", incident_id="", reason=type(error).__name__)
