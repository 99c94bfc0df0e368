"""What is told to a virtual system, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.connect.speech import speech
from local.emulator import LocalError
from local.scenarios.emulator_runner import Ending, states_entered
from oncall.roster.validation_report import SUBJECT as ABOUT_ROSTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.connect.call import Call
    from local.mailbox import Notification
    from local.virtual.interpreter import Execution


@dataclass(frozen=True)
class Delivery:
    """An event that is put on the bus.

    Attributes:
        event: a story's; one of AWS's is sent as a replay.
        at: the story seconds at which EventBridge delivers it. More than one: it delivers the
            same event again, which it may.
    """

    event: Mapping[str, Any]
    at: tuple[float, ...] = (0.0,)


@dataclass(frozen=True)
class Played:
    """What came of some deliveries.

    Attributes:
        executions: in the order in which they began.
        calls: the calls that were placed, in order.
        notifications: what SNS sent, in order; of rosters too.
        log: the lines that the functions wrote, in order.
        seconds: real seconds.
    """

    executions: list[Execution]
    calls: list[Call]
    notifications: list[Notification]
    log: list[str]
    seconds: float


@dataclass(frozen=True)
class VirtualEnding(Ending):
    """What came of a story, and how.

    Attributes:
        error, cause: why the execution failed; empty where it did not.
        history: the execution's events; timestamps are ISO 8601.
        further_histories: those of the others.
        duration: story seconds from the event to the end.
        log: the lines that the functions wrote, in order.
    """

    error: str = ""
    cause: str = ""
    history: list[dict[str, Any]] = field(default_factory=list)
    further_histories: list[list[dict[str, Any]]] = field(default_factory=list)
    duration: float = 0.0
    log: list[str] = field(default_factory=list)


def ending_of(told: Played, *, in_order: bool = False) -> VirtualEnding:
    """Give the ending of a story.

    Args:
        told: what came of it.
        in_order: whether it is that of the first execution; else, of several deliveries of one
            event, that of the one that pages, as in the emulator.

    Raises:
        LocalError: no rule matched the event.
    """
    if not told.executions:
        raise LocalError(
            "no rule matched the event, so nobody is called; which triggers are deployed here"
            " is said in local/everything.py"
        )
    execution, *others = sorted(
        told.executions, key=lambda one: _outcome(one) == "duplicate" and not in_order
    )
    about_page = [one for one in told.notifications if not one.subject.startswith(ABOUT_ROSTERS)]
    entered = states_entered(execution.history)
    return VirtualEnding(
        execution=execution.arn,
        status=execution.status,
        output=execution.output,
        spoken=[speech(call.attributes["message"]).text for call in told.calls],
        notifications=about_page,
        states=[event["stateEnteredEventDetails"]["name"] for event in entered],
        further=[_outcome(one) for one in others],
        seconds=told.seconds,
        error=execution.error,
        cause=execution.cause,
        history=execution.history,
        further_histories=[one.history for one in others],
        duration=execution.ended - execution.began,
        log=told.log,
    )


def _outcome(execution: Execution) -> str:
    return str(execution.output.get("outcome", execution.status))
