"""Patches of moto's interpreter, while a system is open.

moto runs executions concurrently in real time, and creates its own clients. Each patch replaces one
name in one of its modules; docs/decisions/010 lists them with their reasons. Patches apply to the
threads that run in virtual time, which the virtual clock tracks.
"""

from __future__ import annotations

import copy
import logging
import marshal
import random
import time as real_time
from contextlib import ExitStack, contextmanager
from datetime import timezone
from functools import cache
from threading import local
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import botocore.endpoint
from botocore.useragent import UserAgentString
from jsonpath_ng.ext.parser import parse
from moto import backends
from moto.backends import list_of_moto_modules
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

from local.simulation import strict_interpreter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from local.simulation.virtual_clock import VirtualClock

_COPYING_MODULES = (
    event_manager,
    states,
    result_path,
    string_expression,
    execute_state,
    state_task_service,
)

#: The server logs every request and the interpreter every failed execution: the history has both.
_NOISY_LOGGERS = ("werkzeug", "moto.stepfunctions")


@contextmanager
def patch_moto(
    time: VirtualClock, utc_now: Callable[[], datetime], clients: Mapping[str, Any]
) -> Iterator[None]:
    """Make the interpreter run in virtual time, and be as strict as AWS's."""

    def client_for(*, service: str, **_: object) -> Any:  # noqa: ANN401 - as moto has it
        return clients[service]

    def wait(_function: object, env: object, wait_seconds: float) -> None:  # noqa: ARG001 - moto's
        time.sleep(wait_seconds)

    def pause(seconds: float) -> None:
        """Wait between two tries of botocore: in virtual time for functions, else in real time."""
        (time.sleep if time.is_participant else real_time.sleep)(seconds)

    def now(**_: object) -> Any:  # noqa: ANN401 - the part of a datetime that moto uses
        return SimpleNamespace(isoformat=lambda: iso(utc_now()))

    tasks = _InlineTasks(time)
    clock = SimpleNamespace(now=now)
    replacements = [
        (wait_function.WaitFunction, "_wait_interval", wait),
        (retrier_decl, "time", SimpleNamespace(sleep=time.sleep)),
        (state, "datetime", SimpleNamespace(datetime=clock, timezone=timezone)),
        (execute_state, "Thread", tasks.thread),
        (execute_state, "threading", SimpleNamespace(Event=tasks.event)),
        (execute_state, "TMP_THREADS", SimpleNamespace(append=lambda _thread: None)),
        # These are only faster: parsing the same paths and copying took most of the time. For each
        # request, moto lists its folders and botocore describes itself.
        (json_path, "parse", cache(parse)),
        (backends, "list_of_moto_modules", cache(lambda: set(list_of_moto_modules()))),
        (UserAgentString, "to_string", lambda _self: "callout"),
        *((module, "copy", SimpleNamespace(deepcopy=_copy)) for module in _COPYING_MODULES),
        (lambda_eval_utils, "boto_client_for", client_for),
        (state_task_service_sns, "boto_client_for", client_for),
        (botocore.endpoint, "time", SimpleNamespace(**vars(real_time) | {"sleep": pause})),
        *strict_interpreter.replacements(),
    ]
    with ExitStack() as patches:
        for owner, name, replacement in replacements:
            patches.enter_context(patch.object(owner, name, replacement))
        for name in _NOISY_LOGGERS:
            patches.enter_context(_silence(logging.getLogger(name)))
        yield


@contextmanager
def seeded_random(seed: int) -> Iterator[None]:
    """Seed the global generator, which moto's jitter and botocore's backoff use."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)


@contextmanager
def _silence(logger: logging.Logger) -> Iterator[None]:
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _copy(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds, and some more
    """Copy as `copy.deepcopy` does, but JSON ten times as fast."""
    try:
        return marshal.loads(marshal.dumps(value))  # noqa: S302 - our own data
    except ValueError:
        return copy.deepcopy(value)


class _InlineTasks:
    """Runs a task in the thread of its execution, at the point where moto waits for it.

    moto creates an event, starts a thread that sets it, and waits for the event with a timeout.
    """

    def __init__(self, time: VirtualClock) -> None:
        self._time = time
        self._started = local()

    def thread(self, target: Callable[[], None], **_: object) -> Any:  # noqa: ANN401 - a Thread
        def start() -> None:
            self._started.target = target

        return SimpleNamespace(start=start)

    def event(self) -> Any:  # noqa: ANN401 - an Event
        def wait(seconds: float) -> bool:
            return self._time.run_with_timeout(seconds, self._started.target)

        return SimpleNamespace(set=lambda: None, wait=wait)


def iso(moment: datetime) -> str:
    """Format a moment as Step Functions does."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
