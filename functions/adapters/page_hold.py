"""Hold a page, or release it: find out whether it waits, and record that with its incident.

The team's roster holds it, or CloudWatch, which suppresses its alarm's actions.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from adapters.aws_clients import Client
from adapters.incident_store import CLAIM_SECONDS, IncidentTable, expires_at, incident_table
from adapters.metrics import tolerate_aws_errors
from adapters.register_incident import RELEASED, REOPENED, SEEN_HELD, release_held
from adapters.roster_reader import read_roster, roster_name, select_team_roster
from oncall.hold import ANNOUNCE, SUPPRESSED, Hold, HoldWait, find_hold
from oncall.incident import Incident
from oncall.messages.email import console_link, hold_email
from oncall.messages.locale import DEFAULT
from oncall.repeat import COUNTED, NEW, RAISED, TAKEN_OVER
from oncall.roster.fallback import NoUsableRoster, StoredRoster

if LINK_ENDPOINT := os.environ.get("LINK_ENDPOINT"):  # the setting notifications.links
    from adapters.incident_links import links_to

#: What pages unless something holds it.
PAGING = (NEW, REOPENED, RAISED, TAKEN_OVER)
#: Keys of a roster without which it holds no page, and need not be parsed.
HOLDING_KEYS = ("quiet_hours", "mutes")
#: States of a composite alarm, with its suppression. UNKNOWN: it was deleted, or belongs to another
#: account or region.
OK, QUIET, ACTING, UNKNOWN = "ok", "suppressed", "acting", "unknown"


class HoldReading(NamedTuple):
    """What holds a page, if anything, and the language and time zone of the notification."""

    hold: Hold | None
    language: str = DEFAULT
    timezone: str = "UTC"


def apply_hold(
    ssm: Client, dynamodb: Client, incident: Incident, status: str, event: Mapping[str, Any]
) -> tuple[Incident, str, HoldWait]:
    """Hold the page of an event that was registered, or release the page that it repeats.

    Return the incident as announced, what the event is (adapters/register_incident.py), and the
    hold. `event` is that of open_incident. If it cannot be read what holds the page, it calls.
    """
    if incident.drill or status not in (*PAGING, SEEN_HELD):
        return incident, status, HoldWait()
    started, table = event["started"], incident_table(dynamodb)
    at, suppressed = datetime.fromisoformat(started), is_suppressed(incident)
    reading = HoldReading(None)
    with tolerate_aws_errors("holds not read", incident.id):
        reading = read_hold(ssm, dynamodb, incident, at, suppressed=suppressed)
    if status != SEEN_HELD:
        return incident, status, hold_page(table, incident, HoldWait(), reading, event)
    if reading.hold:
        return incident, COUNTED, HoldWait()
    status = RELEASED
    with tolerate_aws_errors("hold not released", incident.id, "ERROR"):
        incident, status = release_held(table, incident, event["execution"], int(time.time()))
    return incident, status, HoldWait()


def is_suppressed(incident: Incident) -> bool:
    """Return whether CloudWatch suppressed the alarm's actions when it sent the event.

    The setting `page_while_suppressed`, or a deployment without the trigger, ignores that.
    """
    return bool(os.environ["HOLD_SUPPRESSED"] and incident.facts.get("suppressed_alarm"))


def read_hold(
    ssm: Client, dynamodb: Client, incident: Incident, at: datetime, *, suppressed: bool
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
    hold = Hold(SUPPRESSED, None, incident.facts.get("suppressed", "")) if suppressed else None
    if not isinstance(selected, NoUsableRoster):
        roster = selected.roster
        return HoldReading(
            hold or find_hold(roster, incident, at), roster.language, roster.timezone
        )
    if selected.error and not suppressed:
        raise selected.error
    return HoldReading(hold)


def alarm_state(cloudwatch: Client, incident: Incident) -> str:
    """Return the present state of the composite alarm that an incident is about.

    Raises:
        ClientError: CloudWatch fails; botocore's connection errors too.
    """
    arn = incident.facts["suppressed_alarm"]
    # Without AlarmTypes it returns no composite alarm (CloudWatch API reference, DescribeAlarms).
    found = cloudwatch.describe_alarms(
        AlarmNames=[arn.rpartition(":alarm:")[2]], AlarmTypes=["CompositeAlarm"]
    )["CompositeAlarms"]
    for alarm in found:
        if arn in (alarm["AlarmArn"], alarm["AlarmName"]):
            if alarm["StateValue"] == "OK":
                return OK
            return QUIET if alarm.get("ActionsSuppressedBy") else ACTING
    return UNKNOWN


def hold_page(
    table: IncidentTable,
    incident: Incident,
    wait: HoldWait,
    reading: HoldReading,
    event: Mapping[str, Any],
) -> HoldWait:
    """Return the page's hold until the next check, and record it; unchanged if nothing holds it.

    If the table is unavailable, the page waits all the same. `event` has `execution` (ARN) and
    `started` (ISO 8601).
    """
    if reading.hold is None:
        return wait
    execution, now = event["execution"], int(time.time())
    held = wait.held_by(reading.hold, datetime.fromisoformat(event["started"]))
    with tolerate_aws_errors("hold not recorded", incident.id):
        table.hold(
            incident,
            execution,
            hold={"kind": held.kind, "until": held.until, "reason": held.reason},
            claimed_until=now + held.wait_seconds + CLAIM_SECONDS,
            expires_at=expires_at(now),
        )
    if held.status != ANNOUNCE:
        return replace(held, subject="", message="")
    links = links_to([incident]) if LINK_ENDPOINT else {}
    subject, message = hold_email(incident, held, reading.language, reading.timezone, links)
    return replace(held, subject=subject, message=f"{message}\n{console_link(execution)}")
