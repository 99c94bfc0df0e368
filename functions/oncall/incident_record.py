"""The items of the incident table: incidents, team locks, and the latest of each dedup key.

One partition per team. An open incident has an `open_sort_key`, which puts it into the index
`open`; closing it removes the attribute in the same write. So one strongly consistent query lists
the open incidents, most severe and oldest first (docs/decisions/013).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from oncall.incident import SEVERITIES, Incident

#: In DynamoDB's format: `{"pk": {"S": "team#default"}}`.
Item = dict[str, dict[str, Any]]

#: Name of the index, and of the attribute it is sorted by.
OPEN_INDEX = "open"
OPEN_SORT_KEY = "open_sort_key"
#: How that begins for an incident that is held (oncall/hold.py): it is open, but no other page
#: announces it.
HELD_PREFIX = "held#"

#: Outcomes of a closed incident. UNANSWERED and FAILED: SNS was notified that nobody acknowledged
#: it, or that Callout failed.
ACKNOWLEDGED = "acknowledged"
RESOLVED = "resolved"
UNANSWERED = "unanswered"
FAILED = "failed"

#: `closed_via` of an incident that a person closed by link (oncall/links), and how it begins if a
#: person called back: then the masked number of the caller follows.
LINK = "link"
CALLBACK = "callback "

#: Past acknowledgements that a record keeps; each has a page's calls, and DynamoDB limits an item
#: to 400 KB.
MAX_ACK_CYCLES = 10

_MAX_KEY_LENGTH = 512  # characters; DynamoDB limits a sort key to 1,024 bytes


@dataclass(frozen=True, kw_only=True)
class Record:
    """An incident in the table.

    Attributes:
        incident: what happened.
        execution: ARN of the responsible execution.
        opened: when that execution began; ISO 8601, UTC, like every time here.
        claimed_until: Unix seconds; a running execution extends it.
        open: whether it is not closed yet.
        held: whether its page waits (oncall/hold.py).
        hold: `kind`, `until` and `reason` of the hold, also after it; empty if there was none.
        released: when the hold ended, unless the incident was closed first; "" otherwise.
        outcome: one of the constants above; "" while it is open.
        closed_at, closed_by: when and by whom it was closed; "" while it is open.
        closed_via: `link` if that person used a link, `callback +1********32` if they called back;
            "" otherwise.
        unacked_at, unacked_outcome: if it was acknowledged only after SNS was notified: when SNS
            was notified, and the outcome then; "" otherwise.
        resolved, resolved_by: when it was resolved, and by whom or what.
        count: number of events; last_seen: time of the last one; raised_at: when one last raised
            the severity, "" if none did.
        calls: the calls of the page that closed it (oncall/calls/call.py), in order.
        texts: when people got a text message about it, by name.
        reminder_count: number of reminders (oncall/reminder.py).
        previous_cycles: `closed_at`, `closed_by`, `calls` and `reopened_at` of each
            acknowledgement before a reminder or a rise in severity, oldest first; of many, the
            first and the latest. `severity`: the raised one, "" for a reminder.
    """

    incident: Incident
    execution: str
    opened: str
    claimed_until: int
    open: bool = True
    held: bool = False
    hold: Mapping[str, str] = field(default_factory=dict)
    released: str = ""
    outcome: str = ""
    closed_at: str = ""
    closed_by: str = ""
    closed_via: str = ""
    unacked_at: str = ""
    unacked_outcome: str = ""
    resolved: str = ""
    resolved_by: str = ""
    count: int = 1
    last_seen: str = ""
    raised_at: str = ""
    calls: Sequence[Mapping[str, Any]] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    reminder_count: int = 0
    previous_cycles: Sequence[Mapping[str, Any]] = ()

    @property
    def open_since(self) -> str:
        """When its event or the latest reminder opened it, or the hold of that ended."""
        opened = self.previous_cycles[-1]["reopened_at"] if self.previous_cycles else self.opened
        return max(str(opened), self.released)

    def is_waiting(self, now: int) -> bool:
        """Whether its page waits, and checks the hold from time to time."""
        return self.held and self.claimed_until >= now

    def is_claimed(self, now: int) -> bool:
        """Whether it is open, and its execution has renewed the claim recently."""
        return self.open and self.claimed_until >= now


#: Attributes of an item that are JSON, and fields of a record that have the name of an attribute.
_DOCUMENTS = frozenset(("incident", "hold", "calls", "previous_cycles"))
_PLAIN_FIELDS = frozenset(field.name for field in fields(Record)) - {"incident", "open", "held"}
#: Begins the name of the attribute with the time of a text message; the person's name follows.
TEXT_PREFIX = "text#"


@dataclass(frozen=True)
class DedupState:
    """The item of a dedup key: its latest incident, and when its source last resolved it.

    Attributes:
        incident_id: the latest incident; "" if there is none.
        opening_until: Unix seconds until which that incident counts as being opened if it has no
            record yet.
        resolved_at: state time (oncall/incident.py) of the latest resolving event; "" if none.
    """

    incident_id: str = ""
    opening_until: int = 0
    resolved_at: str = ""


def partition(team: str) -> dict[str, str]:
    """Return the partition key of a team."""
    return {"S": f"team#{team}"}


def incident_key(team: str, incident_id: str) -> Item:
    """Return the key of an incident."""
    return {"pk": partition(team), "sk": {"S": f"incident#{incident_id}"}}


def lock_key(team: str) -> Item:
    """Return the key of a team's lock."""
    return {"pk": partition(team), "sk": {"S": "lock"}}


