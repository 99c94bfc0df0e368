"""Prints a page as it happens, one line for each important event."""

from __future__ import annotations

import heapq
import html
import itertools
import re
import threading
from typing import TYPE_CHECKING, Any

from rich.text import Text

from local.connect.timeline import EntryType, TimelineEntry
from local.scenarios.runner import Listener
from oncall.events.trigger_metadata import unwrap
from oncall.mask_phone_number import mask

if TYPE_CHECKING:
    from rich.console import Console

#: Text and color for what happens on a phone.
PHONE_LINES = {
    EntryType.CALLED: ("calls back", "yellow"),
    EntryType.RINGING: ("rings", "yellow"),
    EntryType.CONNECTED: ("is answered", "cyan"),
    EntryType.SPOKE: ("hears: {text}", ""),
    EntryType.PRESSED: ("presses {text}", "bold magenta"),
    EntryType.HUNG_UP: ("call ended ({text})", "dim"),
    EntryType.STOPPED: ("call ended by Callout", "dim"),
}
#: States without a line of their own; their name is shown with the lines about phones.
QUIET_STATES = {
    "Duplicate?",
    "CheckHold",
    "Held?",
    "AcquireTeamLock",
    "TeamLockAcquired?",
    "NextCall?",
    "CallFinished?",
    "WaitForAnswer",
    "CheckCall",
    "AppendFailedCall",
    "FinishPage",
    "ReminderEnabled?",
    "Done",
}
#: Text for other states.
STATE_TEXTS = {
    "CollectOpenIncidents": "new incidents: the next call announces them too",
    "NotifyHeld": "notifies through SNS",
    "NotifyAcknowledged": "notifies through SNS",
    "NotifyUnanswered": "notifies through SNS",
    "NotifyFailure": "notifies through SNS",
    "SendReminder": "starts a page unless someone resolved the incident",
}
#: Characters of a spoken message that are shown.
SPOKEN_SHOWN = 400


class TimelineView(Listener):
    """Prints the timeline: scenario time, state, who, and what.

    Different threads report phones and states, so a line is held back until all earlier lines are
    known.
    """

    def __init__(self, console: Console, names: dict[str, str]) -> None:
        self._console = console
        self._names = names
        self._state = ""
        self._waiting: list[tuple[float, int, str, Text | None]] = []
        self._count = itertools.count()  # keeps the order of entries at the same time
        self._lock = threading.Lock()

    def state(self, at: float, name: str, given: dict[str, Any]) -> None:
        """See Listener."""
        text = "" if name in QUIET_STATES else describe_state(name, given)
        self._hold(at, name, Text(text) if text else None)

    def phone(self, entry: TimelineEntry) -> None:
        """See Listener."""
        if entry.type in PHONE_LINES:
            text, colour = PHONE_LINES[entry.type]
            who = self._names.get(entry.number, mask(entry.number))
            words = text.format(text=plain(entry.text))
            self._hold(entry.at, "", Text.assemble((f"{who:<10} ", "bold"), (words, colour)))

    def flush_until(self, at: float) -> None:
        """See Listener."""
        with self._lock:
            while self._waiting and self._waiting[0][0] <= at:
                self._print(*heapq.heappop(self._waiting))

    def _hold(self, at: float, state: str, text: Text | None) -> None:
        with self._lock:
            heapq.heappush(self._waiting, (at, next(self._count), state, text))

    def _print(self, at: float, _order: int, state: str, text: Text | None) -> None:
        self._state = state or self._state
        if text is None:
            return
        minutes, seconds = divmod(max(0, int(at)), 60)
        clock = (f"  {minutes}:{seconds:02}  ", "dim")
        self._console.print(Text.assemble(clock, (f"{self._state:<19}", "blue"), text))


def plain(ssml: str) -> str:
    """Return the words of an SSML text."""
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", "", ssml)).split())
    return words if len(words) <= SPOKEN_SHOWN else words[:SPOKEN_SHOWN] + "…"


def describe_state(name: str, given: dict[str, Any]) -> str:
    """Describe what a state is about to do, from its input; "" if it needs no description."""
    match name:
        case "OpenIncident":
            event: Any = unwrap(given)[0]
            return f"{event.get('detail-type', 'an event')} from {event.get('source', '?')}"
        case "WaitForTeamLock" | "WaitForHold" | "WaitForReminder":
            return _describe_wait(name, given)
        case "PlanCalls":
            return str(given["incident"]["title"])
        case "PlaceCall":
            call = given["plan"]["calls"][given["progress"]["next"]]
            total = given["plan"]["count"]
            return f"call {call['attempt']} of {total}: {call['contact']} {call['phone']}"
        case _:
            return STATE_TEXTS.get(name, "")


def _describe_wait(name: str, given: dict[str, Any]) -> str:
    if name == "WaitForTeamLock":
        wait = given["team_lock"]["wait_seconds"]
        return f"another page is calling; polls again in {wait} s"
    if name == "WaitForReminder":
        return f"sends the reminder in {given['reminder']['delay_seconds'] // 60} min"
    hold = given["hold"]
    until = f" until {hold['until']}" if hold["until"] else ""
    return f"held{until} ({hold['kind'].replace('_', ' ')})"
