"""Minimal definitions, to test one feature of the interpreter at a time."""

from __future__ import annotations

import io
import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.connect.clock import ManualClock
from local.simulation.execution_history import MAX_EVENTS
from local.simulation.moto_patches import patch_moto
from local.simulation.state_machine import Interpreter
from local.simulation.virtual_clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.scenarios.result import Execution
    from local.simulation.execution_history import Stop

    Json = dict[str, Any]
    Work = Callable[[VirtualClock], Any]

EPOCH = datetime(2026, 1, 5, 3, 12, tzinfo=UTC)
ARN = "arn:aws:states:us-east-1:123456789012:stateMachine:Small"


class _Lambda:
    """A Lambda client with one function."""

    def __init__(self, time: VirtualClock, work: Work) -> None:
        self._time = time
        self._work = work

    def invoke(self, **_: object) -> Json:
        payload = json.dumps(self._work(self._time)).encode()
        return {"StatusCode": 200, "Payload": io.BytesIO(payload)}


def task(**fields: object) -> Json:
    """Return a Task that invokes the function and ends the execution."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "f", "Payload": {}},
        "ResultSelector": {"answer.$": "$.Payload"},
        "End": True,
    } | fields


def machine(states: Mapping[str, Json], **fields: object) -> Json:
    """Return a definition that starts at the first of its states."""
    return {"StartAt": next(iter(states)), "States": dict(states)} | fields


def run(  # noqa: PLR0913 - keyword-only where defaulted
    definition: Json,
    given: Json | None = None,
    work: Work = lambda _time: {},
    *,
    seed: int = 0,
    max_events: int = MAX_EVENTS,
    stops: Sequence[Stop] = (),
) -> Execution:
    """Run one execution to its end; `work` is the function."""
    clock = ManualClock(EPOCH)
    time = VirtualClock(clock)
    ended: list[Execution] = []

    def utc_now() -> datetime:
        return clock.date(clock.now())

    random.seed(seed)
    with patch_moto(time, utc_now, {"lambda": _Lambda(time, work)}):
        interpreter = Interpreter(json.dumps(definition), ARN, time, utc_now, max_events=max_events)
        time.start(lambda: ended.append(interpreter.execute("one", given or {}, stops)))
        time.run()
    return ended[0]
