"""README's picture is of the page, and small; `make test-browser PICTURE=1` takes it anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from local.environment import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from local.phones.session import Board
    from tests.browser.page_object import Onlooker

PICTURE = ROOT / "docs" / "images" / "local-phones.png"
#: Bytes: whoever clones has it too.
MOST = 250_000
ROSTER = """\
ring_seconds: 45
contacts:
  - {name: Li Wei, phone: "+8613800138000", language: zh-CN}
  - {name: Ana, phone: "+14155550132"}
  - {name: Tom, phone: "+14155550178"}
  - {name: Mei, phone: "+8613900139000", language: zh-CN}
escalation: [Ana, Li Wei, Tom, Mei]
"""


def test_four_phones_of_which_one_is_answered_make_the_picture(
    onlooker: Onlooker, board: Board, tmp_path: Path
) -> None:
    board.roster.save(ROSTER)
    expect(onlooker.page.locator(".phone")).to_have_count(4)
    onlooker.root_signs_in()
    onlooker.press(onlooker.rings("Ana"), "Answer")
    expect(onlooker.phone("Ana").locator(".hears")).to_contain_text("The root user signed in")

    taken = PICTURE if os.environ.get("PICTURE") else tmp_path / PICTURE.name
    onlooker.page.screenshot(path=taken)

    assert taken.stat().st_size < MOST
    assert PICTURE.stat().st_size < MOST
