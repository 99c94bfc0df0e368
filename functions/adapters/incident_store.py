"""Requests to the incident table: incidents, dedup keys and team locks.

oncall/incident_record.py describes its items, oncall/team_lock.py the rules of the lock. Every
method raises ClientError, or botocore's connection errors, if a request fails.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from adapters.aws_clients import Client
from oncall.incident import Incident
from oncall.incident_record import (
    ACKNOWLEDGED,
    FAILED,
    HELD_PREFIX,
    OPEN_INDEX,
    OPEN_SORT_KEY,
    RESOLVED,
    SET_DETAILS,
    TEXT_PREFIX,
    UNANSWERED,
    DedupState,
    Item,
    Record,
    archive_ack_cycle,
    caller_key,
    dedup_item_key,
    detail_values,
    from_item,
    incident_key,
    kind_of_page,
    lock_key,
    new_item,
    open_sort_key,
    partition,
    read_dedup_item,
    read_item,
    timestamp,
    to_item,
    unix,
)

#: Seconds for which a claim suppresses repeated events, unless the execution is alive and renews
#: it (`renew_claim`).
CLAIM_SECONDS = 15 * 60
#: Open incidents that a query returns: more than a call can announce or an email should list.
MAX_OPEN = 100
#: IDs of unanswered incidents that a team's lock keeps, and for how long a callback announces them.
MAX_UNANSWERED, UNANSWERED_SECONDS = 10, 12 * 60 * 60
#: Tries of a PIN per caller ID, within this many seconds of the first; a right PIN resets them.
MAX_PIN_TRIES, PIN_TRY_SECONDS = 6, 60 * 60

_DAY_SECONDS = 24 * 60 * 60
_IS_OPEN = f"attribute_exists({OPEN_SORT_KEY})"
_IS_CLOSED = f"attribute_not_exists({OPEN_SORT_KEY})"
_IS_OURS = f"execution = :mine AND {_IS_OPEN}"


class Snapshot(NamedTuple):
    """What a repeated event changes of an incident."""

    severity: str
    events: int


def expires_at(now: int) -> int:
    """Return when DynamoDB deletes an incident that is written now; Unix seconds."""
    return now + int(os.environ["RETENTION_DAYS"]) * _DAY_SECONDS


def incident_table(dynamodb: Client) -> "IncidentTable":
    """Return the deployment's table."""
    return IncidentTable(dynamodb, os.environ["INCIDENT_TABLE"])


