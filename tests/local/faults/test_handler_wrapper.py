"""How a function's process ends that a fault strikes: a real one, started as the emulator does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from signal import SIGKILL
from typing import TYPE_CHECKING

import pytest

from local.emulator.process import EMULATOR_PATCHES
from local.environment import local_environment
from local.faults.emulator_patches.handler_wrapper import scenario_time
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from local.faults.injector import FaultInjector
from local.faults.proxy import FaultProxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: A function that leaves a trace of what it did; its clients are made when it is imported.
ASSET = """\
import os
from pathlib import Path

table = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")

def handler(event, context):
    Path("done").touch()
    return [event["call"]["contact"], table]
"""
#: As the emulator's worker does it.
WORKER = """\
import importlib
event = {"call": {"contact": "Ana", "attempt": 1}}
print("answer:", getattr(importlib.import_module("check_call"), "handler")(event, None))
"""


class Fast:
    """A clock by which 25 story seconds are a quarter of a second."""

    time_scale = 0.01

    def now(self) -> float:
        """Always 0."""
        return 0.0


@dataclass(frozen=True)
class Ended:
    """How the process ended."""

    status: int
    printed: str
    raised: str
    done: bool


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    """A proxy that has no AWS behind it."""
    with FaultProxy(Fast()) as running:
        yield running


def invoke(proxy: FaultProxy, folder: Path, **more: str) -> Ended:
    """Invoke the function in a process of its own."""
    (folder / "check_call.py").write_text(ASSET)
    environment = local_environment("http://127.0.0.1:9") | {
        "PYTHONPATH": os.pathsep.join([str(EMULATOR_PATCHES), str(folder)]),
        "CALLOUT_FAULTS": proxy.url,
        "AWS_LAMBDA_FUNCTION_NAME": "Callout-CheckCall-4711",
        "LAMBDA_TASK_ROOT": str(folder),
        "_LAMBDA_TIMEOUT": "25",
    }
    ended = subprocess.run(
        [sys.executable, "-c", WORKER],
        env=environment | more,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr, (folder / "done").exists())


def test_without_a_fault_it_answers_and_its_clients_are_pointed_at_the_proxy_in_its_name(
    proxy: FaultProxy, tmp_path: Path
) -> None:
    ended = invoke(proxy, tmp_path)

    assert ended.printed == f"answer: ['Ana', '{proxy.url}/check_call']\n"


@pytest.mark.parametrize(
    ("kind", "status", "done"),
    [
        (FaultKind.EXCEPTION, 1, False),
        (FaultKind.KILLED_BEFORE, 1, False),
        (FaultKind.KILLED_AFTER, 1, True),
        (FaultKind.TIMEOUT_BEFORE, 1, False),
        (FaultKind.TIMEOUT_AFTER, 1, True),
        (FaultKind.OUT_OF_MEMORY, -SIGKILL, False),
    ],
)
def test_it_ends_without_an_answer_before_its_work_or_after(
    kind: FaultKind, status: int, *, done: bool, proxy: FaultProxy, tmp_path: Path
) -> None:
    proxy.faults = FaultInjector([Fault("check_call", kind, contact="Ana")])

    ended = invoke(proxy, tmp_path)

    assert (ended.status, ended.printed, ended.done) == (status, "", done)
    assert ("RuntimeError: simulated: exception" in ended.raised) is (kind is FaultKind.EXCEPTION)


def test_one_that_hangs_does_so_for_its_time_out_in_story_time(proxy: FaultProxy) -> None:
    given = {"function": "check_call", "event": {}, "limit": 25.0}
    hangs = {}
    for kind in (FaultKind.TIMEOUT_AFTER, FaultKind.KILLED_AFTER):
        proxy.faults = FaultInjector([Fault("check_call", kind)])
        hangs[kind] = proxy.function_behavior(given)["pause"]

    assert hangs == {FaultKind.TIMEOUT_AFTER: 0.25, FaultKind.KILLED_AFTER: 0.0}


def test_a_process_that_runs_no_function_is_left_alone(proxy: FaultProxy, tmp_path: Path) -> None:
    proxy.faults = FaultInjector([Fault("check_call", FaultKind.EXCEPTION)])

    ended = invoke(proxy, tmp_path, CALLOUT_FAULTS="", AWS_LAMBDA_FUNCTION_NAME="")

    assert ended.printed == "answer: ['Ana', None]\n"


def test_a_function_sleeps_and_times_what_it_does_in_story_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", lambda: 3.0)
    seen = scenario_time(1 / 40)

    seen["sleep"](20)

    assert slept == [0.5]
    assert seen["monotonic"]() == 120.0
