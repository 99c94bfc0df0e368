"""An incident: what happened, in the form the state machine carries."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime

KINDS = (
    *("root_sign_in", "root_sign_in_failed", "user_sign_in", "user_sign_in_failed"),
    *("federated_sign_in", "federated_sign_in_failed", "alarm", "alarm_ok", "alarm_no_data"),
    *("instance_state", "guardduty_finding", "health_event", "page", "test_call", "other"),
)
"""Kinds of incidents. Every language file has phrases for each of them.

No event is a `test_call`: `callout call` makes it.
"""

SEVERITIES = ("critical", "high", "medium", "low")
"""Most severe first."""

DEFAULT_TEAM = "default"

_TOKEN = re.compile("[A-Za-z0-9_-]{1,64}")
_YEARS = range(2000, 3000)  # no event is outside, and time zones would overflow


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Something in AWS that a person has to handle now.

    Attributes:
        id: the event's id, or a fallback if the event has no usable one.
        kind: one of `KINDS`.
        title: what happened, in one line of plain English.
        details: further details in plain English; may be empty.
        severity: one of `SEVERITIES`.
        team: whose roster is called: letters, digits, `_` and `-`, at most 64.
        dedup_key: events with the same key are about the same incident.
        account: AWS account, 12 digits; "" if unknown.
        region: AWS region, like `us-east-1`; "" if unknown.
        time: when it happened: ISO 8601, UTC, ends in Z; "" if unknown.
        test: whether it is a replay or a test page.
        drill: whether it is a drill, which calls nobody (oncall/calls/readiness.py).
        previously_acknowledged_by: in a reminder (oncall/reminder.py), who had acknowledged it;
            "" otherwise.
        requested_team: a team that has no roster, in whose place `team` is called; "" otherwise.
        resolved_by: in an event that resolves its incident, what resolved it; "" otherwise.
        state_time: when the state that the event reports began: ISO 8601, UTC, milliseconds; "" if
            its source gives no order. An event older than the latest state changes nothing.
        facts: cleaned values from the event, by name; the names depend on `kind`. They fill the
            phrases of the language files.
    """

    id: str
    kind: str
    title: str
    details: str = ""
    severity: str = "high"
    team: str = DEFAULT_TEAM
    dedup_key: str
    account: str = ""
    region: str = ""
    time: str = ""
    test: bool = False
    drill: bool = False
    previously_acknowledged_by: str = ""
    requested_team: str = ""
    resolved_by: str = ""
    state_time: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ordered(self) -> bool:
        """Whether its source orders its states. Tests call in any order: replays keep old times."""
        return self.state_time != "" and not self.test

    def to_state(self) -> dict[str, object]:
        """Return the incident as a JSON object with the fields as keys."""
        return asdict(self) | {"facts": dict(self.facts)}

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> "Incident":
        """Return the incident that `to_state` wrote.

        An execution can outlive a deployment, so a missing or invalid field takes its default and
        an unknown field is ignored.
        """
        texts = {"id": "", "title": ""}
        texts |= {name: value for name, value in state.items() if isinstance(value, str)}
        if texts.get("kind") not in KINDS:
            texts["kind"] = "other"
        texts["dedup_key"] = texts.get("dedup_key") or texts["id"]
        if texts.get("severity") not in SEVERITIES:
            texts.pop("severity", None)
        if not is_token(texts.get("team", "")):
            texts.pop("team", None)
        facts = state.get("facts")
        return cls(
            **{name: texts[name] for name in _TEXTS & texts.keys()},
            test=state.get("test") is True,
            drill=state.get("drill") is True,
            facts={
                name: value
                for name, value in (facts.items() if isinstance(facts, Mapping) else ())
                if isinstance(name, str) and isinstance(value, str)
            },
        )


_TEXTS = frozenset(field.name for field in fields(Incident)) - {"test", "drill", "facts"}


def instant(value: object) -> datetime | None:
    """Return an ISO 8601 time in UTC; None if it is not one.

    A time without offset is UTC, as AWS writes it.
    """
    try:
        moment = datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if moment.year not in _YEARS:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def is_token(text: str) -> bool:
    """Return whether `text` is 1 to 64 ASCII letters, digits, `_` and `-`."""
    return _TOKEN.fullmatch(text) is not None
