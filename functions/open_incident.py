"""Turn an event into an incident, and claim it so that one event pages once."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from clients import client
from logs import log
from metrics import Measure, Metric, measured
from oncall.events import incident_from_event
from oncall.trigger import as_drill, assigned, unwrap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.incident import Incident

dynamodb = client("dynamodb")

#: Seconds for which a claim keeps others away. An execution that died must not silence
#: the event's second delivery for longer than EventBridge usually needs for one.
LEASE_SECONDS = 15 * 60
#: Seconds after which the table forgets the claim: longer than EventBridge retries.
KEPT_SECONDS = 2 * 24 * 60 * 60


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Open the incident.

    Args:
        event: `event` (what the state machine was started with: an event, or one wrapped
            by its trigger), `execution` (ARN), `started` (ISO 8601).
        _context: not used.

    Returns:
        `incident`, and `duplicate`: another execution is responsible for it.
    """
    execution = event["execution"]
    delivered, trigger = unwrap(event["event"])
    incident = incident_from_event(
        delivered,
        fallback_id=execution.rsplit(":", 1)[-1],
        fallback_time=event["started"],
    )
    incident = as_drill(assigned(incident, delivered, trigger), delivered)
    claimed = claim(incident, execution, now=int(time.time()))
    log(
        "INFO",
        "incident opened" if claimed else "incident already being worked on",
        incident_id=incident.id,
        execution=execution,
        kind=incident.kind,
        team=incident.team,
        drill=incident.drill,
        **counted(incident, claimed=claimed),
    )
    return {"incident": incident.to_state(), "duplicate": not claimed}


def counted(incident: Incident, *, claimed: bool) -> dict[str, object]:
    """Count what somebody has to see to, and what another execution does; not drills."""
    if incident.drill:
        return {}
    return measured(Measure(Metric.PAGES if claimed else Metric.DUPLICATES))


def claim(incident: Incident, execution: str, *, now: int) -> bool:
    """Claim the incident for this execution; False where a living claim is another's.

    Of each team there is one: an event that two triggers match pages both their teams.
    A table that fails claims nothing and hinders nothing: calling twice is better than
    not calling. The same execution may claim again, for that is a retry.
    """
    try:
        dynamodb.put_item(
            TableName=os.environ["INCIDENT_TABLE"],
            Item={
                "pk": {"S": f"incident#{incident.team}#{incident.id}"},
                "sk": {"S": "claim"},
                "execution": {"S": execution},
                "title": {"S": incident.title},
                "team": {"S": incident.team},
                "claimed_until": {"N": str(now + LEASE_SECONDS)},
                "expires_at": {"N": str(now + KEPT_SECONDS)},
            },
            ConditionExpression="attribute_not_exists(pk) OR execution = :mine"
            " OR claimed_until < :now",
            ExpressionAttributeValues={":mine": {"S": execution}, ":now": {"N": str(now)}},
        )
    except dynamodb.exceptions.ConditionalCheckFailedException:
        return False
    except (ClientError, BotoCoreError) as error:
        log(
            "ERROR",
            "incident table not available, paging without it",
            incident_id=incident.id,
            reason=type(error).__name__,
            **measured(Measure(Metric.FAULTS)),
        )
    return True
