"""Reminders on the local system: the setting changed for one story, and what they begin."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.emulator.system import LocalSystem

#: The variable that tells a function the setting.
VARIABLE = "ACK_TIMEOUT_MINUTES"
#: Real seconds in which an event has become an execution, and between looks.
LIMIT, POLL_INTERVAL = 10, 0.05


@contextmanager
def reminding(system: LocalSystem, minutes: int) -> Iterator[None]:
    """Have the deployed functions remind after so many minutes meanwhile; 0 changes nothing."""
    if not minutes:
        yield
        return
    remind_after(system, minutes)
    try:
        yield
    finally:
        remind_after(system, 0)


def remind_after(system: LocalSystem, minutes: int) -> None:
    """Set after how many minutes is reminded from now on."""
    functions = system.client("lambda")
    for one in functions.list_functions()["Functions"]:
        variables = one.get("Environment", {}).get("Variables", {})
        if VARIABLE in variables:
            functions.update_function_configuration(
                FunctionName=one["FunctionName"],
                Environment={"Variables": variables | {VARIABLE: str(minutes)}},
            )


def begun(system: LocalSystem, ended: Sequence[str], before: set[str]) -> list[str]:
    """Give the executions that reminders began, in order; some have perhaps just begun.

    Args:
        system: where.
        ended: the executions that may have reminded.
        before: those that were there before, or that something else has begun.

    Raises:
        LocalError: the event of a reminder begins nothing.
    """
    due = sum(_reminded(system.history(one)) for one in ended)
    deadline = time.monotonic() + LIMIT
    while True:
        new = [one for one in system.executions() if one not in before]
        if len(new) >= due:
            return new[::-1]  # the latest is listed first
        if time.monotonic() > deadline:
            raise LocalError(f"{due - len(new)} reminders have begun no page within {LIMIT} s")
        time.sleep(POLL_INTERVAL)


def _reminded(history: Sequence[dict[str, Any]]) -> bool:
    """Say whether an execution has put the event of a reminder on the bus."""
    answers = (one["taskSucceededEventDetails"] for one in history if _succeeded(one))
    payloads = (json.loads(one.get("output") or "{}").get("Payload") for one in answers)
    return any(isinstance(one, dict) and one.get("reminder_sent") is True for one in payloads)


def _succeeded(event: dict[str, Any]) -> bool:
    return "taskSucceededEventDetails" in event
