"""Groups of alerts of Alertmanager and Grafana: the pages that they become."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oncall.webhooks.alert_group import parse_group
from oncall.webhooks.webhook_page import BodyError, Webhook, WebhookPage
from tests.unit import sample_events
from tests.unit.webhooks.sample_bodies import (
    ALERTMANAGER,
    GRAFANA,
    Json,
    alert,
    alertmanager,
    grafana,
    grafana_alert,
    host,
)

FULL = {"summary": "Filesystem is full."}
LINKS = {"runbook_url": "https://runbooks.example/fs", "description": "4 % is left on /var"}


def pages(body: Json, webhook: Webhook = ALERTMANAGER) -> tuple[WebhookPage, ...]:
    """Return the pages of a body."""
    return parse_group(body, webhook).pages


def test_alertmanager_alert_becomes_an_event_with_the_fields_of_a_page() -> None:
    [page] = pages(alertmanager(alert(annotations=FULL | LINKS)))

    entry = page.entry()
    assert json.loads(entry.pop("Detail")) == {
        "title": "Filesystem is full.",
        "details": "instance db-1:9100. 4 % is left on /var. Runbook: https://runbooks.example/fs",
        "severity": "critical",
        "team": "payments",
        "dedup_key": "1badb0c76cee4041",
        "since": "2026-11-30T02:12:45.123+00:00",
        "status": "firing",
    }
    assert entry == {"Source": "callout", "DetailType": "Page", "Resources": []}


def test_each_alert_is_read_by_its_own_status() -> None:
    over = alert("2badb0c76cee4042", firing=False, labels=host("db-2:9100"))

    found = pages(alertmanager(over, alert(), status="firing"))

    assert [(page.dedup_key, page.resolved) for page in found] == [
        ("1badb0c76cee4041", False),
        ("2badb0c76cee4042", True),
    ]
    assert found[1].since == "2026-11-30T03:20:00.000+00:00"
    assert [page.title for page in found] == [
        "NodeFilesystemFull: instance db-1:9100",
        "NodeFilesystemFull: instance db-2:9100",
    ]
    assert not any("0001" in page.details or "2026" in page.details for page in found)


def test_alerts_with_one_summary_are_two_pages_that_name_their_hosts() -> None:
    second = alert("3badb0c76cee4043", annotations=FULL, labels=host("db-3:9100"))

    found = pages(alertmanager(alert(annotations=FULL), second))

    assert [page.title for page in found] == [
        "Filesystem is full: instance db-1:9100",
        "Filesystem is full: instance db-3:9100",
    ]
    assert len({page.dedup_key for page in found}) == 2


def test_grafana_alert_without_annotations_says_its_name_and_labels() -> None:
    no_data = {"alertname": "DatasourceNoData", "rulename": "room 12 temperature"}

    [page] = pages(grafana(grafana_alert("", labels=no_data)), GRAFANA)

    assert page.title == "DatasourceNoData: rulename room 12 temperature"
    assert (page.severity, page.dedup_key, page.test) == ("low", "a098028d1b41e9d3", False)


def test_alert_links_to_its_panel_or_source() -> None:
    urls = {"panelURL": "https://g.example/d/1?viewPanel=2", "dashboardURL": "https://g.example/d"}

    [page] = pages(grafana(grafana_alert("Hot", **urls)), GRAFANA)
    [other] = pages(alertmanager(alert()))

    assert page.details == "Panel: https://g.example/d/1?viewPanel=2"
    assert other.details == "Source: http://prometheus.example/graph?g0.expr=up+%3D%3D+0&g0.tab=1"


@pytest.mark.parametrize(
    ("labels", "test"),
    [
        ({"alertname": "TestAlert", "instance": "Grafana"}, True),
        ({"alertname": "TestAlert"}, True),
        ({"alertname": "TestAlert", "instance": "db-1:9100"}, False),
        ({"alertname": "Hot", "instance": "Grafana"}, False),
    ],
)
def test_grafana_test_notification_is_a_test_page(labels: Json, *, test: bool) -> None:
    given = grafana_alert("", labels=labels, annotations={"summary": "Notification test"})

    [page] = pages(grafana(given), GRAFANA)

    entry = page.entry()
    event = {
        "source": entry["Source"],
        "detail-type": "Page",
        "detail": json.loads(entry["Detail"]),
    }
    incident = sample_events.incident_from(event)
    assert (incident.kind, incident.test, incident.title) == ("page", test, "Notification test")


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("page", "critical"),
        ("CRITICAL", "critical"),
        ("error", "high"),
        ("high", "high"),
        ("warning", "medium"),
        ("info", "low"),
        ("P2", "low"),
        (None, "low"),
    ],
)
def test_severity_is_the_label_s_or_the_webhook_s(word: object, severity: str) -> None:
    [page] = pages(grafana(grafana_alert("Hot", labels={"severity": word, "x": "y"})), GRAFANA)

    assert page.severity == severity
    assert page.title == "Alert without a name: x y"


def test_the_same_alert_twice_is_one_page_and_firing_counts() -> None:
    found = parse_group(alertmanager(alert(firing=False), alert(), alert()), ALERTMANAGER)

    assert [page.resolved for page in found.pages] == [False]
    assert found.ignored == 2


def test_without_fingerprint_the_labels_identify_the_alert() -> None:
    labels = [alert()["labels"], dict(reversed(alert()["labels"].items())), host("db-2:9100")]

    found = [pages(alertmanager(alert("", labels=each)))[0].dedup_key for each in labels]

    assert found[0] == found[1] != found[2]


def test_fingerprints_that_cannot_be_sent_stay_different() -> None:
    odd = [alert(each) for each in ("a", "a\ud800", "a\u202e", "a" * 5_000, "a" * 5_001)]

    keys = {page.dedup_key for page in pages(alertmanager(*odd))}

    assert len(keys) == len(odd)
    assert all(key.isprintable() and len(key) < 1_000 for key in keys)


def test_alerts_that_are_not_valid_are_ignored_beside_valid_ones() -> None:
    found = parse_group(alertmanager(7, alert(), alert(status="pending")), ALERTMANAGER)

    assert (len(found.pages), found.ignored) == (1, 2)
    assert found.problem == "alerts[0]: must be an object"


@pytest.mark.parametrize(
    ("alerts", "problem"),
    [
        ("", "alerts: must be a list of alerts"),
        (None, "alerts: must be a list of alerts"),
        ([alert(status="pending")], "alerts[0].status: must be firing or resolved"),
        ([[]], "alerts[0]: must be an object"),
        ([{"status": "firing"}], "alerts[0].fingerprint: missing, and the alert has no labels"),
        ([alert("", labels=[1])], "alerts[0].fingerprint: missing, and the alert has no labels"),
    ],
)
def test_a_body_without_any_valid_alert_is_an_error(alerts: object, problem: str) -> None:
    with pytest.raises(BodyError) as raised:
        parse_group(alertmanager(alerts=alerts), ALERTMANAGER)

    assert str(raised.value) == problem


def test_no_alerts_are_no_pages() -> None:
    assert parse_group(alertmanager(), ALERTMANAGER).pages == ()


def test_truncated_group_says_how_many_alerts_are_missing() -> None:
    [page] = pages(alertmanager(alert(), truncatedAlerts=12))

    assert "12 more alerts of the group were not sent." in page.details


def test_long_texts_fit_ten_times_into_a_request() -> None:
    text = "\u738b" * 10_000
    labels: dict[str, Any] = {f"{n}{text}": text for n in range(9)}
    given = alert(text, labels=labels, annotations={"summary": text, "description": text})

    [page] = pages(alertmanager(given))

    assert 10 * len(page.entry()["Detail"].encode()) < 128_000
