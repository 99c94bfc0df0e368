"""A webhook's settings, and what its bodies become: `Page` events, or an error naming a field."""

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
    """The body cannot be used. The message has the field and the problem, nothing of the body."""

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
    """One page, or the end of one. Severity and dedup key may be ""; a test pages as a replay."""

    title: str
    details: str
    severity: str
    team: str
    dedup_key: str
    resolved: bool
    test: bool = False

    def entry(self) -> dict[str, Any]:
        """Return the PutEvents entry."""
        names = ("title", "details", "severity", "team", "dedup_key")
        detail = {name: getattr(self, name) for name in names if getattr(self, name)}
        detail["status"] = RESOLVED if self.resolved else "firing"
        return put_events_entry(detail, source=REPLAY_SOURCE if self.test else SOURCE)


@dataclass(frozen=True)
class WebhookPages:
    """What a body becomes: at most one page for each dedup key.

    `ignored` counts the other alerts; `problem` is the first reason why one is not valid, or "".
    """

    pages: tuple[WebhookPage, ...]
    ignored: int = 0
    problem: str = ""


def read_webhooks(settings: str) -> dict[str, Webhook]:
    """Return the webhooks by name, from a JSON list of objects with the fields of `Webhook`."""
    given = [{key: item for key, item in each.items() if item} for each in json.loads(settings)]
    return {each["name"]: Webhook(**each) for each in given}


def severity_of(value: object, webhook: Webhook) -> str:
    """Return the severity that a word of the body means, else the webhook's, which may be ""."""
    return _SEVERITY_BY_WORD.get(text(value).lower(), webhook.severity)


def bounded_key(key: str) -> str:
    """Return a dedup key as it is; one that is long, or not printable, with a digest instead."""
    return key if len(key) <= _KEY_LIMIT and key.isprintable() else dedup_key(key)
