"""Read what holds a page: the team's roster, or CloudWatch, which suppresses an alarm's actions."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.roster_reader import read_roster, roster_name, select_team_roster
from oncall.hold import SUPPRESSED, Hold, find_hold
from oncall.messages.locale import DEFAULT
from oncall.roster.fallback import NoUsableRoster, StoredRoster

if TYPE_CHECKING:
    from datetime import datetime

    from oncall.incident import Incident

#: Keys of a roster without which it holds no page, and need not be parsed.
HOLDING_KEYS = ("quiet_hours", "mutes")
#: States of a composite alarm, with its suppression.
OK, QUIET, ACTING, UNKNOWN = "ok", "suppressed", "acting", "unknown"


class HoldReading(NamedTuple):
    """What holds a page, if anything, and the language and time zone of the notification."""

    hold: Hold | None
    language: str = DEFAULT
    timezone: str = "UTC"


def is_suppressed(incident: Incident) -> bool:
    """Return whether CloudWatch suppressed the alarm's actions when it sent the event.

    The setting `page_while_suppressed`, or a deployment without the trigger, ignores that.
    """
    return bool(os.environ["HOLD_SUPPRESSED"] and incident.facts.get("suppressed_alarm"))


def read_hold(
    ssm: Any,  # noqa: ANN401 - boto3's client
    dynamodb: Any,  # noqa: ANN401 - boto3's client
    incident: Incident,
    at: datetime,
    *,
    suppressed: bool,
) -> HoldReading:
    """Return what holds the page of an incident at a moment.

    Raises:
        ClientError: SSM fails, and there is no cached roster; botocore's connection errors too.
    """
    latest = read_roster(ssm, roster_name(incident.team))
    saved = latest.text if isinstance(latest, StoredRoster) else None
    if saved is not None and not suppressed and not any(key in saved for key in HOLDING_KEYS):
        return HoldReading(None)
    selected = select_team_roster(ssm, dynamodb, incident.team, at, latest)
    suppression = Hold(SUPPRESSED, None, incident.facts.get("suppressed", ""))
    if isinstance(selected, NoUsableRoster):
        if suppressed:
            return HoldReading(suppression)
        if selected.error:
            raise selected.error
        return HoldReading(None)
    roster = selected.roster
    hold = suppression if suppressed else find_hold(roster, incident, at)
    return HoldReading(hold, roster.language, roster.timezone)


def alarm_state(cloudwatch: Any, incident: Incident) -> str:  # noqa: ANN401 - boto3's client
    """Return the present state of the composite alarm that an incident is about.

    UNKNOWN: it was deleted, or belongs to another account or region.

    Raises:
        ClientError: CloudWatch fails; botocore's connection errors too.
    """
    arn = incident.facts["suppressed_alarm"]
    # Without AlarmTypes it returns no composite alarm (CloudWatch API reference, DescribeAlarms).
    found = cloudwatch.describe_alarms(
        AlarmNames=[arn.rpartition(":alarm:")[2]], AlarmTypes=["CompositeAlarm"]
    )["CompositeAlarms"]
    alarm = next((alarm for alarm in found if arn in (alarm["AlarmArn"], alarm["AlarmName"])), None)
    if alarm is None:
        return UNKNOWN
    if alarm["StateValue"] == "OK":
        return OK
    return QUIET if alarm.get("ActionsSuppressedBy") else ACTING
