"""The bodies of Alertmanager (version 4) and Grafana: a group of alerts, each with its own status.

Formats: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/
integrations/webhook-notifier/. Both add fields over time, and Grafana sends the version "1":
unknown fields, the version, and the group's own status are not read. `endsAt` is in the year 1, or
in the future, while an alert fires.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from oncall.events.callout_page import RESOLVED
from oncall.events.envelope import identifier, numeric, text, utc_milliseconds
from oncall.text import NAME_LIMIT, PROSE_LIMIT, clean
from oncall.webhooks.webhook_page import (
    BodyError,
    Webhook,
    WebhookPage,
    WebhookPages,
    bounded_key,
    severity_of,
)

#: Labels that locate the alert, most specific first; the others follow by name.
_FIRST_LABELS = ("rulename", "instance", "host", "node", "namespace", "pod", "service", "job")
_NOT_WHERE = ("alertname", "severity")
_MAX_LABELS = 4
_DESCRIPTION_LIMIT = 600  # leaves room for the link
_LINK_LIMIT = 300


@dataclass(frozen=True)
class _Alert:
    key: str
    resolved: bool
    labels: Mapping[str, str]
    summary: str
    description: str
    link: str
    since: str


def parse_group(body: Mapping[str, object], webhook: Webhook) -> WebhookPages:
    """Return a page for each alert, by its own status. Invalid alerts are ignored.

    If the body has the same alert twice, a firing one takes precedence: an extra call is better
    than a missing one.

    Raises:
        BodyError: there is no list of alerts, or none in it is valid.
    """
    given = body.get("alerts")
    if not isinstance(given, list):
        raise BodyError("alerts: must be a list of alerts")
    alerts: list[_Alert] = []
    problems: list[BodyError] = []
    for index, value in enumerate(given):
        try:
            alerts.append(_read_alert(value, f"alerts[{index}]"))
        except BodyError as error:
            problems.append(error)
    if problems and not alerts:
        raise problems[0]
    summaries = Counter(alert.summary for alert in alerts)
    labels = [set(alert.labels.items()) for alert in alerts]
    shared = set.intersection(*labels) if len(labels) > 1 else set()
    left_out = numeric(body.get("truncatedAlerts")) or 0
    more = f"{left_out:.0f} more alerts of the group were not sent" if left_out > 0 else ""
    pages: dict[str, WebhookPage] = {}
    for alert in sorted(alerts, key=lambda each: each.resolved):
        page = _page(alert, webhook, shared, more, unique=summaries[alert.summary] == 1)
        pages.setdefault(alert.key, page)
    problem = str(problems[0]) if problems else ""
    return WebhookPages(tuple(pages.values()), len(given) - len(pages), problem)


def _read_alert(value: object, where: str) -> _Alert:
    if not isinstance(value, Mapping):
        raise BodyError(f"{where}: must be an object")
    if value.get("status") not in ("firing", RESOLVED):
        raise BodyError(f"{where}.status: must be firing or resolved")
    fingerprint, labels = value.get("fingerprint"), value.get("labels")
    # The fingerprint is a digest of the labels; without it, use the labels.
    names = fingerprint if isinstance(fingerprint, str) and clean(fingerprint) else labels
    key = identifier(names) if isinstance(names, str | Mapping) else ""
    if not key:
        raise BodyError(f"{where}.fingerprint: missing, and the alert has no labels")
    annotations = _texts(value.get("annotations"), _DESCRIPTION_LIMIT)
    links = {
        "Runbook": annotations.get("runbook_url"),
        "Panel": value.get("panelURL"),
        "Dashboard": value.get("dashboardURL"),
        "Source": value.get("generatorURL"),
    }
    found = [f"{name}: {url}" for name, url in links.items() if _is_link(url)]
    resolved = value["status"] == RESOLVED
    return _Alert(
        bounded_key(key),
        resolved,
        _texts(labels, NAME_LIMIT),
        annotations.get("summary", ""),
        annotations.get("description") or annotations.get("message", ""),
        found[0] if found else "",  # only one, because a call announces each as "a link"
        utc_milliseconds(value.get("endsAt" if resolved else "startsAt")),
    )


def _page(
    alert: _Alert, webhook: Webhook, shared: Collection[tuple[str, str]], more: str, *, unique: bool
) -> WebhookPage:
    """Return an alert's page. `shared` are the labels of all alerts; `unique` is its summary."""
    where = _where(alert.labels, shared)
    name = alert.labels.get("alertname", "Alert without a name")
    title = alert.summary or name
    if where and not (alert.summary and unique):
        title, where = f"{title.rstrip('.')}: {where}", ""
    sentences = [f"{part.rstrip('.')}." for part in (where, alert.description, more) if part]
    return WebhookPage(
        title=clean(title),
        details=clean(" ".join([*sentences, alert.link]), PROSE_LIMIT),
        severity=severity_of(alert.labels.get("severity"), webhook),
        team=webhook.team,
        dedup_key=alert.key,
        resolved=alert.resolved,
        since=alert.since,
        # Only its labels distinguish Grafana's test alert from others.
        test=name == "TestAlert" and alert.labels.get("instance", "Grafana") == "Grafana",
    )


def _where(labels: Mapping[str, str], shared: Collection[tuple[str, str]]) -> str:
    """Return the labels that distinguish the alert within its group; if none do, all labels."""
    own = [name for name in sorted(labels) if (name, labels[name]) not in shared]
    own = [name for name in own or sorted(labels) if name not in _NOT_WHERE]
    own.sort(key=lambda name: (*_FIRST_LABELS, name).index(name))
    return clean(", ".join(f"{name} {labels[name]}" for name in own[:_MAX_LABELS]))


def _texts(value: object, limit: int) -> dict[str, str]:
    """Return the texts and numbers of an object by name, without private and empty ones."""
    pairs = value.items() if isinstance(value, Mapping) else ()
    cleaned = {clean(name): text(item, limit) for name, item in pairs if name[:2] != "__"}
    return {name: item for name, item in cleaned.items() if name and item}


def _is_link(value: object) -> bool:
    is_url = isinstance(value, str) and value.startswith(("http://", "https://"))
    return is_url and len(str(value)) <= _LINK_LIMIT
