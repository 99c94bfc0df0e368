"""Requests to the incident table; oncall/incident_record.py describes its items.

Every method raises ClientError, or botocore's connection errors, if a request fails.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.team_lock_store import TeamLockStore
from oncall.incident_record import (
    ACKNOWLEDGED,
    HELD_PREFIX,
    OPEN_INDEX,
    OPEN_SORT_KEY,
    SET_DETAILS,
    archive_ack_cycle,
    dedup_item_key,
    detail_values,
    incident_key,
    kind_of_page,
    new_item,
    open_sort_key,
    partition,
    read_dedup_item,
    read_item,
    timestamp,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oncall.incident import Incident
    from oncall.incident_record import DedupState, Item, Record

#: Seconds for which a claim suppresses repeated events, unless the execution is alive and renews
#: it (`renew_claim`).
CLAIM_SECONDS = 15 * 60
#: Open incidents that a query returns: more than a call can announce or an email should list.
MAX_OPEN = 100


class Snapshot(NamedTuple):
    """What a repeated event changes of an incident."""

    severity: str
    events: int


_DAY_SECONDS = 24 * 60 * 60


def expires_at(now: int) -> int:
    """Return when DynamoDB deletes an incident that is written now; Unix seconds."""
    return now + int(os.environ["RETENTION_DAYS"]) * _DAY_SECONDS


def incident_table(dynamodb: Any) -> IncidentTable:  # noqa: ANN401 - boto3's client
    """Return the deployment's table."""
    return IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])


