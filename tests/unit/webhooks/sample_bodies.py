"""Bodies as Alertmanager 0.25 to 0.34 and Grafana 9 to 13 send them."""

from __future__ import annotations

from typing import Any

from oncall.webhooks.webhook_page import Webhook

Json = dict[str, Any]

ALERTMANAGER = Webhook("prometheus", "alertmanager", "payments")
GRAFANA = Webhook("boards", "grafana", "payments", severity="low")


def alert(fingerprint: str = "1badb0c76cee4041", *, firing: bool = True, **more: Any) -> Json:  # noqa: ANN401 - any JSON
    """Return an alert with the labels of one host; `more` replaces fields."""
    labels = {"alertname": "NodeFilesystemFull", "severity": "critical", "instance": "db-1:9100"}
    return {
        "status": "firing" if firing else "resolved",
        "labels": labels,
        "annotations": {},
        "startsAt": "2026-11-30T03:12:45.123456789+01:00",
        "endsAt": "0001-01-01T00:00:00Z" if firing else "2026-11-30T03:20:00Z",
        "generatorURL": "http://prometheus.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        "fingerprint": fingerprint,
    } | more


def host(name: str) -> Json:
    """Return the labels of an alert on a host."""
    labels: Json = alert()["labels"]
    return labels | {"instance": name}


def alertmanager(*alerts: Any, **more: Any) -> Json:  # noqa: ANN401 - any JSON
    """Return a group, with fields of newer versions."""
    return {
        "version": "4",
        "groupKey": '{}:{alertname="NodeFilesystemFull"}',
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "on\\.call",
        "groupLabels": {"alertname": "NodeFilesystemFull"},
        "commonLabels": {"alertname": "NodeFilesystemFull"},
        "commonAnnotations": {},
        "routeLabels": {"team": "db"},
        "notification_reason": "new alerts added",
        "externalURL": "http://alertmanager.example:9093",
        "alerts": list(alerts),
    } | more


def grafana(*alerts: Any, **more: Any) -> Json:  # noqa: ANN401 - any JSON
    """Return a group of Grafana."""
    added = {"version": "1", "orgId": 1, "title": "[FIRING:1] ", "state": "alerting"}
    return alertmanager(*alerts, **added, message="**Firing**\n\nValue: A=1\n") | more


def grafana_alert(name: str, **more: Any) -> Json:  # noqa: ANN401 - any JSON
    """Return an alert of Grafana."""
    fields = {
        "labels": {"alertname": name, "grafana_folder": "rooms"},
        "generatorURL": "",
        "silenceURL": "",
        "dashboardURL": "",
        "panelURL": "",
        "values": None,
        "valueString": "[ metric='gas' labels={room=12, city=M\u00fcnchen} value=1.0623 ]",
    }
    return alert("a098028d1b41e9d3") | fields | more
