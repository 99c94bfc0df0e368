"""Collect the incidents that a call announces: the team's open ones, as many as fit."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from adapters.aws_clients import AWS_ERRORS
from adapters.metrics import log_aws_error
from oncall.calls.announcement import Announcement, build_announcement, group_incidents
from oncall.calls.plan import Telephony

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.calls.plan import PagePlan
    from oncall.incident import Incident


def telephony() -> Telephony:
    """Return the deployment's settings of calls."""
    return Telephony(
        max_call_seconds=int(os.environ["MAX_CALL_SECONDS"]),
        message_attribute=os.environ["MESSAGE_ATTRIBUTE"],
        acknowledge=os.environ["ACKNOWLEDGE"],
        account_names=json.loads(os.environ["ACCOUNT_NAMES"]),
    )


def collect_open_incidents(
    table: IncidentTable, incident: Incident, plan: PagePlan, execution: str
) -> Announcement:
    """Announce the execution's own incident together with the other open ones.

    If the incident table is unavailable, grouping stops and every incident calls separately.
    """
    languages = {call.language for call in plan.calls}
    settings = telephony()
    group = group_incidents(
        incident, _read_open(table, incident), languages, settings.account_names
    )
    return build_announcement(group, plan, execution=execution, telephony=settings)


def _read_open(table: IncidentTable, incident: Incident) -> list[Incident]:
    """Read the open incidents of the team; none for a drill, which groups with nothing."""
    if incident.drill:
        return []
    try:
        return [record.incident for record in table.open_incidents(incident)]
    except AWS_ERRORS as error:
        log_aws_error("WARNING", "open incidents not read", error, incident_id=incident.id)
    return []
