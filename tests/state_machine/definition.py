"""The state machine's definition, for tests."""

from __future__ import annotations

from typing import Any

from local.asl.transitions import PATH, load_definition

__all__ = ["PATH", "load_definition", "tasks"]


def tasks(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the Task states by name."""
    return {name: state for name, state in machine["States"].items() if state["Type"] == "Task"}
