"""A browser, a local system that runs while all tests do, and a page of its own for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from local.emulator.system import LocalSystem
from local.environment import LOOPBACK, free_port
from local.phones.server import beside
from local.phones.session import Board
from tests.browser.chromium import ARGUMENTS, NAMES, path
from tests.browser.page_object import Onlooker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

#: Eight times faster than life: a phone rings for six seconds, and a test has time to answer.
TIME_SCALE = 1 / 8
ROSTER = """\
ring_seconds: 45
rounds: 1
contacts:
  - name: Ana
    phone: "+14155550132"
  - name: Li Wei
    phone: "+8613800138000"
    language: zh-CN
"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Give the Chromium of this machine, or skip."""
    if path() is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running(chromium: Browser, everything: Path) -> Iterator[LocalSystem]:
    """Callout, deployed to a local emulator, if there is a browser to look at it."""
    del chromium
    with LocalSystem(time_scale=TIME_SCALE, assembly=everything) as system:
        yield system
        assert system.connect.defects == []


@pytest.fixture
def board(running: LocalSystem) -> Iterator[Board]:
    """Give a board on which nothing has happened yet."""
    states = running.client("stepfunctions")
    for execution in running.executions():
        if running.describe(execution)["status"] == "RUNNING":
            states.stop_execution(executionArn=execution)
    running.connect.reset({})
    running.forget_incidents()
    running.save_roster(ROSTER)
    running.notifications()
    running.roster_reports()
    with Board(running) as made:
        yield made
        made.faults.strike_switched()


@pytest.fixture
def url(board: Board) -> Iterator[str]:
    """Give the address of the page."""
    port = free_port()
    with beside(board, port):
        yield f"http://{LOOPBACK}:{port}/"


@pytest.fixture
def opened(chromium: Browser, url: str) -> Iterator[Callable[..., Onlooker]]:
    """Open pages, with whatever a context of Playwright takes; close them at the end."""
    contexts = []

    def open_page(**given: Any) -> Onlooker:  # noqa: ANN401 - Playwright's own options
        context = chromium.new_context(**given)
        contexts.append(context)
        return Onlooker(context.new_page(), url)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def onlooker(opened: Callable[..., Onlooker]) -> Onlooker:
    """Give the page as most people see it."""
    return opened(viewport={"width": 1440, "height": 900})
