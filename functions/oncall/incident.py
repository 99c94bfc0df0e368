"""An incident: what happened, in the form the state machine carries."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

KINDS = (
    "root_sign_in",
    "root_sign_in_failed",
    "user_sign_in",
    "user_sign_in_failed",
    "federated_sign_in",
    "federated_sign_in_failed",
    "alarm",
    "alarm_ok",
    "alarm_no_data",
    "instance_state",
    "guardduty_finding",
    "health_event",
    "page",
    "test_call",
    "other",
)
"""What can have happened. Every language file has phrases for each of these.

No event is a `test_call`: somebody is rung by `callout call`, to try it.
"""

SEVERITIES = ("critical", "high", "medium", "low")
"""Most severe first."""

DEFAULT_TEAM = "default"

_TOKEN_PUNCTUATION = frozenset("_-")
_TOKEN_LIMIT = 64
_YEARS = range(2000, 3000)  # outside, it is no time of an event, and time zones would overflow


@dataclass(frozen=True, kw_only=True)
class Incident:
    """Something in AWS that needs a person now.

    Attributes:
        id: The event's id, or the one its reader was given for want of a usable one.
        kind: One of `KINDS`.
        title: What happened, in one line of plain English.
        details: The rest of what is known, in plain English; may be empty.
        severity: One of `SEVERITIES`.
        team: Whose roster is called: letters, digits, `_` and `-`, at most 64.
        dedup_key: Two incidents with the same key are the same incident seen twice.
        account: The AWS account, 12 digits; "" when the event does not say.
        region: The AWS region, like `us-east-1`; "" when the event does not say.
        time: When it happened: ISO 8601, UTC, ends in Z; "" when nobody knows.
        test: Whether a person replayed the event to try things out.
        drill: Whether the pager tests itself: nobody is called (oncall/calls/readiness.py).
        had_by: Who had acknowledged it, where people are reminded that it is not over
            (oncall/reminder.py); "" otherwise.
        facts: What was read out of the event, by name, cleaned; which names depends on `kind`.
            The languages' phrases are filled from these.
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
    had_by: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    def to_state(self) -> dict[str, object]:
        """Return the incident as a JSON object, its keys the names of the fields."""
        return asdict(self) | {"facts": dict(self.facts)}

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> "Incident":
        """Return the incident that `to_state` wrote.

        Forgiving, because an execution can outlive a deployment: a field that an older version
        did not write takes its default, one that a newer version added is ignored.
        """

        def text(name: str, default: str = "") -> str:
            value = state.get(name)
            return value if isinstance(value, str) else default

        facts = state.get("facts")
        kind, severity, team = text("kind"), text("severity"), text("team")
        return cls(
            id=text("id"),
            kind=kind if kind in KINDS else "other",
            title=text("title"),
            details=text("details"),
            severity=severity if severity in SEVERITIES else "high",
            team=team if is_token(team) else DEFAULT_TEAM,
            dedup_key=text("dedup_key") or text("id"),
            account=text("account"),
            region=text("region"),
            time=text("time"),
            test=state.get("test") is True,
            drill=state.get("drill") is True,
            had_by=text("had_by"),
            facts=_texts(facts) if isinstance(facts, Mapping) else {},
        )


def instant(text: str) -> datetime | None:
    """Return the moment an ISO 8601 text names, in UTC; None when it names none.

    Without an offset it is taken as UTC, which is what AWS writes.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def is_token(text: str) -> bool:
    """Say whether `text` is 1 to 64 ASCII letters, digits, `_` and `-`."""
    return 0 < len(text) <= _TOKEN_LIMIT and all(
        (character.isascii() and character.isalnum()) or character in _TOKEN_PUNCTUATION
        for character in text
    )


def _texts(facts: Mapping[object, object]) -> dict[str, str]:
    return {
        name: value
        for name, value in facts.items()
        if isinstance(name, str) and isinstance(value, str)
    }
