"""The screenshot in the README is small; `make test-browser PICTURE=1` renews it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from local.environment import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from local.phones.session import PhonesSession
    from tests.browser.page_object import PhonesPage

PICTURE = ROOT / "docs" / "images" / "local-phones.png"
#: Every clone contains the file.
MAX_BYTES = 250_000
ROSTER = """\
ring_seconds: 45
contacts:
  - {name: Li Wei, phone: "+8613800138000", language: zh-CN}
  - {name: Ana, phone: "+14155550132"}
  - {name: Tom, phone: "+14155550178"}
  - {name: Mei, phone: "+8613900139000", language: zh-CN}
escalation: [Ana, Li Wei, Tom, Mei]
"""


def test_screenshot_of_four_phones_and_an_answered_call(
    phones_page: PhonesPage, session: PhonesSession, tmp_path: Path
) -> None:
    session.roster.save(ROSTER)
    expect(phones_page.phones).to_have_count(4)
    phones_page.send_root_sign_in()
    phones_page.press(phones_page.wait_for_ring("Ana"), "Answer")
    expect(phones_page.phone("Ana").locator(".transcript")).to_contain_text(
        "The root user signed in"
    )

    screenshot = PICTURE if os.environ.get("PICTURE") else tmp_path / PICTURE.name
    phones_page.page.screenshot(path=screenshot, animations="disabled")

    assert screenshot.stat().st_size < MAX_BYTES
    assert PICTURE.stat().st_size < MAX_BYTES
