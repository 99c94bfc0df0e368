"""The web page of an incident on a small phone, in light and dark, without script."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from local.connect.simulated_phones import NoAnswer
from local.emulator.system import wait_until_ended
from local.scenarios.files import EVENTS, read_event
from local.scenarios.opened_link import token
from tests.browser.conftest import ROSTER

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, ViewportSize

    from local.emulator.system import LocalSystem

SMALL_PHONE: ViewportSize = {"width": 360, "height": 740}
#: CSS pixels that a finger needs.
TOUCH = 44
#: Real seconds; each phone rings for six.
LIMIT = 60


@pytest.fixture
def link(running: LocalSystem) -> str:
    """Return the address of the page of an incident that nobody acknowledged."""
    running.delete_incidents()
    running.save_roster(ROSTER)
    running.connect.reset({number: NoAnswer() for number in ("+14155550132", "+8613800138000")})
    execution = running.send(read_event(EVENTS / "root-sign-in.json"))
    assert execution
    wait_until_ended(running.client("stepfunctions"), execution, LIMIT)
    [item] = [
        item
        for item in running.client("dynamodb").scan(
            TableName=running.deployment.incident_table_name
        )["Items"]
        if item["sk"]["S"].startswith("incident#")
    ]
    incident = {"id": item["sk"]["S"].partition("#")[2]}
    path = token("default", incident, time.time())
    return f"{running.deployment.http_endpoint}/incidents/{path}"


def test_a_person_chooses_a_name_and_acknowledges(
    chromium: Browser, link: str, tmp_path: Path
) -> None:
    for scheme in ("light", "dark"):
        context = chromium.new_context(
            viewport=SMALL_PHONE,
            color_scheme=scheme,
            java_script_enabled=False,
        )
        page = context.new_page()
        page.goto(link)
        page.screenshot(path=tmp_path / f"{scheme}.png", full_page=True)
        context.close()
    context = chromium.new_context(viewport=SMALL_PHONE)
    page, errors = context.new_page(), []
    page.on("console", lambda message: errors.append(message.text))
    page.goto(link)

    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE["width"]
    for control in (*page.get_by_role("button").all(), page.get_by_label("Your name")):
        box = control.bounding_box()
        assert box
        assert box["height"] >= TOUCH
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_role("heading")).to_contain_text("Nobody acknowledged")  # no name yet
    page.get_by_label("Your name").select_option("Ana")
    page.get_by_role("button", name="Acknowledge").click()

    expect(page.get_by_role("heading")).to_contain_text("Acknowledged by Ana by link")
    expect(page.get_by_role("button")).to_have_text(["Resolve"])
    page.screenshot(path=tmp_path / "acknowledged.png", full_page=True)
    assert [error for error in errors if "favicon" not in error] == []
    context.close()
