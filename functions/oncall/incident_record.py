"""The items of the incident table: incidents, the line of a team, and which incident is the same.

One partition a team. An incident that is open has an `open_order`, by which the index `open`
knows it; closing it takes that away, in one write. So what is open is one strongly consistent
query, most severe and oldest first (docs/decisions/013).
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

#: Outcomes of an incident that is no longer open. ACKNOWLEDGED: somebody has it; RESOLVED: it is
#: over. The other two: SNS was told that nobody has it, or that Callout failed.
ACKNOWLEDGED = "acknowledged"
RESOLVED = "resolved"
UNANSWERED = "unanswered"
FAILED = "failed"

#: Turns that are kept of an incident that people were reminded of; a turn has a page's calls,
#: and an item may have 400 KB.
MAX_ACK_CYCLES = 10

_LONGEST_KEY = 512  # characters; DynamoDB takes 1,024 bytes of a sort key


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the table knows of an incident.

    Attributes:
        incident: what happened.
        execution: ARN of the execution that is responsible for it.
        opened: when that execution began; ISO 8601, UTC, as every time here.
        claimed_until: Unix seconds; an execution that is alive moves this on.
        open: nobody has handled it.
        outcome: one of the constants above; "" while it is open.
        handled, handled_by: when, and who; "" where nobody.
        given_up, given_up_as: when SNS was told that nobody has it, and which of the outcomes
            that was, where somebody has taken it since; "" where it did not come to that.
        resolved, resolved_by: when it was over, and who or what says so.
        count: how often it was seen; last_seen: when it was seen last.
        calls: the calls of the page that closed it (oncall/calls/progress.py), in order.
        reminded: how often people were reminded that it is not over (oncall/reminder.py).
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
        """When it was opened last: by what happened, or by a reminder."""
        return str(self.earlier[-1]["reminded"]) if self.earlier else self.opened

    def is_claimed(self, now: int) -> bool:
        """Whether it is open, and the execution that has it has been heard of lately."""
        return self.open and self.claimed_until >= now

    def handled_since(self, moment: int) -> bool:
        """Whether it was handled at that moment (Unix seconds) or later."""
        return not self.open and unix(self.handled) >= moment


def partition(team: str) -> dict[str, str]:
    """Give the partition of a team."""
    return {"S": f"team#{team}"}


def incident_key(team: str, incident_id: str) -> Item:
    """Give the key of an incident."""
    return {"pk": partition(team), "sk": {"S": f"incident#{incident_id}"}}


def lock_key(team: str) -> Item:
    """Give the key of a team's line."""
    return {"pk": partition(team), "sk": {"S": "line"}}


def dedup_item_key(incident: Incident) -> Item:
    """Give the key of what says which incident was the last with this dedup key.

    A test is never the same as what really happened, nor the other way round.
    """
    key = incident.dedup_key
    if len(key) > _LONGEST_KEY or not key.isascii():
        key = sha256(key.encode()).hexdigest()
    return {"pk": partition(incident.team), "sk": {"S": f"same#{kind_of_page(incident)}#{key}"}}


def kind_of_page(incident: Incident) -> str:
    """Give `test` or `page`: the two are neither spoken together nor taken for each other."""
    return "test" if incident.test else "page"


def order(incident: Incident, opened: str) -> str:
    """Give what open incidents are sorted by: most severe first, then oldest first."""
    rank = SEVERITIES.index(incident.severity)
    return f"{kind_of_page(incident)}#{rank}#{opened}#{incident.id}"


def new_item(record: Record, expires_at: int) -> Item:
    """Give the item of an incident that has just been opened."""
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
    """Give `earlier` of an acknowledged incident that people are reminded of now."""
    turn = {
        "handled": record.handled,
        "handled_by": record.handled_by,
        "calls": [dict(call) for call in record.calls],
        "reminded": timestamp(now),
    }
    turns = [*map(dict, record.earlier), turn]
    return turns if len(turns) <= MAX_ACK_CYCLES else [turns[0], *turns[1 - MAX_ACK_CYCLES :]]


def read_item(item: Mapping[str, Mapping[str, Any]]) -> Record:
    """Read the item of an incident; what is missing takes its default."""

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
    """Read such a time; 0 where there is none."""
    try:
        return int(datetime.fromisoformat(written).timestamp())
    except ValueError:
        return 0