class IncidentTable:
    """The table: its incidents, the latest of each dedup key, and the team locks."""

    def __init__(self, dynamodb: Client, name: str) -> None:
        self._dynamodb = dynamodb
        self._name = name

    def read_lock(self, team: str) -> dict[str, Any]:
        """Read a team's lock; empty before the first page.

        `holder` (ARN of an execution) and `heartbeat` while it is held; `acknowledged_by`: who
        acknowledged the last page, "" if nobody did; `unanswered`: as JSON, the IDs of the latest
        incidents that nobody acknowledged, with the setting telephony.callback.
        """
        return from_item(self._item(lock_key(team)))

    def acquire_lock(self, team: str, execution: str, *, expired: str) -> bool:
        """Acquire a lock that is free or already one's own, or whose heartbeat is `expired`."""
        condition = "attribute_not_exists(holder) OR holder = :mine"
        dead: dict[str, str | int] = {}
        if expired:
            condition += " OR (holder = :dead AND heartbeat = :still)"
            heartbeat, _, holder = expired.partition(" ")
            dead = {"dead": holder, "still": int(heartbeat)}
        update = "SET holder = :mine ADD heartbeat :one"
        return self._update(lock_key(team), update, condition, mine=execution, one=1, **dead)

    def heartbeat(self, team: str, execution: str) -> bool:
        """Increment the heartbeat of one's own lock; False if another execution holds it."""
        update, condition = "ADD heartbeat :one", "holder = :mine"
        return self._update(lock_key(team), update, condition, mine=execution, one=1)

    def release_lock(
        self, team: str, execution: str, *, acknowledged_by: str, unanswered: Sequence[str] = ()
    ) -> bool:
        """Release one's own lock; False if another execution holds it.

        `unanswered` are the IDs of the incidents that nobody acknowledged, for callbacks.
        """
        update, condition = "SET acknowledged_by = :by", "holder = :mine"
        values = {"mine": execution, "by": acknowledged_by}
        if unanswered:
            update += ", unanswered = :unanswered"
            values["unanswered"] = json.dumps(unanswered[:MAX_UNANSWERED])
        return self._update(lock_key(team), f"{update} REMOVE holder", condition, **values)

    def open(self, record: Record, *, now: int, expires_at: int) -> bool:
        """Write a new incident; False if another execution claims it, or if it is closed.

        The same execution may open it again: that is a retry.
        """
        return self._write_if(
            "put_item",
            Item=new_item(record, expires_at),
            ConditionExpression="attribute_not_exists(pk) OR execution = :mine"
            f" OR ({_IS_OPEN} AND claimed_until < :now)",
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
        unchanged = "incident_id = :last" if last else "attribute_not_exists(incident_id)"
        return self._update(
            dedup_item_key(incident),
            "SET incident_id = :mine, claimed_until = :until, expires_at = :expires",
            # `:mine` too: the SDK repeats a request whose response was lost.
            f"incident_id = :mine OR {unchanged}",
            mine=incident.id,
            until=until,
            expires=expires_at,
            **({"last": last} if last else {}),
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
        return self._update(
            dedup_item_key(incident),
            f"SET {name} = :time, expires_at = :expires",
            " AND ".join(later),
            time=incident.state_time,
            expires=expires_at,
        )

    def add_repeat(
        self, record: Record, incident: Incident, *, now: int, execution: str = ""
    ) -> bool:
        """Count a repeated event and update the details; False if the incident changed meanwhile.

        `record` is as read, `incident` has the details of the event (oncall/repeat.py), and
        `execution` claims the incident, which is open.
        """
        values = detail_values(incident) | {"one": 1, "at": timestamp(now)}
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
            values |= {"order": new, "old": old, "theirs": record.execution, "now": now}
        else:
            condition, closed = _still_acknowledged(record)
            values |= closed
        if execution:
            update += ", execution = :mine, claimed_until = :until"
            values |= {"mine": execution, "until": now + CLAIM_SECONDS}
        key = incident_key(incident.team, incident.id)
        return self._update(key, f"{update} ADD #count :one", condition, **values)

    def open_incidents(self, like: Incident) -> list[Record]:
        """List at most MAX_OPEN open incidents of the same team, most severe and oldest first.

        If `like` is a test, list tests only, otherwise no tests.
        """
        answer = self._query_open(like.team, f"{kind_of_page(like)}#")
        return [read_item(item) for item in answer["Items"]]

    def open_snapshots(self, like: Incident) -> dict[str, Snapshot] | None:
        """Return severity and count of the same incidents by ID, in the same order.

        None if `like` is a test and a real incident is open: one query finds both, because `page`
        comes before `test`.
        """
        answer = self._query_open(
            like.team,
            "page#" if like.test else f"{kind_of_page(like)}#",
            and_later=like.test,
            ProjectionExpression=f"sk, severity, #count, {OPEN_SORT_KEY}",
            ExpressionAttributeNames={"#count": "count"},
        )
        if like.test and any(item[OPEN_SORT_KEY]["S"] < "test" for item in answer["Items"]):
            return None
        return {
            item["sk"].partition("#")[2]: Snapshot(item["severity"], item["count"])
            for item in map(from_item, answer["Items"])
        }

    def open_in_team(self, team: str, *, now: int) -> list[Record]:
        """List the incidents of a team that a person can acknowledge, tests too.

        These are at most MAX_OPEN open incidents and, for UNANSWERED_SECONDS, those of the latest
        page that nobody acknowledged.
        """
        answer = self._query_open(team, "page#", and_later=True)
        records = [read_item(item) for item in answer["Items"]]
        unanswered = json.loads(self.read_lock(team).get("unanswered", "[]"))
        for incident_id in unanswered:
            record = self.record(team, incident_id)
            if (
                record
                and record.outcome in (UNANSWERED, FAILED)
                and not record.resolved
                and now - unix(record.closed_at) < UNANSWERED_SECONDS
            ):
                records.append(record)
        return records

    def count_pin_try(self, caller: str, *, now: int) -> bool:
        """Count a try of a PIN; False if the caller ID has had MAX_PIN_TRIES within the period."""
        key, until = caller_key(caller), now + PIN_TRY_SECONDS
        return self._update(
            key,
            "SET tries = :one, expires_at = :until",
            "attribute_not_exists(pk) OR expires_at < :now",
            one=1,
            until=until,
            now=now,
        ) or self._update(key, "ADD tries :one", "tries < :most", one=1, most=MAX_PIN_TRIES)

    def forget_pin_tries(self, caller: str) -> None:
        """Reset the tries of a caller ID."""
        self._update(caller_key(caller), "SET tries = :none", "attribute_exists(pk)", none=0)

    def open_ids(self, like: Incident) -> list[str]:
        """List the ids of the same incidents, in the same order."""
        return list(self.open_snapshots(like) or ())

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
        via: str = "",
    ) -> bool:
        """Close an open incident; False if it is not open, or if its severity rose.

        If the command closed it in the meantime, keep that outcome and add the calls, which are
        those of the page. `expires_at` (Unix seconds) stays as it is if None; without the severity
        that was announced, any severity is closed.
        """
        key = incident_key(team, incident_id)
        update, condition = "SET #outcome = :outcome, closed_at = :now, closed_by = :by", _IS_OPEN
        values: dict[str, str | int] = {"outcome": outcome, "now": timestamp(now), "by": by}
        if calls:
            update += ", calls = :calls"
            values["calls"] = json.dumps(list(calls), ensure_ascii=False)
        if via:
            update += ", closed_via = :via"
            values["via"] = via
        if expires_at is not None:
            update += ", expires_at = :expires"
            values["expires"] = expires_at
        if severity:
            condition += " AND severity = :severity"
            values["severity"] = severity
        closed = self._update(key, f"{update} REMOVE {OPEN_SORT_KEY}", condition, **values)
        if calls and not closed:
            without = "attribute_exists(pk) AND attribute_not_exists(calls)"
            self._update(key, "SET calls = :calls", without, calls=values["calls"])
        return closed

    def acknowledge(self, team: str, incident_id: str, *, by: str, now: int, via: str = "") -> bool:
        """Acknowledge an incident; return False if it is neither open nor unacknowledged.

        If it was reported to SNS, the time and outcome of that are kept.
        """
        return self.close(team, incident_id, outcome=ACKNOWLEDGED, by=by, now=now, via=via) or (
            self._update(
                incident_key(team, incident_id),
                "SET unacked_at = closed_at, unacked_outcome = #outcome, #outcome = :outcome,"
                " closed_at = :now, closed_by = :by, closed_via = :via",
                "#outcome IN (:unanswered, :failed)",
                outcome=ACKNOWLEDGED,
                unanswered=UNANSWERED,
                failed=FAILED,
                now=timestamp(now),
                by=by,
                via=via,
            )
        )

    def close_and_resolve(  # noqa: PLR0913 - keyword-only, as of `close`
        self,
        team: str,
        incident_id: str,
        *,
        by: str,
        now: int,
        expires_at: int | None = None,
        via: str = "",
    ) -> bool:
        """Resolve an incident, and close it if it is open; False if it was resolved before."""
        self.close(
            team, incident_id, outcome=RESOLVED, by=by, now=now, expires_at=expires_at, via=via
        )
        return self.resolve(team, incident_id, by=by, now=now)

    def resolve(self, team: str, incident_id: str, *, by: str, now: int) -> bool:
        """Mark a closed incident as resolved; False if it already is, or is still open."""
        return self._update(
            incident_key(team, incident_id),
            "SET resolved = :now, resolved_by = :by",
            f"attribute_exists(pk) AND {_IS_CLOSED} AND attribute_not_exists(resolved)",
            now=timestamp(now),
            by=by,
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
        remove = " REMOVE #outcome, closed_at, closed_by, closed_via, calls, released"
        condition, values = _still_acknowledged(record)
        if raised:
            update += ", last_seen = :at, raised_at = :at"
            values["at"] = timestamp(now)
        cycles = archive_ack_cycle(record, now, raised)
        return self._update(
            incident_key(incident.team, incident.id),
            f"{update}{remove} ADD {'#count' if raised else 'reminder_count'} :one",
            f"{condition} AND #count = :count",
            **detail_values(incident) | values,
            order=open_sort_key(incident, record.opened),
            mine=record.execution,
            until=now + CLAIM_SECONDS,
            expires=expires_at,
            cycles=json.dumps(cycles, ensure_ascii=False),
            one=1,
            count=record.count,
        )

    def take_over(self, team: str, incident_id: str, execution: str, *, now: int) -> bool:
        """Claim an open incident of this execution, or one whose claim has expired."""
        return self._update(
            incident_key(team, incident_id),
            "SET execution = :mine, claimed_until = :until",
            f"{_IS_OPEN} AND (execution = :mine OR claimed_until < :now)",
            mine=execution,
            until=now + CLAIM_SECONDS,
            now=now,
        )

    def renew_claim(self, team: str, incident_id: str, execution: str, *, now: int) -> bool:
        """Extend the claim of an execution on its open incident; False if it has none."""
        return self._claim(team, incident_id, execution, now + CLAIM_SECONDS)

    def release_claim(self, team: str, incident_id: str, execution: str) -> bool:
        """End the claim of an execution on its incident, which stays open; False if it has none."""
        return self._claim(team, incident_id, execution, 0)

    def record_text(self, team: str, incident_id: str, person: str, *, at: int | None) -> bool:
        """Record a text message to a person; False if there was one, or no such incident.

        With `at=None`, remove the record of a message that was not sent.
        """
        update: dict[str, object] = {"UpdateExpression": "REMOVE #text"}
        if at is not None:
            update = {
                "UpdateExpression": "SET #text = :at",
                "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(#text)",
                "ExpressionAttributeValues": {":at": {"S": timestamp(at)}},
            }
        update["ExpressionAttributeNames"] = {"#text": f"{TEXT_PREFIX}{person}"}
        return self._write_if("update_item", Key=incident_key(team, incident_id), **update)

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
        expire, is_latest = "SET expires_at = :expires", "incident_id = :mine"
        dedup_key = dedup_item_key(incident)
        self._update(dedup_key, expire, is_latest, expires=expires_at, mine=incident.id)
        return self._update(
            incident_key(incident.team, incident.id),
            f"{expire}, {OPEN_SORT_KEY} = :held, #hold = :hold, claimed_until = :until"
            " REMOVE released",
            _IS_OURS,
            held=f"{HELD_PREFIX}{incident.id}",
            hold=json.dumps(hold, ensure_ascii=False),
            until=claimed_until,
            expires=expires_at,
            mine=execution,
        )

    def release_hold(self, record: Record, incident: Incident, execution: str, *, now: int) -> bool:
        """End the hold of an incident, which `execution` pages from now on; False if it changed.

        `record` is as read; `incident` is as announced from now on.
        """
        return self._update(
            incident_key(incident.team, incident.id),
            f"SET {OPEN_SORT_KEY} = :order, {SET_DETAILS}, execution = :mine,"
            " claimed_until = :until, released = :now",
            f"begins_with({OPEN_SORT_KEY}, :held) AND execution = :holder",
            **detail_values(incident),
            order=open_sort_key(incident, record.opened),
            mine=execution,
            until=now + CLAIM_SECONDS,
            now=timestamp(now),
            held=HELD_PREFIX,
            holder=record.execution,
        )

    def _claim(self, team: str, incident_id: str, execution: str, until: int) -> bool:
        key, update = incident_key(team, incident_id), "SET claimed_until = :until"
        return self._update(key, update, _IS_OURS, mine=execution, until=until)

    def _query_open(
        self, team: str, kind: str, *, and_later: bool = False, **more: object
    ) -> Mapping[str, Any]:
        """Query the incidents of a kind; with `and_later`, also of kinds that sort after it."""
        condition = "{} >= :kind" if and_later else "begins_with({}, :kind)"
        answer: Mapping[str, Any] = self._dynamodb.query(
            TableName=self._name,
            IndexName=OPEN_INDEX,
            KeyConditionExpression=f"pk = :team AND {condition.format(OPEN_SORT_KEY)}",
            ExpressionAttributeValues={":team": partition(team), ":kind": {"S": kind}},
            ConsistentRead=True,
            Limit=MAX_OPEN,
            **more,
        )
        return answer

    def _item(self, key: Item) -> Item:
        answer = self._dynamodb.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        item: Item = answer.get("Item", {})
        return item

    def _update(self, key: Item, update: str, condition: str, **values: str | int) -> bool:
        """Update an item if a condition holds, otherwise return False.

        Names of attributes that DynamoDB reserves begin with `#`, those of values with `:`.
        """
        reserved = {f"#{name}": name for name in re.findall(r"#(\w+)", update + condition)}
        return self._write_if(
            "update_item",
            Key=key,
            UpdateExpression=update,
            ConditionExpression=condition,
            **({"ExpressionAttributeNames": reserved} if reserved else {}),
            ExpressionAttributeValues={f":{name}": to for name, to in to_item(values).items()},
        )

    def _write_if(self, request: str, **given: object) -> bool:
        """Send a conditional write; return False if the condition does not hold."""
        try:
            getattr(self._dynamodb, request)(TableName=self._name, **given)
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True


def lock_heartbeat(lock: Mapping[str, Any]) -> str:
    """Return the heartbeat and holder of a lock; "" if it is free."""
    return f"{lock['heartbeat']} {lock['holder']}" if "holder" in lock else ""


def _still_acknowledged(record: Record) -> tuple[str, dict[str, str | int]]:
    """Return the condition that an acknowledged incident is as it was read, and its values."""
    condition = (
        f"{_IS_CLOSED} AND closed_at = :closed_at AND #outcome = :acknowledged"
        " AND attribute_not_exists(resolved) AND severity = :known"
    )
    return condition, {
        "closed_at": record.closed_at,
        "acknowledged": ACKNOWLEDGED,
        "known": record.incident.severity,
    }
