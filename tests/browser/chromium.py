"""The installed Chromium; the tests never download one."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: The browser itself sends no requests to the network. Containers rarely support its sandbox, and
#: only our own page is loaded.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def path() -> str | None:
    """Return the path of the browser; None if none is installed."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
