"""The state machine's definition, read for tests."""

from __future__ import annotations

from typing import Any

from local.asl.transitions import PATH, load

__all__ = ["PATH", "load", "tasks"]


def tasks(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give the Task states by name."""
    return {name: one for name, one in machine["States"].items() if one["Type"] == "Task"}
