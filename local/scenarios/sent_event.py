"""The events of a scenario as EventBridge delivers them, and what each is to those before it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.environment import ACCOUNT, REGION
from oncall import reminder
from oncall.events.callout_page import SOURCE
from oncall.events.parse_event import incident_from_event
from oncall.events.replay_entry import replay_entry
from oncall.events.trigger_metadata import dedup_fields, mark_elsewhere, unwrap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from oncall.incident import Incident

Event = dict[str, Any]


@dataclass(frozen=True)
class SentEvent:
    """An event that was put on the bus.

    Attributes:
        at: scenario seconds.
        event: as EventBridge delivers it.
        rules: the triggers whose rules match it, such as RootSignIn.
    """

    at: float
    event: Event
    rules: tuple[str, ...]

    @property
    def title(self) -> str:
        """What it is about, in one line."""
        return _incident(self.event).title


def describe_input(given: object, earlier: Sequence[object]) -> tuple[str, str]:
    """Return what an input is to those of earlier executions (`repeat` …), and its title."""
    event, before = unwrap(given)[0], [unwrap(each)[0] for each in earlier]
    incident = _incident(given)
    if given in earlier:
        label = "same event, delivered again"
    elif event in before:
        label = "same event, another rule"
    elif reminder.read(event):
        label = "reminder"
    elif incident.resolved_by:
        label = "alarm OK" if incident.kind == "alarm_ok" else "resolution"
    elif incident.dedup_key in (_incident(each).dedup_key for each in earlier):
        label = "repeat"
    else:
        label = "other event"
    return label, incident.title


def elsewhere(given: object, execution: str) -> str:
    """Return the account and region of an event that are not those of an execution's ARN."""
    facts = mark_elsewhere(_incident(given), execution).facts
    names = {"other_account": "account", "other_region": "region"}
    return "".join(f", {name} {facts[key]}" for key, name in names.items() if key in facts)


def _incident(given: object) -> Incident:
    event, trigger = unwrap(given)
    return incident_from_event(event, fallback_id="-", dedup_fields=dedup_fields(trigger))


def as_delivered(
    event: Mapping[str, Any], event_id: str, at: str, *, replay: bool = False
) -> Event:
    """Return an event of a scenario as EventBridge delivers it.

    Source, account, region and time are the event's own, if it has them; `at` is ISO 8601. Its ID
    is new, as that of every event: an event with a known ID would be a second delivery. With
    `replay`, an event of AWS becomes a replay.

    Raises:
        EventError: it is not an event.
    """
    entry = replay_entry(event)
    own = {name: event[name] for name in ("account", "region") if isinstance(event.get(name), str)}
    source = entry["Source"] if replay and event["source"] != SOURCE else event["source"]
    return {
        "version": "0",
        "id": event_id,
        "detail-type": entry["DetailType"],
        "source": source,
        "account": ACCOUNT,
        "time": entry.get("Time", at),
        "region": REGION,
        "resources": entry["Resources"],
        "detail": json.loads(entry["Detail"]),
    } | own