def caller_key(caller: str) -> Item:
    """Return the key of the item that counts the PIN tries of a caller ID."""
    return to_item({"pk": f"caller#{caller}", "sk": "pin"})


def dedup_item_key(incident: Incident) -> Item:
    """Return the key of the item of a dedup key (`DedupState`).

    Tests have keys of their own, so that a test never suppresses a real incident.
    """
    key = incident.dedup_key
    if len(key) > _MAX_KEY_LENGTH or not key.isascii():
        key = sha256(key.encode()).hexdigest()
    return {"pk": partition(incident.team), "sk": {"S": f"dedup#{kind_of_page(incident)}#{key}"}}


def kind_of_page(incident: Incident) -> str:
    """Return `test` or `page`: the two are neither grouped nor deduplicated together."""
    return "test" if incident.test else "page"


def open_sort_key(incident: Incident, opened: str) -> str:
    """Return the sort key of an open incident: most severe first, then oldest first."""
    rank = SEVERITIES.index(incident.severity)
    return f"{kind_of_page(incident)}#{rank}#{opened}#{incident.id}"


def to_item(values: Mapping[str, str | int]) -> Item:
    """Return values in DynamoDB's format."""
    return {
        name: {"N": str(value)} if isinstance(value, int) else {"S": value}
        for name, value in values.items()
    }


def from_item(item: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the texts and whole numbers of an item in DynamoDB's format."""
    return {name: int(each["N"]) if "N" in each else each["S"] for name, each in item.items()}


def new_item(record: Record, expires_at: int) -> Item:
    """Return the item of a new incident."""
    incident = record.incident
    values = detail_values(incident) | {
        OPEN_SORT_KEY: open_sort_key(incident, record.opened),
        "execution": record.execution,
        "opened": record.opened,
        "claimed_until": record.claimed_until,
        "count": 1,
        "expires_at": expires_at,
    }
    return incident_key(incident.team, incident.id) | to_item(values)


#: Updates the details of an incident with `detail_values`.
SET_DETAILS = "incident = :incident, title = :title, severity = :severity"


def detail_values(incident: Incident) -> dict[str, str | int]:
    """Return the values of the attributes that describe an incident."""
    return {
        "incident": json.dumps(incident.to_state(), ensure_ascii=False),
        "title": incident.title,
        "severity": incident.severity,
    }


def archive_ack_cycle(record: Record, now: int, severity: str) -> list[dict[str, Any]]:
    """Return `previous_cycles` with the acknowledgement that ends now.

    `severity` is the raised one, "" for a reminder.
    """
    cycle = {
        "closed_at": record.closed_at,
        "closed_by": record.closed_by,
        "closed_via": record.closed_via,
        "calls": [dict(call) for call in record.calls],
        "reopened_at": timestamp(now),
        "severity": severity,
    }
    cycles = [*map(dict, record.previous_cycles), cycle]
    return cycles if len(cycles) <= MAX_ACK_CYCLES else [cycles[0], *cycles[1 - MAX_ACK_CYCLES :]]


def read_item(item: Mapping[str, Mapping[str, Any]]) -> Record:
    """Read the item of an incident; missing attributes take their defaults."""
    values = from_item(item)
    values |= {name: json.loads(values[name]) for name in _DOCUMENTS & values.keys()}
    return Record(
        incident=Incident.from_state(values["incident"]),
        open=OPEN_SORT_KEY in values,
        held=values.get(OPEN_SORT_KEY, "").startswith(HELD_PREFIX),
        texts={
            name.removeprefix(TEXT_PREFIX): values[name]
            for name in values
            if name.startswith(TEXT_PREFIX)
        },
        **{"last_seen": values["opened"]}
        | {name: values[name] for name in _PLAIN_FIELDS & values.keys()},
    )


def read_dedup_item(item: Mapping[str, Mapping[str, Any]]) -> DedupState:
    """Read the item of a dedup key; an empty one if the key is new."""
    values = from_item(item)
    incident_id, until = values.get("incident_id", ""), values.get("claimed_until", 0)
    return DedupState(incident_id, until, values.get("resolved_at", ""))


def timestamp(now: float) -> str:
    """Write Unix seconds as ISO 8601 in UTC, to the second, so that times sort as text."""
    return datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unix(written: str) -> int:
    """Return the Unix seconds of an ISO 8601 time; 0 if it is empty or not a time."""
    try:
        return int(datetime.fromisoformat(written).timestamp())
    except ValueError:
        return 0
