"""The incident table: what is open, and what became of it.

Requests only; what they mean is said in oncall/incident_record.py. Every method raises
ClientError, or botocore's connection errors, where the table does not answer.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from adapters.team_lock_store import TeamLockStore
from oncall.incident_record import (
    ACKNOWLEDGED,
    OPEN_INDEX,
    OPEN_ORDER,
    archive_ack_cycle,
    dedup_item_key,
    incident_key,
    kind_of_page,
    new_item,
    order,
    partition,
    read_item,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oncall.incident import Incident
    from oncall.incident_record import Record

#: Seconds for which a claim keeps others away. An execution that died must not silence what
#: happens again for longer than this; one that lives renews it (`renew_claim`).
CLAIM_SECONDS = 15 * 60
#: Open incidents that are looked at: more than one call can speak, and than a mail should list.
MAX_OPEN = 100


def incident_table(dynamodb: Any) -> IncidentTable:  # noqa: ANN401 - boto3's client
    """Return the deployment's table."""
    return IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])


class IncidentTable(TeamLockStore):
    """The table: its incidents, and the team locks."""

    def open(self, record: Record, *, now: int, expires_at: int) -> bool:
        """Write a new incident; False where another execution has it, or it has been handled.

        The same execution may open it again, for that is a retry.
        """
        return self._write_if(
            "put_item",
            Item=new_item(record, expires_at),
            ConditionExpression="attribute_not_exists(pk) OR execution = :mine"
            f" OR (attribute_exists({OPEN_ORDER}) AND claimed_until < :now)",
            ExpressionAttributeValues={":mine": {"S": record.execution}, ":now": {"N": str(now)}},
        )

    def record(self, team: str, incident_id: str) -> Record | None:
        """Read an incident."""
        item = self._item(incident_key(team, incident_id))
        return read_item(item) if item else None

    def latest_for_dedup_key(self, incident: Incident) -> tuple[str, int]:
        """Give the id of the last incident with this dedup key; "" where there is none.

        And until when (Unix seconds) it counts as being opened, where it is not there yet.
        """
        item = self._item(dedup_item_key(incident))
        return (item["incident_id"]["S"], int(item["claimed_until"]["N"])) if item else ("", 0)

    def set_latest_for_dedup_key(
        self, incident: Incident, last: str, *, until: int, expires_at: int
    ) -> bool:
        """Note the incident as the last with its dedup key; False if `last` is not, any more."""
        return self._write_if(
            "put_item",
            Item=dedup_item_key(incident)
            | {
                "incident_id": {"S": incident.id},
                "claimed_until": {"N": str(until)},
                "expires_at": {"N": str(expires_at)},
            },
            # One's own too: the SDK asks again where an answer was lost.
            ConditionExpression="incident_id = :mine OR "
            + ("incident_id = :last" if last else "attribute_not_exists(pk)"),
            ExpressionAttributeValues={":mine": {"S": incident.id}}
            | ({":last": {"S": last}} if last else {}),
        )

    def count(self, team: str, incident_id: str, *, now: int) -> None:
        """Count that an incident was seen again; of one that is gone, nothing."""
        self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET last_seen = :now ADD #count :one",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#count": "count"},
            ExpressionAttributeValues={":one": {"N": "1"}, ":now": {"S": timestamp(now)}},
        )

    def open_incidents(self, like: Incident) -> list[Record]:
        """Give the open incidents of a team, most severe and oldest first, at most MAX_OPEN.

        Args:
            like: of whose team they are; tests where it is one, and no tests where it is none.
        """
        answer = self._query_open(like)
        return [read_item(item) for item in answer["Items"]]

    def open_ids(self, like: Incident) -> list[str]:
        """Give only the ids of the same incidents, in the same order."""
        answer = self._query_open(like, ProjectionExpression="sk")
        return [item["sk"]["S"].partition("#")[2] for item in answer["Items"]]

    def close(  # noqa: PLR0913 - keyword-only: what is to be known of it afterwards
        self,
        team: str,
        incident_id: str,
        *,
        outcome: str,
        by: str,
        now: int,
        expires_at: int,
        calls: Sequence[Mapping[str, object]] = (),
    ) -> bool:
        """Note what became of an open incident; False where it is not open.

        One that was handled from outside keeps what became of it there, and is given its calls.
        """
        made = {"S": json.dumps(list(calls), ensure_ascii=False)}
        closed = self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET #outcome = :outcome, handled = :now, handled_by = :by,"
            f" calls = :calls, expires_at = :expires REMOVE {OPEN_ORDER}",
            ConditionExpression=f"attribute_exists({OPEN_ORDER})",
            ExpressionAttributeNames={"#outcome": "outcome"},
            ExpressionAttributeValues={
                ":outcome": {"S": outcome},
                ":now": {"S": timestamp(now)},
                ":by": {"S": by},
                ":calls": made,
                ":expires": {"N": str(expires_at)},
            },
        )
        if calls and not closed:
            self._write_if(
                "update_item",
                Key=incident_key(team, incident_id),
                UpdateExpression="SET calls = :calls",
                ConditionExpression="attribute_exists(pk)"
                " AND (attribute_not_exists(calls) OR calls = :none)",
                ExpressionAttributeValues={":calls": made, ":none": {"S": "[]"}},
            )
        return closed

    def resolve(self, team: str, incident_id: str, *, by: str, now: int) -> bool:
        """Note that an incident that has been handled is over; False where that is known."""
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET resolved = :now, resolved_by = :by",
            ConditionExpression=f"attribute_exists(pk) AND attribute_not_exists({OPEN_ORDER})"
            " AND attribute_not_exists(resolved)",
            ExpressionAttributeValues={":now": {"S": timestamp(now)}, ":by": {"S": by}},
        )

    def reopen(self, record: Record, incident: Incident, *, now: int, expires_at: int) -> bool:
        """Open an acknowledged incident again; False where it is not as it was read, any more.

        Args:
            record: as it was read, but with the execution that is responsible from now on.
            incident: as it is told from now on.
            now: Unix seconds.
            expires_at: when the table forgets it, likewise.
        """
        return self._write_if(
            "update_item",
            Key=incident_key(incident.team, incident.id),
            UpdateExpression=f"SET {OPEN_ORDER} = :order, incident = :incident,"
            " execution = :mine, claimed_until = :until, expires_at = :expires,"
            " earlier = :earlier REMOVE #outcome, handled, handled_by, calls ADD reminded :one",
            ConditionExpression=f"attribute_not_exists({OPEN_ORDER}) AND handled = :handled"
            " AND #outcome = :acknowledged AND attribute_not_exists(resolved)",
            ExpressionAttributeNames={"#outcome": "outcome"},
            ExpressionAttributeValues={
                ":order": {"S": order(incident, record.opened)},
                ":incident": {"S": json.dumps(incident.to_state(), ensure_ascii=False)},
                ":mine": {"S": record.execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
                ":expires": {"N": str(expires_at)},
                ":earlier": {"S": json.dumps(archive_ack_cycle(record, now), ensure_ascii=False)},
                ":one": {"N": "1"},
                ":handled": {"S": record.handled},
                ":acknowledged": {"S": ACKNOWLEDGED},
            },
        )

    def take_over(self, team: str, incident_id: str, execution: str, *, now: int) -> bool:
        """Take an open incident that is one's own, or whose execution was not heard of lately."""
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET execution = :mine, claimed_until = :until",
            ConditionExpression=f"attribute_exists({OPEN_ORDER})"
            " AND (execution = :mine OR claimed_until < :now)",
            ExpressionAttributeValues={
                ":mine": {"S": execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
                ":now": {"N": str(now)},
            },
        )

    def renew_claim(self, team: str, incident_id: str, execution: str, *, now: int) -> bool:
        """Say that the execution still works on its incident; False where it has it no more."""
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET claimed_until = :until",
            ConditionExpression=f"execution = :mine AND attribute_exists({OPEN_ORDER})",
            ExpressionAttributeValues={
                ":mine": {"S": execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
            },
        )

    def _query_open(self, like: Incident, **more: object) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._dynamodb.query(
            TableName=self._name,
            IndexName=OPEN_INDEX,
            KeyConditionExpression=f"pk = :team AND begins_with({OPEN_ORDER}, :kind)",
            ExpressionAttributeValues={
                ":team": partition(like.team),
                ":kind": {"S": f"{kind_of_page(like)}#"},
            },
            ConsistentRead=True,
            Limit=MAX_OPEN,
            **more,
        )
        return answer
