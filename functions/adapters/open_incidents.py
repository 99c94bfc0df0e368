"""Which incidents a call speaks: all that are open for the team, as far as they fit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.logger import log
from adapters.metrics import Measure, Metric, measured
from oncall.calls.announcement import Said, say
from oncall.calls.grouping import bundled
from oncall.calls.plan import Telephony

if TYPE_CHECKING:
    from adapters.incident_store import IncidentTable
    from oncall.calls.plan import PagePlan
    from oncall.incident import Incident


def telephony() -> Telephony:
    """Give what the deployment's settings say of calls."""
    return Telephony(
        max_call_seconds=int(os.environ["MAX_CALL_SECONDS"]),
        message_attribute=os.environ["MESSAGE_ATTRIBUTE"],
        acknowledge=os.environ["ACKNOWLEDGE"],
    )


def gathered(table: IncidentTable, incident: Incident, plan: PagePlan, execution: str) -> Said:
    """Say the execution's own incident, and with it what else is open.

    A table that fails gathers nothing: then each execution calls about its own.
    """
    languages = {call.language for call in plan.calls}
    bundle = bundled(incident, found(table, incident), languages)
    return say(bundle, plan, execution=execution, telephony=telephony())


def found(table: IncidentTable, incident: Incident) -> list[Incident]:
    """Give the open incidents of the team; none for a drill, which is nobody else's business."""
    if incident.drill:
        return []
    try:
        return [record.incident for record in table.open_incidents(incident)]
    except (ClientError, BotoCoreError) as error:
        log(
            "WARNING",
            "incident table not available, nothing gathered",
            incident_id=incident.id,
            reason=type(error).__name__,
            **measured(Measure(Metric.FAULTS)),
        )
    return []
