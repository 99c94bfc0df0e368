"""Collect the incidents that a call announces: the team's open ones, as many as fit."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.metrics import tolerate_aws_errors
from oncall.calls.announcement import Announcement, build_announcement, group_incidents
from oncall.calls.call import Telephony

if LINK_ENDPOINT := os.environ.get("LINK_ENDPOINT"):  # the setting notifications.links
    from adapters.incident_links import links_to

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.calls.call import PagePlan
    from oncall.incident import Incident
    from oncall.incident_record import Record


def telephony() -> Telephony:
    """Return the deployment's settings of calls."""
    return Telephony(
        max_call_seconds=int(os.environ["MAX_CALL_SECONDS"]),
        message_attribute=os.environ["MESSAGE_ATTRIBUTE"],
        acknowledge=os.environ["ACKNOWLEDGE"],
        account_names=json.loads(os.environ["ACCOUNT_NAMES"]),
        texts=bool(os.environ.get("TEXTS")),
    )


def collect_open_incidents(
    table: IncidentTable, incident: Incident, plan: PagePlan, execution: str
) -> tuple[Incident, Announcement]:
    """Announce the execution's own incident together with the other open ones.

    Return the own incident too, with the details of repeated events. If the incident table is
    unavailable, grouping stops and every incident calls separately.
    """
    languages = {call.language for call in plan.calls}
    settings = telephony()
    records: dict[str, Record] = {}
    if not incident.drill:  # a drill groups with nothing
        with tolerate_aws_errors("open incidents not read", incident.id):
            records = {record.incident.id: record for record in table.open_incidents(incident)}
    if incident.id in records:
        # The record is older than the choice of the fallback team's roster.
        latest = records[incident.id].incident
        incident = replace(latest, requested_team=incident.requested_team)
    found = [record.incident for record in records.values()]
    group = group_incidents(incident, found, languages, settings.account_names)
    links = links_to([*group.announced, *group.deferred]) if LINK_ENDPOINT else {}
    announcement = build_announcement(
        group, plan, execution=execution, telephony=settings, links=links
    )
    snapshots = {
        incident_id: (record.incident.severity, record.count)
        for incident_id, record in records.items()
    }
    return incident, replace(announcement, snapshots=snapshots)
