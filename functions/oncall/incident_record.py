"""The items of the incident table: incidents, team locks, and the latest of each dedup key.

One partition per team. An open incident has an `open_order`, which puts it into the index `open`;
closing it removes that in the same write. So one strongly consistent query lists what is open,
most severe and oldest first (docs/decisions/013).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from oncall.incident import SEVERITIES, Incident

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    #: As DynamoDB has it: `{"pk": {"S": "team#default"}}`.
    Item = dict[str, dict[str, Any]]

#: Name of the index, and of the attribute it is sorted by.
OPEN_INDEX = "open"
OPEN_ORDER = "open_order"

#: Outcomes of a closed incident. UNANSWERED and FAILED: SNS was notified that nobody acknowledged
#: it, or that Callout failed.
ACKNOWLEDGED = "acknowledged"
RESOLVED = "resolved"
UNANSWERED = "unanswered"
FAILED = "failed"

#: Earlier acknowledgements that are kept of an incident with reminders; each has a page's calls,
#: and an item is limited to 400 KB.
MAX_ACK_CYCLES = 10

_LONGEST_KEY = 512  # characters; DynamoDB takes 1,024 bytes of a sort key


@dataclass(frozen=True, kw_only=True)
class Record:
    """An incident as the table has it.

    Attributes:
        incident: what happened.
        execution: ARN of the execution that is responsible for it.
        opened: when that execution began; ISO 8601, UTC, as every time here.
        claimed_until: Unix seconds; an execution that is alive moves this on.
        open: it is not closed.
        outcome: one of the constants above; "" while it is open.
        handled, handled_by: when and by whom it was closed; "" while it is open.
        given_up, given_up_as: when SNS was notified that nobody acknowledged it, and the outcome
            then, if it was acknowledged later; "" otherwise.
        resolved, resolved_by: when it was resolved, and by whom or what.
        count: how often it was seen; last_seen: when it was seen last.
        calls: the calls of the page that closed it (oncall/calls/progress.py), in order.
        reminded: how many reminders were sent (oncall/reminder.py).
        earlier: what there was before each reminder, oldest first: `handled`, `handled_by`,
            `calls`, and when it was `reminded` of. Of many, the first and the latest.
    """

    incident: Incident
    execution: str
    opened: str
    claimed_until: int
    open: bool = True
    outcome: str = ""
    handled: str = ""
    handled_by: str = ""
    given_up: str = ""
    given_up_as: str = ""
    resolved: str = ""
    resolved_by: str = ""
    count: int = 1
    last_seen: str = ""
    calls: Sequence[Mapping[str, Any]] = ()
    reminded: int = 0
    earlier: Sequence[Mapping[str, Any]] = ()

    @property
    def open_since(self) -> str:
        """When it was opened last: by its event, or by a reminder."""
        return str(self.earlier[-1]["reminded"]) if self.earlier else self.opened

    def is_claimed(self, now: int) -> bool:
        """Whether it is open, and its execution has renewed the claim recently."""
        return self.open and self.claimed_until >= now

    def handled_since(self, moment: int) -> bool:
        """Whether it was closed at that moment (Unix seconds) or later."""
        return not self.open and unix(self.handled) >= moment


def partition(team: str) -> dict[str, str]:
    """Return the partition of a team."""
    return {"S": f"team#{team}"}


def incident_key(team: str, incident_id: str) -> Item:
    """Return the key of an incident."""
    return {"pk": partition(team), "sk": {"S": f"incident#{incident_id}"}}


def lock_key(team: str) -> Item:
    """Return the key of a team's lock."""
    return {"pk": partition(team), "sk": {"S": "line"}}


def dedup_item_key(incident: Incident) -> Item:
    """Return the key of the item that names the latest incident with this dedup key.

    A test never has the dedup key of a real incident, nor the other way round.
    """
    key = incident.dedup_key
    if len(key) > _LONGEST_KEY or not key.isascii():
        key = sha256(key.encode()).hexdigest()
    return {"pk": partition(incident.team), "sk": {"S": f"same#{kind_of_page(incident)}#{key}"}}


def kind_of_page(incident: Incident) -> str:
    """Return `test` or `page`: the two are neither grouped nor deduplicated together."""
    return "test" if incident.test else "page"


def order(incident: Incident, opened: str) -> str:
    """Return the sort key of an open incident: most severe first, then oldest first."""
    rank = SEVERITIES.index(incident.severity)
    return f"{kind_of_page(incident)}#{rank}#{opened}#{incident.id}"


def new_item(record: Record, expires_at: int) -> Item:
    """Return the item of a new incident."""
    incident = record.incident
    return incident_key(incident.team, incident.id) | {
        OPEN_ORDER: {"S": order(incident, record.opened)},
        "incident": {"S": json.dumps(incident.to_state(), ensure_ascii=False)},
        "title": {"S": incident.title},
        "severity": {"S": incident.severity},
        "execution": {"S": record.execution},
        "opened": {"S": record.opened},
        "claimed_until": {"N": str(record.claimed_until)},
        "count": {"N": "1"},
        "expires_at": {"N": str(expires_at)},
    }


def archive_ack_cycle(record: Record, now: int) -> list[dict[str, Any]]:
    """Return `earlier` of an acknowledged incident whose reminder is sent now."""
    turn = {
        "handled": record.handled,
        "handled_by": record.handled_by,
        "calls": [dict(call) for call in record.calls],
        "reminded": timestamp(now),
    }
    turns = [*map(dict, record.earlier), turn]
    return turns if len(turns) <= MAX_ACK_CYCLES else [turns[0], *turns[1 - MAX_ACK_CYCLES :]]


def read_item(item: Mapping[str, Mapping[str, Any]]) -> Record:
    """Read the item of an incident; missing attributes take their defaults."""

    def text(name: str) -> str:
        return str(item.get(name, {}).get("S", ""))

    return Record(
        incident=Incident.from_state(json.loads(text("incident") or "{}")),
        execution=text("execution"),
        opened=text("opened"),
        claimed_until=int(item.get("claimed_until", {}).get("N", 0)),
        open=OPEN_ORDER in item,
        outcome=text("outcome"),
        handled=text("handled"),
        handled_by=text("handled_by"),
        given_up=text("given_up"),
        given_up_as=text("given_up_as"),
        resolved=text("resolved"),
        resolved_by=text("resolved_by"),
        count=int(item.get("count", {}).get("N", 1)),
        last_seen=text("last_seen") or text("opened"),
        calls=tuple(json.loads(text("calls") or "[]")),
        reminded=int(item.get("reminded", {}).get("N", 0)),
        earlier=tuple(json.loads(text("earlier") or "[]")),
    )


def timestamp(now: float) -> str:
    """Write Unix seconds as ISO 8601 in UTC, to the second, so that times sort as text."""
    return datetime.fromtimestamp(int(now), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unix(written: str) -> int:
    """Read such a time; 0 if it is empty or not a time."""
    try:
        return int(datetime.fromisoformat(written).timestamp())
    except ValueError:
        return 0