class IncidentTable(TeamLockStore):
    """The table: its incidents, and the team locks."""

    def open(self, record: Record, *, now: int, expires_at: int) -> bool:
        """Write a new incident; False if another execution claims it, or if it is closed.

        The same execution may open it again: that is a retry.
        """
        return self._write_if(
            "put_item",
            Item=new_item(record, expires_at),
            ConditionExpression="attribute_not_exists(pk) OR execution = :mine"
            f" OR (attribute_exists({OPEN_SORT_KEY}) AND claimed_until < :now)",
            ExpressionAttributeValues={":mine": {"S": record.execution}, ":now": {"N": str(now)}},
        )

    def record(self, team: str, incident_id: str) -> Record | None:
        """Read an incident."""
        item = self._item(incident_key(team, incident_id))
        return read_item(item) if item else None

    def dedup_state(self, incident: Incident) -> DedupState:
        """Read the state of the incident's dedup key."""
        return read_dedup_item(self._item(dedup_item_key(incident)))

    def set_latest_for_dedup_key(
        self, incident: Incident, last: str, *, until: int, expires_at: int
    ) -> bool:
        """Set the latest incident with its dedup key; False if it is no longer `last`."""
        return self._write_if(
            "update_item",
            Key=dedup_item_key(incident),
            UpdateExpression="SET incident_id = :mine, claimed_until = :until,"
            " expires_at = :expires",
            # `:mine` too: the SDK repeats a request whose response was lost.
            ConditionExpression="incident_id = :mine OR "
            + ("incident_id = :last" if last else "attribute_not_exists(incident_id)"),
            ExpressionAttributeValues={
                ":mine": {"S": incident.id},
                ":until": {"N": str(until)},
                ":expires": {"N": str(expires_at)},
            }
            | ({":last": {"S": last}} if last else {}),
        )

    def advance_state(self, incident: Incident, *, expires_at: int) -> bool:
        """Record the time of the state that an event reports; False if a later one is known.

        A firing state that is known is not recorded again. A resolved state is also earlier if the
        source has fired again since.
        """
        name, before = ("resolved_at", "<=") if incident.resolved_by else ("fired_at", "<")
        later = [
            f"(attribute_not_exists({known}) OR {known} {before} :time)"
            for known in sorted({name, "fired_at"})
        ]
        return self._write_if(
            "update_item",
            Key=dedup_item_key(incident),
            UpdateExpression=f"SET {name} = :time, expires_at = :expires",
            ConditionExpression=" AND ".join(later),
            ExpressionAttributeValues={
                ":time": {"S": incident.state_time},
                ":expires": {"N": str(expires_at)},
            },
        )

    def add_repeat(
        self, record: Record, incident: Incident, *, now: int, execution: str = ""
    ) -> bool:
        """Count a repeated event and update the details; False if the incident changed meanwhile.

        Args:
            record: as read.
            incident: with the details of the event (oncall/repeat.py).
            now: Unix seconds.
            execution: claims the incident, which is open.
        """
        values = detail_values(incident) | {":one": {"N": "1"}, ":at": {"S": timestamp(now)}}
        update = f"SET {SET_DETAILS}, last_seen = :at"
        if incident.severity != record.incident.severity:
            update += ", raised_at = :at"
        if record.open:
            old = new = f"{HELD_PREFIX}{incident.id}"
            if not record.held:
                old = open_sort_key(record.incident, record.opened)
                new = open_sort_key(incident, record.opened)
            update += f", {OPEN_SORT_KEY} = :order"
            claim = ">=" if record.is_claimed(now) else "<"
            condition = (
                f"{OPEN_SORT_KEY} = :old AND execution = :theirs AND claimed_until {claim} :now"
            )
            values |= {
                ":order": {"S": new},
                ":old": {"S": old},
                ":theirs": {"S": record.execution},
                ":now": {"N": str(now)},
            }
        else:
            condition, closed = _still_acknowledged(record)
            values |= closed
        if execution:
            update += ", execution = :mine, claimed_until = :until"
            values |= {":mine": {"S": execution}, ":until": {"N": str(now + CLAIM_SECONDS)}}
        return self._write_if(
            "update_item",
            Key=incident_key(incident.team, incident.id),
            UpdateExpression=f"{update} ADD #count :one",
            ConditionExpression=condition,
            ExpressionAttributeNames={"#count": "count"}
            | ({} if record.open else {"#outcome": "outcome"}),
            ExpressionAttributeValues=values,
        )

    def open_incidents(self, like: Incident) -> list[Record]:
        """List at most MAX_OPEN open incidents of the same team, most severe and oldest first.

        If `like` is a test, list tests only, otherwise no tests.
        """
        answer = self._query_open(like)
        return [read_item(item) for item in answer["Items"]]

    def open_snapshots(self, like: Incident) -> dict[str, Snapshot]:
        """Return severity and count of the same incidents by ID, in the same order."""
        answer = self._query_open(
            like,
            ProjectionExpression="sk, severity, #count",
            ExpressionAttributeNames={"#count": "count"},
        )
        return {
            item["sk"]["S"].partition("#")[2]: Snapshot(
                severity=item["severity"]["S"], events=int(item["count"]["N"])
            )
            for item in answer["Items"]
        }

    def open_ids(self, like: Incident) -> list[str]:
        """List the ids of the same incidents, in the same order."""
        return list(self.open_snapshots(like))

    def close(  # noqa: PLR0913 - keyword-only: the fields of a closed incident
        self,
        team: str,
        incident_id: str,
        *,
        outcome: str,
        by: str,
        now: int,
        expires_at: int | None = None,
        calls: Sequence[Mapping[str, object]] = (),
        severity: str = "",
    ) -> bool:
        """Close an open incident; False if it is not open, or if its severity rose.

        If the command closed it in the meantime, keep that outcome and add the calls.

        Args:
            team: of the incident.
            incident_id: the incident.
            outcome: as in a record; `by`: who closed it.
            by: who closed it.
            now: Unix seconds.
            expires_at: Unix seconds; None leaves it as it is.
            calls: of the page, if known.
            severity: as announced; "" closes it whatever its severity is.
        """
        update = "SET #outcome = :outcome, closed_at = :now, closed_by = :by"
        values = {":outcome": {"S": outcome}, ":now": {"S": timestamp(now)}, ":by": {"S": by}}
        made = {":calls": {"S": json.dumps(list(calls), ensure_ascii=False)}} if calls else {}
        if calls:
            update += ", calls = :calls"
        if expires_at is not None:
            update += ", expires_at = :expires"
            values[":expires"] = {"N": str(expires_at)}
        condition = f"attribute_exists({OPEN_SORT_KEY})"
        if severity:
            condition += " AND severity = :severity"
            values[":severity"] = {"S": severity}
        closed = self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression=f"{update} REMOVE {OPEN_SORT_KEY}",
            ConditionExpression=condition,
            ExpressionAttributeNames={"#outcome": "outcome"},
            ExpressionAttributeValues=values | made,
        )
        if calls and not closed:
            self._write_if(
                "update_item",
                Key=incident_key(team, incident_id),
                UpdateExpression="SET calls = :calls",
                ConditionExpression="attribute_exists(pk) AND attribute_not_exists(calls)",
                ExpressionAttributeValues=made,
            )
        return closed

    def resolve(self, team: str, incident_id: str, *, by: str, now: int) -> bool:
        """Mark a closed incident as resolved; False if it already is, or is still open."""
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET resolved = :now, resolved_by = :by",
            ConditionExpression=f"attribute_exists(pk) AND attribute_not_exists({OPEN_SORT_KEY})"
            " AND attribute_not_exists(resolved)",
            ExpressionAttributeValues={":now": {"S": timestamp(now)}, ":by": {"S": by}},
        )

    def reopen(self, record: Record, incident: Incident, *, now: int, expires_at: int) -> bool:
        """Reopen an acknowledged incident; False if it changed since it was read.

        `record` is as read, but with the execution that is responsible from now on; `incident` is
        as announced from now on. A rise in severity reopens it, otherwise a reminder does.
        """
        raised = incident.severity if incident.severity != record.incident.severity else ""
        update = (
            f"SET {OPEN_SORT_KEY} = :order, {SET_DETAILS}, execution = :mine,"
            " claimed_until = :until, expires_at = :expires, previous_cycles = :cycles"
        )
        remove = " REMOVE #outcome, closed_at, closed_by, calls, released"
        if raised:
            update += ", last_seen = :at, raised_at = :at"
            add = " ADD #count :one"
        else:
            add = " ADD reminder_count :one"
        condition, closed = _still_acknowledged(record)
        cycles = archive_ack_cycle(record, now, raised)
        return self._write_if(
            "update_item",
            Key=incident_key(incident.team, incident.id),
            UpdateExpression=update + remove + add,
            ConditionExpression=f"{condition} AND #count = :count",
            ExpressionAttributeNames={"#outcome": "outcome", "#count": "count"},
            ExpressionAttributeValues=detail_values(incident)
            | closed
            | {
                ":order": {"S": open_sort_key(incident, record.opened)},
                ":mine": {"S": record.execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
                ":expires": {"N": str(expires_at)},
                ":cycles": {"S": json.dumps(cycles, ensure_ascii=False)},
                ":one": {"N": "1"},
                ":count": {"N": str(record.count)},
            }
            | ({":at": {"S": timestamp(now)}} if raised else {}),
        )

    def take_over(self, team: str, incident_id: str, execution: str, *, now: int) -> bool:
        """Claim an open incident of this execution, or one whose claim has expired."""
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET execution = :mine, claimed_until = :until",
            ConditionExpression=f"attribute_exists({OPEN_SORT_KEY})"
            " AND (execution = :mine OR claimed_until < :now)",
            ExpressionAttributeValues={
                ":mine": {"S": execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
                ":now": {"N": str(now)},
            },
        )

    def renew_claim(self, team: str, incident_id: str, execution: str, *, now: int) -> bool:
        """Extend the claim of an execution on its open incident; False if it has none."""
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET claimed_until = :until",
            ConditionExpression=f"execution = :mine AND attribute_exists({OPEN_SORT_KEY})",
            ExpressionAttributeValues={
                ":mine": {"S": execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
            },
        )

    def hold(
        self,
        incident: Incident,
        execution: str,
        *,
        hold: Mapping[str, str],
        claimed_until: int,
        expires_at: int,
    ) -> bool:
        """Mark an open incident of this execution as held, or renew that; False if it is not.

        The item of its dedup key must outlive the hold too: by it an event resolves the incident.
        """
        expires = {"N": str(expires_at)}
        self._write_if(
            "update_item",
            Key=dedup_item_key(incident),
            UpdateExpression="SET expires_at = :expires",
            ConditionExpression="incident_id = :mine",
            ExpressionAttributeValues={":expires": expires, ":mine": {"S": incident.id}},
        )
        return self._write_if(
            "update_item",
            Key=incident_key(incident.team, incident.id),
            UpdateExpression=f"SET {OPEN_SORT_KEY} = :held, #hold = :hold, expires_at = :expires,"
            " claimed_until = :until REMOVE released",
            ConditionExpression=f"execution = :mine AND attribute_exists({OPEN_SORT_KEY})",
            ExpressionAttributeNames={"#hold": "hold"},
            ExpressionAttributeValues={
                ":held": {"S": f"{HELD_PREFIX}{incident.id}"},
                ":hold": {"S": json.dumps(hold, ensure_ascii=False)},
                ":until": {"N": str(claimed_until)},
                ":expires": expires,
                ":mine": {"S": execution},
            },
        )

    def release_hold(self, record: Record, incident: Incident, execution: str, *, now: int) -> bool:
        """End the hold of an incident, which `execution` pages from now on; False if it changed.

        `record` is as read; `incident` is as announced from now on.
        """
        return self._write_if(
            "update_item",
            Key=incident_key(incident.team, incident.id),
            UpdateExpression=f"SET {OPEN_SORT_KEY} = :order, incident = :incident,"
            " severity = :severity, execution = :mine, claimed_until = :until, released = :now",
            ConditionExpression=f"begins_with({OPEN_SORT_KEY}, :held) AND execution = :holder",
            ExpressionAttributeValues={
                ":order": {"S": open_sort_key(incident, record.opened)},
                ":incident": {"S": json.dumps(incident.to_state(), ensure_ascii=False)},
                ":severity": {"S": incident.severity},
                ":mine": {"S": execution},
                ":until": {"N": str(now + CLAIM_SECONDS)},
                ":now": {"S": timestamp(now)},
                ":held": {"S": HELD_PREFIX},
                ":holder": {"S": record.execution},
            },
        )

    def release_claim(self, team: str, incident_id: str, execution: str) -> bool:
        """End the claim of an execution on its incident, which stays open; False if it has none."""
        return self._write_if(
            "update_item",
            Key=incident_key(team, incident_id),
            UpdateExpression="SET claimed_until = :never",
            ConditionExpression=f"execution = :mine AND attribute_exists({OPEN_SORT_KEY})",
            ExpressionAttributeValues={":mine": {"S": execution}, ":never": {"N": "0"}},
        )

    def _query_open(self, like: Incident, **more: object) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._dynamodb.query(
            TableName=self._name,
            IndexName=OPEN_INDEX,
            KeyConditionExpression=f"pk = :team AND begins_with({OPEN_SORT_KEY}, :kind)",
            ExpressionAttributeValues={
                ":team": partition(like.team),
                ":kind": {"S": f"{kind_of_page(like)}#"},
            },
            ConsistentRead=True,
            Limit=MAX_OPEN,
            **more,
        )
        return answer


def _still_acknowledged(record: Record) -> tuple[str, Item]:
    """Return the condition that an acknowledged incident is as it was read, and its values."""
    condition = (
        f"attribute_not_exists({OPEN_SORT_KEY}) AND closed_at = :closed_at"
        " AND #outcome = :acknowledged AND attribute_not_exists(resolved) AND severity = :known"
    )
    return condition, {
        ":closed_at": {"S": record.closed_at},
        ":acknowledged": {"S": ACKNOWLEDGED},
        ":known": {"S": record.incident.severity},
    }
