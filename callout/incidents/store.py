"""The requests to the incident table that only an operator makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.incident_store import IncidentTable
from oncall.incident_record import (
    ACKNOWLEDGED,
    FAILED,
    OPEN_INDEX,
    OPEN_SORT_KEY,
    UNANSWERED,
    incident_key,
    partition,
    read_item,
    timestamp,
)

if TYPE_CHECKING:
    from oncall.incident_record import Record

_OF_THE_TEAM = "pk = :team AND begins_with(sk, :sk)"
#: SNS was told of it since then, and nobody has taken it or closed it.
_NOBODY_TOOK = (
    "closed_at >= :since AND #outcome IN (:unanswered, :failed) AND attribute_not_exists(resolved)"
)


class History(IncidentTable):
    """The table, with what has been in it since it was made."""

    def ids(self, team: str, prefix: str) -> list[str]:
        """Give the ids of a team's incidents that begin so."""
        found = self._all(
            KeyConditionExpression=_OF_THE_TEAM,
            ExpressionAttributeValues=_incidents(team, prefix),
            ProjectionExpression="sk",
        )
        return [one["sk"]["S"].partition("#")[2] for one in found]

    def has_any(self, team: str) -> bool:
        """Say whether the table keeps any incident of a team."""
        answer = self._dynamodb.query(
            TableName=self._name,
            KeyConditionExpression=_OF_THE_TEAM,
            ExpressionAttributeValues=_incidents(team),
            ProjectionExpression="sk",
            Limit=1,
        )
        return bool(answer["Items"])

    def since(self, team: str, moment: int) -> list[Record]:
        """Give a team's incidents that were opened since a moment (Unix seconds), or are open.

        And those that SNS was told of since and nobody has, for a reminder may open an old one.
        """
        return self._since(
            team,
            moment,
            f"opened >= :since OR attribute_exists({OPEN_SORT_KEY}) OR ({_NOBODY_TOOK})",
        )

    def nobodys(self, team: str, moment: int) -> list[Record]:
        """Give what nobody has of a team's: open, or SNS was told since a moment (Unix seconds).

        The index knows the open ones only. It is asked first: what is given up meanwhile is in
        the second answer, and counts as it is there.
        """
        found = [*self.still_open(team), *self._since(team, moment, _NOBODY_TOOK)]
        return list({one.incident.id: one for one in found}.values())

    def still_open(self, team: str) -> list[Record]:
        """Give a team's open incidents, tests too."""
        found = self._all(
            IndexName=OPEN_INDEX,
            KeyConditionExpression="pk = :team",
            ExpressionAttributeValues={":team": partition(team)},
        )
        return [read_item(one) for one in found]

    def acknowledge(self, team: str, incident_id: str, *, by: str, now: int) -> bool:
        """Note who has an incident; False where it is neither open nor given up.

        Of one that was given up, it stays known that and when SNS was told so.
        """
        return self.end(team, incident_id, outcome=ACKNOWLEDGED, by=by, now=now) or (
            self._write_if(
                "update_item",
                Key=incident_key(team, incident_id),
                UpdateExpression="SET unacked_at = closed_at, unacked_outcome = #outcome,"
                " #outcome = :outcome, closed_at = :now, closed_by = :by",
                ConditionExpression="#outcome IN (:unanswered, :failed)",
                ExpressionAttributeNames={"#outcome": "outcome"},
                ExpressionAttributeValues={
                    ":outcome": {"S": ACKNOWLEDGED},
                    ":unanswered": {"S": UNANSWERED},
                    ":failed": {"S": FAILED},
                    ":now": {"S": timestamp(now)},
                    ":by": {"S": by},
                },
            )
        )

    def end(self, team: str, incident_id: str, *, outcome: str, by: str, now: int) -> bool:
        """Close an open incident from outside; False where it is not open.

        Its calls go on until their next look, so the execution that makes them adds them.
        """
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET #outcome = :outcome, closed_at = :now, closed_by = :by"
            f" REMOVE {OPEN_SORT_KEY}",
            ConditionExpression=f"attribute_exists({OPEN_SORT_KEY})",
            ExpressionAttributeNames={"#outcome": "outcome"},
            ExpressionAttributeValues={
                ":outcome": {"S": outcome},
                ":now": {"S": timestamp(now)},
                ":by": {"S": by},
            },
        )

    def _since(self, team: str, moment: int, wanted: str) -> list[Record]:
        """Give a team's incidents that a filter lets through.

        Their keys say nothing of time: all that the table keeps of the team is read.
        """
        found = self._all(
            KeyConditionExpression=_OF_THE_TEAM,
            FilterExpression=wanted,
            ExpressionAttributeNames={"#outcome": "outcome"},
            ExpressionAttributeValues=_incidents(team)
            | {
                ":since": {"S": timestamp(max(moment, 0)).rstrip("Z")},
                ":unanswered": {"S": UNANSWERED},
                ":failed": {"S": FAILED},
            },
        )
        return [read_item(one) for one in found]

    def _all(self, **asked: object) -> list[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("query")
        return [
            item
            for page in pages.paginate(TableName=self._name, ConsistentRead=True, **asked)
            for item in page["Items"]
        ]


def _incidents(team: str, prefix: str = "") -> dict[str, dict[str, str]]:
    return {":team": partition(team), ":sk": {"S": f"incident#{prefix}"}}
