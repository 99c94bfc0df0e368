"""A webhook's settings, the `Page` events from its request bodies, and errors in bodies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oncall.events.callout_page import RESOLVED, SOURCE, put_events_entry
from oncall.events.envelope import REPLAY_SOURCE, dedup_key, text
from oncall.incident import SEVERITIES

#: Characters of a dedup key that is kept as it is. Ten entries of PutEvents must stay below 256 KB.
_KEY_LIMIT = 1000
#: Words of Prometheus, Grafana, syslog and others for each severity.
_WORDS = {
    "critical": "critical crit page emergency emerg fatal disaster",
    "high": "high error err major",
    "medium": "medium warning warn minor moderate",
    "low": "low info information informational notice none debug",
}
_SEVERITY_BY_WORD = {word: name for name in SEVERITIES for word in _WORDS[name].split()}


class BodyError(ValueError):
    """The body is invalid. The message names the field and the problem, and quotes nothing."""

    status = 400


@dataclass(frozen=True)
class Webhook:
    """The settings of a webhook.

    `fields` maps fields of a `Page` to dotted paths in the body, for the format `generic`.
    """

    name: str
    format: str
    team: str
    severity: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class WebhookPage:
    """A page or a resolve. Severity, dedup key and since may be ""; a test pages as a replay."""

    title: str
    details: str
    severity: str
    team: str
    dedup_key: str
    resolved: bool
    since: str = ""
    test: bool = False

    def entry(self) -> dict[str, Any]:
        """Return the PutEvents entry."""
        names = ("title", "details", "severity", "team", "dedup_key", "since")
        detail = {name: getattr(self, name) for name in names if getattr(self, name)}
        detail["status"] = RESOLVED if self.resolved else "firing"
        return put_events_entry(detail, source=REPLAY_SOURCE if self.test else SOURCE)


@dataclass(frozen=True)
class WebhookPages:
    """The pages of a body, at most one for each dedup key.

    `ignored` counts the other alerts; `problem` describes the first invalid one, or is "".
    """

    pages: tuple[WebhookPage, ...]
    ignored: int = 0
    problem: str = ""


def read_webhooks(settings: str) -> dict[str, Webhook]:
    """Return the webhooks by name, from a JSON list of objects with the fields of `Webhook`."""
    given = [{key: item for key, item in each.items() if item} for each in json.loads(settings)]
    return {each["name"]: Webhook(**each) for each in given}


def severity_of(value: object, webhook: Webhook) -> str:
    """Return the severity for a word of the body, or the webhook's own, which may be ""."""
    return _SEVERITY_BY_WORD.get(text(value).lower(), webhook.severity)


def bounded_key(key: str) -> str:
    """Return a dedup key, or a digest of it if it is long or not printable."""
    return key if len(key) <= _KEY_LIMIT and key.isprintable() else dedup_key(key)
