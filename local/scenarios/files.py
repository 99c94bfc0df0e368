"""Scenario files and event files, and where those of this project are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from local.environment import ROOT
from local.scenarios.file_kinds import EVENT, find_misfit

if TYPE_CHECKING:
    from pathlib import Path

SCENARIOS_DIR = ROOT / "tests" / "scenarios"
EVENTS = ROOT / "tests" / "fixtures" / "events"


class ScenarioError(ValueError):
    """A scenario cannot run; a line for each problem: file, position, and what to write."""


def read_text(path: Path, expected: str) -> str:
    """Read a file of an expected kind (file_kinds.py); raise ScenarioError if it is another."""
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise ScenarioError(f"{path}: {error.strerror}") from None
    if misfit := find_misfit(text, expected):
        raise ScenarioError(f"{path}: {misfit[2]}")
    return text.replace("\r\n", "\n")


def read_event(path: Path) -> dict[str, Any]:
    """Read an event file; raise ScenarioError if it is not one."""
    return read_object(path, EVENT, "write a JSON object, as EventBridge delivers it")


def read_object(path: Path, kind: str, fix: str) -> dict[str, Any]:
    """Read a JSON object from a file of a kind, such as "an event"; raise ScenarioError."""
    text = read_text(path, kind)
    try:
        content = json.loads(text)
    except ValueError as error:
        raise ScenarioError(f"{path}: not JSON: {error}") from None
    if not isinstance(content, dict):
        raise ScenarioError(f"{path}: not {kind}: {fix}")
    return content


def event_names() -> list[str]:
    """List the names of the events in tests/fixtures/events."""
    return sorted(path.stem for path in EVENTS.glob("*.json"))


def scenario_names() -> list[str]:
    """List the names of the scenarios in tests/scenarios."""
    return sorted(path.stem for path in SCENARIOS_DIR.glob("*.yaml"))
