"""Bodies of generic webhooks: Callout's own fields, or those at configured paths."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oncall.webhooks.generic_body import parse_generic
from oncall.webhooks.webhook_page import BodyError, Webhook

OWN = Webhook("own", "generic", "payments", severity="low")
PATHS = {
    "title": "check.name",
    "details": "check.output",
    "severity": "tags.1",
    "dedup_key": "id",
    "status": "state",
}
MAPPED = Webhook("mapped", "generic", "payments", fields=PATHS)


def detail(body: dict[str, Any], webhook: Webhook = OWN) -> dict[str, Any]:
    """Return the detail of the body's one page."""
    [page] = parse_generic(body, webhook).pages
    found: dict[str, Any] = json.loads(page.entry()["Detail"])
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"title": "Disk full"}, {"title": "Disk full"}),
        (
            {"title": "Disk full", "severity": "Error", "team": "db", "dedup_key": "a\u00e4 7"},
            {"title": "Disk full", "severity": "high", "team": "db", "dedup_key": "a\u00e4 7"},
        ),
        ({"title": "Disk full", "team": "not valid"}, {"title": "Disk full"}),
        ({"details": {"b": [1]}}, {"title": '{"b":[1]}', "details": '{"b":[1]}'}),
        ({"dedup_key": {"b": 1}}, {"title": '{"b":1}', "dedup_key": '{"b":1}'}),
        ({"title": "Over", "status": "OK"}, {"title": "Over", "status": "resolved"}),
        ({"title": "Disk full", "status": "acute", "drill": True}, {"title": "Disk full"}),
    ],
)
def test_own_fields(body: dict[str, Any], expected: dict[str, Any]) -> None:
    defaults = {"severity": "low", "team": "payments", "status": "firing"}

    assert detail(body) == defaults | expected


def test_configured_paths_lead_into_objects_and_lists() -> None:
    body = {
        "check": {"name": "Ping", "output": "no answer\nfrom db-1"},
        "tags": ["db", "critical"],
        "id": 7,
        "state": "down",
        "title": "not at its path",
        "team": "other",
    }

    assert detail(body, MAPPED) == {
        "title": "Ping",
        "details": "no answer from db-1",
        "severity": "critical",
        "team": "payments",
        "dedup_key": "7",
        "status": "firing",
    }
    assert detail({"id": 7, "state": "recovered"}, MAPPED)["status"] == "resolved"


@pytest.mark.parametrize(
    ("body", "webhook", "field"),
    [
        ({}, OWN, "title"),
        ({"title": " ", "details": [], "severity": "critical"}, OWN, "title"),
        ({"title": "Disk full", "check": []}, MAPPED, "check.name"),
        ({"details": "over", "status": "resolved"}, OWN, "dedup_key"),
        ({"state": "resolved"}, MAPPED, "id"),
    ],
)
def test_a_body_that_says_nothing_is_an_error(
    body: dict[str, Any], webhook: Webhook, field: str
) -> None:
    with pytest.raises(BodyError, match=rf"^{field}: missing"):
        parse_generic(body, webhook)
