"""The web page as tests use it: what a user sees, hears and presses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Locator, Page

#: Milliseconds; long enough for a busy machine.
TIMEOUT = 20_000
MAX_TABS = 80
#: Records speech and tones, since tests cannot hear them.
_RECORD_AUDIO = """
window.spoken = [];
window.tones = [];
window.OscillatorNode = class extends OscillatorNode {
  constructor(context, options) { super(context, options); window.tones.push(options.frequency); }
};
speechSynthesis.speak = ({ text, lang }) => window.spoken.push([text, lang]);
"""

expect.set_options(timeout=TIMEOUT)


class PhonesPage:
    """An open page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.phones = page.locator(".phone")
        self.log = page.locator("#log")
        self.notifications = page.locator("#notification-list")
        self.feedback = page.locator("#feedback")
        self.requested_urls: list[str] = []
        self.errors: list[str] = []  # of the console, with its warnings, and uncaught ones
        page.set_default_timeout(TIMEOUT)
        page.on("request", lambda request: self.requested_urls.append(request.url))
        page.on("console", self._record_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.add_init_script(_RECORD_AUDIO)
        page.goto(url)
        expect(self.phones.first).to_be_visible()

    @property
    def spoken(self) -> list[list[str]]:
        """Text and language of everything that was spoken."""
        spoken: list[list[str]] = self.page.evaluate("window.spoken")
        return spoken

    @property
    def tones(self) -> set[int]:
        """The frequencies that were played, in hertz."""
        return set(self.page.evaluate("window.tones"))

    def phone(self, name: str) -> Locator:
        """Return a phone."""
        return self.phones.filter(has=self.page.get_by_role("heading", name=name, exact=True))

    def wait_for_ring(self, name: str) -> Locator:
        """Wait until a phone rings, and return it."""
        phone = self.phone(name)
        expect(phone).to_contain_text("Ringing")
        return phone

    def press(self, phone: Locator, button: str) -> None:
        """Press a button of a phone."""
        phone.get_by_role("button", name=button, exact=True).click()

    def send_event(self, event: object) -> None:
        """Send a custom event."""
        self.submit_custom_event(json.dumps(event))

    def submit_custom_event(self, text: str) -> None:
        """Submit the form for custom events."""
        if not self.page.locator("#custom-event").is_visible():
            self.page.get_by_text("Custom event").click()
        self.page.locator("#custom-event").fill(text)
        self.page.locator("#custom-form button").click()

    def send_root_sign_in(self) -> None:
        """Send the first sample event."""
        self.page.get_by_role("button", name="Root user signed in").click()

    def save_roster(self, text: str) -> None:
        """Save a roster with the editor."""
        self.page.locator("#roster-text").fill(text)
        self.page.get_by_role("button", name="Save to SSM").click()

    def tab_to(self, name: str) -> None:
        """Press Tab until the button with this name has the focus."""
        button = self.page.get_by_role("button", name=name)
        for _ in range(MAX_TABS):
            if button.evaluate_all("buttons => buttons.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not reach {name!r}")

    def _record_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)
