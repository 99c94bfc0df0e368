"""What moto's interpreter is made to do otherwise, while a system is open.

It is written to run beside others in real time, and to find AWS by itself. Each stand-in here
takes the place of one name in one of its modules; docs/decisions/010 says which and why. They
act for the threads that take part in scenario time, and know which by asking it.
"""

from __future__ import annotations

import copy
import logging
import marshal
import random
import time as real_time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from threading import local
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import botocore.endpoint
from jsonpath_ng.ext.parser import parse
from moto.stepfunctions.parser.asl.component.common.path import result_path
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.common.string import string_expression
from moto.stepfunctions.parser.asl.component.state import state
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
    state_task_service_sns,
)
from moto.stepfunctions.parser.asl.component.state.wait.wait_function import wait_function
from moto.stepfunctions.parser.asl.eval import states
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.utils import json_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.simulation.virtual_clock import StoryTime

_COPYING = (
    event_manager,
    states,
    result_path,
    string_expression,
    execute_state,
    state_task_service,
)

#: The server writes a line a request, the interpreter one a failed execution; ours is the history.
_LOUD = ("werkzeug", "moto.stepfunctions")


@contextmanager
def patched(
    time: StoryTime, today: Callable[[], datetime], clients: Mapping[str, Any]
) -> Iterator[None]:
    """Have the interpreter live in scenario time.

    Args:
        time: what it sleeps in.
        today: the date and time of the scenario, in UTC.
        clients: of AWS, by service.
    """

    def client_for(*, service: str, **_: object) -> Any:  # noqa: ANN401 - as moto has it
        return clients[service]

    def wait(_function: object, env: object, wait_seconds: float) -> None:  # noqa: ARG001 - moto's
        time.sleep(wait_seconds)

    def pause(seconds: float) -> None:
        """Between two tries of botocore: a function's in scenario time, anybody else's in real."""
        (time.sleep if time.inside else real_time.sleep)(seconds)

    tasks = _InlineTasks(time)
    stand_ins = [
        (wait_function.WaitFunction, "_wait_interval", wait),
        (retrier_decl, "time", SimpleNamespace(sleep=time.sleep)),
        (state, "datetime", SimpleNamespace(datetime=_Now(today), timezone=_Utc)),
        (execute_state, "Thread", tasks.thread),
        (execute_state, "threading", SimpleNamespace(Event=tasks.event)),
        (execute_state, "TMP_THREADS", _Forgetful()),
        # Only faster: most of its time went into reading the same paths, and into copying.
        (json_path, "parse", cache(parse)),
        *((module, "copy", SimpleNamespace(deepcopy=_copied)) for module in _COPYING),
        (lambda_eval_utils, "boto_client_for", client_for),
        (state_task_service_sns, "boto_client_for", client_for),
        (botocore.endpoint, "time", SimpleNamespace(**vars(real_time) | {"sleep": pause})),
    ]
    with ExitStack() as all_of_them:
        for place, name, stand_in in stand_ins:
            all_of_them.enter_context(_replaced(place, name, stand_in))
        for name in _LOUD:
            all_of_them.enter_context(_silenced(logging.getLogger(name)))
        yield


@contextmanager
def drawn_from(seed: int) -> Iterator[None]:
    """Have moto's jitter and botocore's backoff draw the same; they use the one generator."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


@contextmanager
def _silenced(logger: logging.Logger) -> Iterator[None]:
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


@contextmanager
def _replaced(place: Any, name: str, stand_in: object) -> Iterator[None]:  # noqa: ANN401 - any module
    before = getattr(place, name)
    setattr(place, name, stand_in)
    try:
        yield
    finally:
        setattr(place, name, before)


def _copied(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds, and some more
    """Copy as `copy.deepcopy` does, ten times as fast where it is JSON."""
    try:
        return marshal.loads(marshal.dumps(value))  # noqa: S302 - our own, of a moment ago
    except ValueError:
        return copy.deepcopy(value)


class _InlineTasks:
    """A task runs in its execution's own thread, when it is waited for and its limit is known.

    moto makes an event, starts a thread that sets it, and waits for the event so long.
    """

    def __init__(self, time: StoryTime) -> None:
        self._time = time
        self._started = local()

    def thread(self, target: Callable[[], None], **_: object) -> Any:  # noqa: ANN401 - a Thread
        def start() -> None:
            self._started.target = target

        return SimpleNamespace(start=start)

    def event(self) -> Any:  # noqa: ANN401 - an Event
        def wait(seconds: float) -> bool:
            return self._time.within(seconds, self._started.target)

        return SimpleNamespace(set=lambda: None, wait=wait)


class _Now:
    """`datetime.datetime`, as far as the interpreter asks it for the time."""

    def __init__(self, today: Callable[[], datetime]) -> None:
        self._today = today

    def now(self, tz: object) -> Any:  # noqa: ANN401 - no more of a datetime than is asked of it
        del tz  # it is UTC
        return SimpleNamespace(isoformat=lambda: iso(self._today()))


def iso(moment: datetime) -> str:
    """Write a moment as Step Functions does."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class _Utc:
    utc = UTC


class _Forgetful:
    """A list of threads that keeps none."""

    def append(self, thread: object) -> None:
        del thread
