"""Shows a page as it happens: a line for each thing worth knowing."""

from __future__ import annotations

import html
import re
import threading
from typing import TYPE_CHECKING, Any

from rich.text import Text

from local.connect.timeline import TimelineEntry, What
from local.telling import Listener
from oncall.phone import mask

if TYPE_CHECKING:
    from rich.console import Console

#: What is said of a phone, and in which colour.
PHONE_LINES = {
    What.RINGING: ("rings", "yellow"),
    What.CONNECTED: ("is answered", "cyan"),
    What.SPOKE: ("hears: {text}", ""),
    What.PRESSED: ("presses {text}", "bold magenta"),
    What.HUNG_UP: ("call over ({text})", "dim"),
    What.STOPPED: ("call ended by Callout", "dim"),
}
#: States in which nothing new can be said; they still name the phones' lines.
QUIET_STATES = {"Duplicate?", "NextCall?", "CallOver?", "WaitForAnswer", "CheckCall", "RecordFault"}
#: Characters of a spoken message that are shown; the rest is the same kind of thing.
SPOKEN_SHOWN = 400


class TimelineView(Listener):
    """Prints the timeline: time in the story, state, who, and what."""

    def __init__(self, console: Console, names: dict[str, str]) -> None:
        self._console = console
        self._names = names
        self._state = ""
        self._printing = threading.Lock()

    def state(self, at: float, name: str, details: dict[str, Any]) -> None:
        """See Listener."""
        with self._printing:
            self._state = name
            if name not in QUIET_STATES:
                self._line(at, "", _said_of_state(name, details), "bold" if "calls" in name else "")

    def phone(self, entry: TimelineEntry) -> None:
        """See Listener."""
        if entry.what not in PHONE_LINES:
            return
        said, colour = PHONE_LINES[entry.what]
        who = self._names.get(entry.number, mask(entry.number))
        with self._printing:
            self._line(entry.at, who, said.format(text=plain(entry.text)), colour)

    def _line(self, at: float, who: str, said: str, colour: str) -> None:
        minutes, seconds = divmod(int(at), 60)
        self._console.print(
            Text.assemble(
                (f"  {minutes}:{seconds:02}  ", "dim"),
                (f"{self._state:<18} ", "blue"),
                (f"{who:<10} " if who else "", "bold"),
                (said, colour),
            )
        )


def plain(ssml: str) -> str:
    """Give the words of an SSML text."""
    sentences_apart = re.sub(r"</(s|p)>", " ", ssml)
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", "", sentences_apart)).split())
    return words if len(words) <= SPOKEN_SHOWN else words[:SPOKEN_SHOWN] + "…"


def _said_of_state(name: str, given: dict[str, Any]) -> str:
    match name:
        case "OpenIncident":
            return f"{given.get('detail-type', 'an event')} from {given.get('source', '?')}"
        case "PlanCalls":
            return str(given["incident"]["title"])
        case "PlaceCall":
            call = given["plan"]["calls"][given["progress"]["next"]]
            total = given["plan"]["count"]
            return f"call {call['attempt']} of {total}: {call['contact']} {call['phone']}"
        case "NotifyAcknowledged" | "NotifyUnanswered" | "NotifyFailure":
            return "tells SNS"
        case _:
            return ""
