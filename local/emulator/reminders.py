"""Reminders on the local system: the setting for one scenario, and the pages that they start."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from local.asl.state_visits import visits
from local.emulator.process import LocalError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from local.emulator.system import LocalSystem

#: The environment variable with the setting.
ACK_TIMEOUT_VARIABLE = "ACK_TIMEOUT_MINUTES"
#: Real seconds until an event has started an execution.
LIMIT = 10


@contextmanager
def ack_timeout(system: LocalSystem, minutes: int) -> Iterator[None]:
    """Set the ack timeout of the deployed functions inside the context; 0 changes nothing."""
    if not minutes:
        yield
        return
    set_ack_timeout(system, minutes)
    try:
        yield
    finally:
        set_ack_timeout(system, 0)


def set_ack_timeout(system: LocalSystem, minutes: int) -> None:
    """Set the ack timeout of the deployed functions; 0 disables reminders."""
    client = system.client("lambda")
    for function in client.list_functions()["Functions"]:
        variables = function.get("Environment", {}).get("Variables", {})
        if ACK_TIMEOUT_VARIABLE in variables:
            client.update_function_configuration(
                FunctionName=function["FunctionName"],
                Environment={"Variables": variables | {ACK_TIMEOUT_VARIABLE: str(minutes)}},
            )


def started_by_reminders(system: LocalSystem, ended: Sequence[str], before: set[str]) -> list[str]:
    """Wait for the executions that reminders start, and return them in order.

    `before` has the executions that existed before, or were started by something else.

    Raises:
        LocalError: a reminder's event starts no execution.
    """
    due = sum(_has_reminded(system.history(execution)) for execution in ended)
    new = system.new_executions(before, due, LIMIT)
    if len(new) < due:
        raise LocalError(f"{due - len(new)} reminders started no page within {LIMIT} s")
    return new


def _has_reminded(history: Sequence[dict[str, Any]]) -> bool:
    """Whether an execution has put the event of a reminder on the bus."""
    payloads = (visit.result.get("Payload") for visit in visits(history) if visit.result)
    return any(
        isinstance(payload, dict) and payload.get("reminder_sent") is True for payload in payloads
    )
