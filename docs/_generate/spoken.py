"""Generate what calls speak about the sample events, for a reviewer to read."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

from docs._generate.markdown import table
from local.environment import ROOT
from oncall.events.parse_event import incident_from_event
from oncall.messages.speakable import speech_seconds
from oncall.messages.voice_message import compose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oncall.incident import Incident

LANGUAGES = ("en-US", "zh-CN")
FIXTURES = ROOT / "tests/fixtures"
#: Fields of events in `spoken-events.jsonl` that all have in common.
ENVELOPE = {
    "version": "0",
    "account": "123456789012",
    "region": "eu-west-1",
    "time": "2026-11-30T03:12:45Z",
}


def sections() -> dict[str, str]:
    """Return the sections of docs/spoken.md."""
    rows = [_row(name, event) for name, event in sample_events()]
    return {"messages": table(("event", "dedup key", "seconds", "spoken"), rows)}


def sample_events() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the sample events and their names; none of them is hostile."""
    for file in sorted((FIXTURES / "events").glob("*.json")):
        if not file.stem.startswith("hostile"):
            yield file.stem, json.loads(file.read_text(encoding="utf-8"))
    for line in (FIXTURES / "spoken-events.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        yield event.pop("name"), ENVELOPE | event


def spoken(incident: Incident, language: str) -> tuple[str, float]:
    """Return the text of a call, without markup, and its estimated seconds."""
    message = compose(incident, language, "Europe/London")["message"]
    text = unescape(re.sub("<[^>]*>", "", message.replace("</s>", " ")))
    return " ".join(text.split()), speech_seconds(message)


def _row(name: str, event: dict[str, Any]) -> tuple[str, ...]:
    incident = incident_from_event(event, fallback_id=name)
    texts, seconds = zip(*(spoken(incident, language) for language in LANGUAGES), strict=True)
    return (
        f"{name} ({event['source']})",
        f"`{incident.dedup_key.replace('|', '/')}`",
        " / ".join(f"{value:.0f}" for value in seconds),
        "<br>".join(text.replace("*", r"\*") for text in texts),
    )
