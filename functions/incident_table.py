"""The incident table: what is open, whose the line is, what became of it.

Requests only; what they mean is said in oncall/record.py and oncall/line.py. Every method raises
ClientError, or botocore's connection errors, where the table does not answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from oncall.record import (
    OPEN_INDEX,
    OPEN_ORDER,
    incident_key,
    kind_of_page,
    line_key,
    new_item,
    partition,
    read_item,
    sameness_key,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oncall.incident import Incident
    from oncall.record import Item, Record

#: Seconds for which a claim keeps others away. An execution that died must not silence what
#: happens again for longer than this; one that lives renews it (`renew_claim`).
CLAIM_SECONDS = 15 * 60
#: Open incidents that are looked at: more than one call can speak, and than a mail should list.
MOST_OPEN = 100


class IncidentTable:
    """The table.

    Args:
        dynamodb: a client.
        name: of the table.
    """

    def __init__(self, dynamodb: Any, name: str) -> None:  # noqa: ANN401 - boto3's client
        self._dynamodb = dynamodb
        self._name = name

    def open(self, record: Record, *, now: int, expires_at: int) -> bool:
        """Write a new incident; False where another execution has it, or it has been handled.

        The same execution may open it again, for that is a retry.
        """
        return self._conditionally(
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

    def same(self, incident: Incident) -> tuple[str, int]:
        """Give the id of the last incident with this dedup key; "" where there is none.

        And until when (Unix seconds) it counts as being opened, where it is not there yet.
        """
        item = self._item(sameness_key(incident))
        return (item["incident_id"]["S"], int(item["claimed_until"]["N"])) if item else ("", 0)

    def replace_same(self, incident: Incident, last: str, *, until: int, expires_at: int) -> bool:
        """Note the incident as the last with its dedup key; False if `last` is not, any more."""
        return self._conditionally(
            "put_item",
            Item=sameness_key(incident)
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
        self._conditionally(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET last_seen = :now ADD #count :one",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={"#count": "count"},
            ExpressionAttributeValues={":one": {"N": "1"}, ":now": {"S": timestamp(now)}},
        )

    def open_incidents(self, like: Incident) -> list[Record]:
        """Give the open incidents of a team, most severe and oldest first, at most MOST_OPEN.

        Args:
            like: of whose team they are; tests where it is one, and no tests where it is none.
        """
        answer = self._query_open(like)
        return [read_item(one) for one in answer["Items"]]

    def open_ids(self, like: Incident) -> list[str]:
        """Give only the ids of the same incidents, in the same order."""
        answer = self._query_open(like, ProjectionExpression="sk")
        return [one["sk"]["S"].partition("#")[2] for one in answer["Items"]]

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
        closed = self._conditionally(
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
            self._conditionally(
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
        return self._conditionally(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET resolved = :now, resolved_by = :by",
            ConditionExpression=f"attribute_exists(pk) AND attribute_not_exists({OPEN_ORDER})"
            " AND attribute_not_exists(resolved)",
            ExpressionAttributeValues={":now": {"S": timestamp(now)}, ":by": {"S": by}},
        )

    def renew_claim(self, team: str, incident_id: str, execution: str, *, now: int) -> bool:
        """Say that the execution still works on its incident; False where it has it no more."""
        return self._conditionally(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET claimed_until = :until",
            ConditionExpression=f"execution = :mine AND attribute_exists({OPEN_ORDER})",
            ExpressionAttributeValues={
                ":mine": {"S": execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
            },
        )

    def line(self, team: str) -> Item:
        """Read a team's line; empty before the first page.

        `holder` (ARN of an execution) and `beat` while it is held; `acknowledged_by`, who
        acknowledged the last page, "" where nobody did.
        """
        return self._item(line_key(team))

    def take_line(self, team: str, execution: str, *, unless: str) -> bool:
        """Take a team's line, if it is free, or one's own, or its beat is still `unless`."""
        return self._conditionally(
            "update_item",
            Key=line_key(team),
            UpdateExpression="SET holder = :mine ADD beat :one",
            ConditionExpression="attribute_not_exists(holder) OR holder = :mine"
            + (" OR (holder = :dead AND beat = :still)" if unless else ""),
            ExpressionAttributeValues={":mine": {"S": execution}, ":one": {"N": "1"}}
            | (_still(unless) if unless else {}),
        )

    def keep_line(self, team: str, execution: str) -> bool:
        """Move the beat of one's own line on; False where it is another's by now."""
        return self._conditionally(
            "update_item",
            Key=line_key(team),
            UpdateExpression="ADD beat :one",
            ConditionExpression="holder = :mine",
            ExpressionAttributeValues={":mine": {"S": execution}, ":one": {"N": "1"}},
        )

    def release_line(self, team: str, execution: str, *, acknowledged_by: str) -> bool:
        """Give one's own line back; False where it is another's."""
        return self._conditionally(
            "update_item",
            Key=line_key(team),
            UpdateExpression="SET acknowledged_by = :by REMOVE holder",
            ConditionExpression="holder = :mine",
            ExpressionAttributeValues={":mine": {"S": execution}, ":by": {"S": acknowledged_by}},
        )

    def _item(self, key: Item) -> Item:
        answer = self._dynamodb.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        item: Item = answer.get("Item", {})
        return item

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
            Limit=MOST_OPEN,
            **more,
        )
        return answer

    def _conditionally(self, request: str, **given: object) -> bool:
        """Ask for a write; False where its condition does not hold."""
        try:
            getattr(self._dynamodb, request)(TableName=self._name, **given)
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def beat_of(line: Mapping[str, Mapping[str, str]]) -> str:
    """Give the holder of a line and its beat; "" where it is free."""
    return f"{line['beat']['N']} {line['holder']['S']}" if "holder" in line else ""


def _still(beat: str) -> dict[str, dict[str, str]]:
    number, _, holder = beat.partition(" ")
    return {":dead": {"S": holder}, ":still": {"N": number}}
