"""A browser and a local system for all tests, and a new page for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from local.emulator.system import LocalSystem
from local.environment import LOOPBACK, free_port
from local.phones.server import serve_in_background
from local.phones.session import PhonesSession
from tests.browser.chromium import ARGUMENTS, NAMES, path
from tests.browser.page_object import PhonesPage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

#: Eight times real speed: a phone rings for six seconds, enough for a test to answer.
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
    """Start the installed Chromium; skip the tests if there is none."""
    if path() is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def running(chromium: Browser, full_assembly: Path) -> Iterator[LocalSystem]:
    """Deploy Callout to a local emulator, if there is a browser."""
    del chromium
    with LocalSystem(time_scale=TIME_SCALE, assembly=full_assembly) as system:
        yield system
        assert system.connect.defects == []


@pytest.fixture
def session(running: LocalSystem) -> Iterator[PhonesSession]:
    """Start a session in which nothing has happened yet."""
    step_functions = running.client("stepfunctions")
    for execution in running.executions():
        if running.describe(execution)["status"] == "RUNNING":
            step_functions.stop_execution(executionArn=execution)
    running.connect.reset({})
    running.delete_incidents()
    running.save_roster(ROSTER)
    running.notifications()
    running.roster_reports()
    running.texts()
    running.chat()
    with PhonesSession(running) as session:
        yield session
        session.faults.inject_enabled()


@pytest.fixture
def url(session: PhonesSession) -> Iterator[str]:
    """Serve the page and return its address."""
    port = free_port()
    with serve_in_background(session, port):
        yield f"http://{LOOPBACK}:{port}/"


@pytest.fixture
def open_page(chromium: Browser, url: str) -> Iterator[Callable[..., PhonesPage]]:
    """Open pages with options of Playwright contexts; close them after the test."""
    contexts = []

    def open_new(**options: Any) -> PhonesPage:  # noqa: ANN401 - Playwright's options
        context = chromium.new_context(**options)
        contexts.append(context)
        return PhonesPage(context.new_page(), url)

    yield open_new
    for context in contexts:
        context.close()


@pytest.fixture
def phones_page(open_page: Callable[..., PhonesPage]) -> PhonesPage:
    """Open the page in a window of common size."""
    return open_page(viewport={"width": 1440, "height": 900})
