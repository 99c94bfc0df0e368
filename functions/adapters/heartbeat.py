"""Send the heartbeat of the execution that calls for a team."""

import time

from adapters.incident_store import IncidentTable
from adapters.logger import log
from adapters.metrics import tolerate_aws_errors
from oncall.incident import Incident


def send_heartbeat(table: IncidentTable, incident: Incident, execution: str) -> None:
    """Renew the team lock and the claim on the incident; a failure does not stop the call."""
    with tolerate_aws_errors("heartbeat not sent", incident.id):
        kept = table.heartbeat(incident.team, execution)
        table.renew_claim(incident.team, incident.id, execution, now=int(time.time()))
        if not kept:
            # The table failed before, or the lock expired. The phone is ringing already, so go on.
            log("WARNING", "calling without the team lock", incident_id=incident.id)
