"""The line of a team, as the incident table has it.

Requests only; what they mean is said in oncall/team_lock.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from oncall.incident_record import line_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from oncall.incident_record import Item


class TeamLine:
    """The table, as far as lines go.

    Every method raises ClientError, or botocore's connection errors, where the table does not
    answer.

    Args:
        dynamodb: a client.
        name: of the table.
    """

    def __init__(self, dynamodb: Any, name: str) -> None:  # noqa: ANN401 - boto3's client
        self._dynamodb = dynamodb
        self._name = name

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
