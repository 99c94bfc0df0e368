"""Definitions of a few states, to try one thing at a time in the interpreter."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.connect.clock import ManualClock
from local.simulation.execution_history import MOST_EVENTS
from local.simulation.moto_patches import patched
from local.simulation.state_machine import Interpreter
from local.simulation.virtual_clock import StoryTime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.scenarios.result import Execution
    from local.simulation.execution_history import Stop

    Json = dict[str, Any]
    Work = Callable[[StoryTime], Any]

EPOCH = datetime(2026, 1, 5, 3, 12, tzinfo=UTC)
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:Small"


class _Lambda:
    """One function, without a handler's surroundings."""

    def __init__(self, time: StoryTime, work: Work) -> None:
        self._time = time
        self._work = work

    def invoke(self, **_: object) -> Json:
        answer = json.dumps(self._work(self._time)).encode()
        return {"StatusCode": 200, "Payload": io.BytesIO(answer)}


def task(**fields: object) -> Json:
    """Give a Task that invokes the function and ends the execution."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": {}},
        "ResultSelector": {"answer.$": "$.Payload"},
        "End": True,
    } | fields


def machine(states: Mapping[str, Json], **fields: object) -> Json:
    """Give a definition that starts at the first of its states."""
    return {"StartAt": next(iter(states)), "States": dict(states)} | fields


def run(  # noqa: PLR0913 - keyword-only where defaulted
    definition: Json,
    given: Json | None = None,
    work: Work = lambda _time: {},
    *,
    seed: int = 0,
    most_events: int = MOST_EVENTS,
    stops: Sequence[Stop] = (),
) -> Execution:
    """Run one execution to its end; the function does this work."""
    clock = ManualClock(EPOCH)
    time = StoryTime(clock)
    ended: list[Execution] = []

    def today() -> datetime:
        return clock.date(clock.now())

    random.seed(seed)
    with patched(time, today, {"lambda": _Lambda(time, work)}):
        interpreter = Interpreter(json.dumps(definition), ARN, time, today, most_events=most_events)
        time.begin(lambda: ended.append(interpreter.execute("one", given or {}, stops)))
        time.run()
    return ended[0]
