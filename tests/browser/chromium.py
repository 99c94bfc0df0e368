"""The Chromium of this machine; none is ever downloaded."""

from __future__ import annotations

import shutil

#: The names under which systems have it.
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Nothing but the page: no request of the browser's own leaves the machine. No sandbox, since
#: containers mostly have none to give, and what is loaded is ours.
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
    """Say where it is; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)
