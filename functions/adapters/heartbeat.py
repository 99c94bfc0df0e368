"""Send the heartbeat of the execution that calls for a team."""

import time

from adapters.incident_store import IncidentTable
from adapters.logger import log
from adapters.metrics import tolerate_aws_errors


def send_heartbeat(table: IncidentTable, team: str, incident_id: str, execution: str) -> None:
    """Renew the team lock and the claim on the incident; a failure does not stop the call."""
    with tolerate_aws_errors("heartbeat not sent", incident_id):
        kept = table.heartbeat(team, execution)
        table.renew_claim(team, incident_id, execution, now=int(time.time()))
        if not kept:
            # The table failed before, or the lock expired. A phone may be ringing, so go on.
            log("WARNING", "calling without the team lock", incident_id=incident_id)
