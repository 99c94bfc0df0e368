"""Requests for the team locks in the incident table; the rules are in oncall/team_lock.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oncall.incident_record import lock_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.incident_record import Item


class TeamLockStore:
    """The team locks.

    Every method raises ClientError, or botocore's connection errors, if the table does not
    answer.
    """

    def __init__(self, dynamodb: Any, name: str) -> None:  # noqa: ANN401 - boto3's client
        self._dynamodb = dynamodb
        self._name = name

    def read_lock(self, team: str) -> Item:
        """Read a team's lock; empty before the first page.

        `holder` (ARN of an execution) and `heartbeat` while it is held; `acknowledged_by`: who
        acknowledged the last page, "" if nobody did.
        """
        return self._item(lock_key(team))

    def acquire_lock(self, team: str, execution: str, *, expired: str) -> bool:
        """Acquire a lock that is free or already one's own, or whose heartbeat is `expired`."""
        return self._write_if(
            "update_item",
            Key=lock_key(team),
            UpdateExpression="SET holder = :mine ADD heartbeat :one",
            ConditionExpression="attribute_not_exists(holder) OR holder = :mine"
            + (" OR (holder = :dead AND heartbeat = :still)" if expired else ""),
            ExpressionAttributeValues={":mine": {"S": execution}, ":one": {"N": "1"}}
            | (_expired_values(expired) if expired else {}),
        )

    def heartbeat(self, team: str, execution: str) -> bool:
        """Increment the heartbeat of one's own lock; False if another execution holds it."""
        return self._write_if(
            "update_item",
            Key=lock_key(team),
            UpdateExpression="ADD heartbeat :one",
            ConditionExpression="holder = :mine",
            ExpressionAttributeValues={":mine": {"S": execution}, ":one": {"N": "1"}},
        )

    def release_lock(self, team: str, execution: str, *, acknowledged_by: str) -> bool:
        """Release one's own lock; False if another execution holds it."""
        return self._write_if(
            "update_item",
            Key=lock_key(team),
            UpdateExpression="SET acknowledged_by = :by REMOVE holder",
            ConditionExpression="holder = :mine",
            ExpressionAttributeValues={":mine": {"S": execution}, ":by": {"S": acknowledged_by}},
        )

    def _item(self, key: Item) -> Item:
        answer = self._dynamodb.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        item: Item = answer.get("Item", {})
        return item

    def _write_if(self, request: str, **given: object) -> bool:
        """Send a conditional write; return False if the condition does not hold."""
        try:
            getattr(self._dynamodb, request)(TableName=self._name, **given)
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def lock_heartbeat(lock: Mapping[str, Mapping[str, str]]) -> str:
    """Return the heartbeat and holder of a lock; "" if it is free."""
    return f"{lock['heartbeat']['N']} {lock['holder']['S']}" if "holder" in lock else ""


def _expired_values(heartbeat: str) -> dict[str, dict[str, str]]:
    number, _, holder = heartbeat.partition(" ")
    return {":dead": {"S": holder}, ":still": {"N": number}}
