"""The incident table's queries and writes that only operators need."""

from typing import Any

from adapters.incident_store import IncidentTable
from oncall.incident_record import (
    FAILED,
    OPEN_INDEX,
    OPEN_SORT_KEY,
    UNANSWERED,
    Record,
    partition,
    read_item,
    timestamp,
)

_INCIDENTS_OF_TEAM = "pk = :team AND begins_with(sk, :sk)"
#: Reported to SNS since then, and neither acknowledged nor resolved.
_UNACKNOWLEDGED = (
    "closed_at >= :since AND #outcome IN (:unanswered, :failed) AND attribute_not_exists(resolved)"
)


class IncidentQueries(IncidentTable):
    """The incident table, including closed incidents."""

    def ids(self, team: str, prefix: str) -> list[str]:
        """Return the IDs of a team's incidents that begin with a prefix."""
        items = self._query_all(
            KeyConditionExpression=_INCIDENTS_OF_TEAM,
            ExpressionAttributeValues=_key_values(team, prefix),
            ProjectionExpression="sk",
        )
        return [item["sk"]["S"].partition("#")[2] for item in items]

    def has_any(self, team: str) -> bool:
        """Return whether the table has an incident of a team."""
        answer = self._dynamodb.query(
            TableName=self._name,
            KeyConditionExpression=_INCIDENTS_OF_TEAM,
            ExpressionAttributeValues=_key_values(team),
            ProjectionExpression="sk",
            Limit=1,
        )
        return bool(answer["Items"])

    def since(self, team: str, moment: int) -> list[Record]:
        """Return a team's incidents that were opened since a moment (Unix seconds), or are open.

        Also those reported to SNS since then and unacknowledged: a reminder may have reopened them.
        """
        return self._filter(
            team,
            moment,
            f"opened >= :since OR attribute_exists({OPEN_SORT_KEY}) OR ({_UNACKNOWLEDGED})",
        )

    def unacknowledged(self, team: str, moment: int) -> list[Record]:
        """Return a team's open incidents, and those reported to SNS since a moment (Unix seconds).

        The index has open incidents only. It is queried first: an incident that is reported to
        SNS in between is then in both answers, and the second one counts.
        """
        records = [*self.all_open(team), *self._filter(team, moment, _UNACKNOWLEDGED)]
        return list({record.incident.id: record for record in records}.values())

    def all_open(self, team: str) -> list[Record]:
        """Return all open incidents of a team, including tests."""
        items = self._query_all(
            IndexName=OPEN_INDEX,
            KeyConditionExpression="pk = :team",
            ExpressionAttributeValues={":team": partition(team)},
        )
        return [read_item(item) for item in items]

    def _filter(self, team: str, moment: int, condition: str) -> list[Record]:
        """Return a team's incidents that match a filter expression; reads all of the team's."""
        items = self._query_all(
            KeyConditionExpression=_INCIDENTS_OF_TEAM,
            FilterExpression=condition,
            ExpressionAttributeNames={"#outcome": "outcome"},
            ExpressionAttributeValues=_key_values(team)
            | {
                ":since": {"S": timestamp(max(moment, 0)).rstrip("Z")},
                ":unanswered": {"S": UNANSWERED},
                ":failed": {"S": FAILED},
            },
        )
        return [read_item(item) for item in items]

    def _query_all(self, **request: object) -> list[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("query")
        return [
            item
            for page in pages.paginate(TableName=self._name, ConsistentRead=True, **request)
            for item in page["Items"]
        ]


def _key_values(team: str, prefix: str = "") -> dict[str, dict[str, str]]:
    return {":team": partition(team), ":sk": {"S": f"incident#{prefix}"}}
