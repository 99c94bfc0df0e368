"""Scenario files and event files, and where those of this project are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.environment import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SCENARIOS_DIR = ROOT / "tests" / "scenarios"
EVENTS = ROOT / "tests" / "fixtures" / "events"


class ScenarioError(ValueError):
    """A scenario cannot run; a line for each problem: file, position, and what to write."""


def read_text(path: Path) -> str:
    """Read a file; raise ScenarioError if it is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ScenarioError(f"{path}: not UTF-8 text: save it as UTF-8") from None


def read_event(path: Path) -> dict[str, Any]:
    """Read an event file; raise ScenarioError if it is not one."""
    text = read_text(path)
    try:
        event = json.loads(text)
    except ValueError as error:
        raise ScenarioError(f"{path}: not JSON: {error}") from None
    if not isinstance(event, dict):
        raise ScenarioError(
            f"{path}: not an event: write a JSON object, as EventBridge delivers it"
        )
    return event


def event_names() -> list[str]:
    """List the names of the events in tests/fixtures/events."""
    return sorted(path.stem for path in EVENTS.glob("*.json"))


def scenario_names() -> list[str]:
    """List the names of the scenarios in tests/scenarios."""
    return sorted(path.stem for path in SCENARIOS_DIR.glob("*.yaml"))
