"""Somebody who sits before the page: what they see, hear and press."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page

#: Milliseconds in which something must have shown: a busy machine takes its time.
PATIENCE = 20_000
MOST_TABS = 80
#: Keeps what is spoken and sounded, since a test has no ears.
_LISTEN = """
window.spoken = [];
window.tones = [];
window.OscillatorNode = class extends OscillatorNode {
  constructor(context, given) { super(context, given); window.tones.push(given.frequency); }
};
speechSynthesis.speak = (said) => window.spoken.push([said.text, said.lang]);
"""

expect.set_options(timeout=PATIENCE)


class Onlooker:
    """A page that has been opened.

    Attributes:
        page: Playwright's.
        asked: the URLs of all requests.
        complaints: errors and warnings of the console, and of scripts.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.add_init_script(_LISTEN)
        page.goto(url)
        expect(self.phones.first).to_be_visible()

    @property
    def phones(self) -> Locator:
        """All phones."""
        return self.page.locator(".phone")

    @property
    def log(self) -> Locator:
        """What happened."""
        return self.page.locator("#log")

    @property
    def spoken(self) -> list[list[str]]:
        """Text and language of what the browser was told to speak."""
        found: list[list[str]] = self.page.evaluate("window.spoken")
        return found

    @property
    def tones(self) -> set[int]:
        """The frequencies that have sounded, in hertz."""
        return set(self.page.evaluate("window.tones"))

    def phone(self, name: str) -> Locator:
        """One phone."""
        return self.phones.filter(has=self.page.get_by_role("heading", name=name, exact=True))

    def rings(self, name: str) -> Locator:
        """Wait until it rings."""
        phone = self.phone(name)
        expect(phone).to_contain_text("Rings")
        return phone

    def press(self, phone: Locator, button: str) -> None:
        """Press a button of a phone."""
        phone.get_by_role("button", name=button, exact=True).click()

    def sends(self, event: object) -> None:
        """Send an event of one's own."""
        if not self.page.locator("#own-event").is_visible():
            self.page.get_by_text("Your own event").click()
        self.page.locator("#own-event").fill(json.dumps(event))
        self.page.locator("#own button").click()

    def root_signs_in(self) -> None:
        """Send the first sample."""
        self.page.get_by_role("button", name="Root user signed in").click()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def tab_to(self, name: str) -> None:
        """Press Tab until what has the focus has this name."""
        wanted = self.page.get_by_role("button", name=name)
        for _ in range(MOST_TABS):
            if wanted.evaluate_all("found => found.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {name!r}")
