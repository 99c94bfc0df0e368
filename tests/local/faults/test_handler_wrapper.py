"""How a function's process ends under a fault: a real process, started as the emulator does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from signal import SIGKILL
from typing import TYPE_CHECKING

import pytest

from local.connect.clock import ScenarioClock
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

#: A function that leaves a file behind; it reads its endpoint when it is imported.
ASSET = """\
import os
from pathlib import Path

table = os.environ.get("AWS_ENDPOINT_URL_DYNAMODB")

def handler(event, context):
    Path("done").touch()
    return [event["call"]["contact"], table]
"""
#: Imports and calls the handler as the emulator's worker does.
WORKER = """\
import importlib
event = {"call": {"contact": "Ana", "attempt": 1}}
print("result:", getattr(importlib.import_module("check_call"), "handler")(event, None))
"""


@dataclass(frozen=True)
class ProcessResult:
    """How the process ended, and whether the handler did its work."""

    status: int
    stdout: str
    stderr: str
    done: bool


@pytest.fixture
def proxy() -> Iterator[FaultProxy]:
    """A proxy without AWS behind it; 25 scenario seconds are a quarter of a second."""
    with FaultProxy(ScenarioClock(0.01)) as running:
        yield running


def invoke(proxy: FaultProxy, folder: Path, **variables: str) -> ProcessResult:
    """Invoke the function in its own process."""
    (folder / "check_call.py").write_text(ASSET)
    environment = local_environment("http://127.0.0.1:9") | {
        "PYTHONPATH": os.pathsep.join([str(EMULATOR_PATCHES), str(folder)]),
        "CALLOUT_FAULTS": proxy.url,
        "AWS_LAMBDA_FUNCTION_NAME": "Callout-CheckCall-4711",
        "LAMBDA_TASK_ROOT": str(folder),
        "_LAMBDA_TIMEOUT": "25",
    }
    process = subprocess.run(
        [sys.executable, "-c", WORKER],
        env=environment | variables,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    done = (folder / "done").exists()
    return ProcessResult(process.returncode, process.stdout, process.stderr, done)


def test_a_function_without_a_fault_responds_and_its_clients_use_the_proxy_under_its_name(
    proxy: FaultProxy, tmp_path: Path
) -> None:
    result = invoke(proxy, tmp_path)

    assert result.stdout == f"result: ['Ana', '{proxy.url}/check_call']\n"


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
def test_a_failing_function_returns_nothing_and_fails_before_or_after_its_work(
    kind: FaultKind, status: int, *, done: bool, proxy: FaultProxy, tmp_path: Path
) -> None:
    proxy.faults = FaultInjector([Fault("check_call", kind, contact="Ana")])

    result = invoke(proxy, tmp_path)

    assert (result.status, result.stdout, result.done) == (status, "", done)
    assert ("RuntimeError: simulated: exception" in result.stderr) is (kind is FaultKind.EXCEPTION)


def test_a_hanging_function_hangs_for_its_timeout_in_scenario_time(proxy: FaultProxy) -> None:
    invocation = {"function": "check_call", "event": {}, "limit": 25.0}
    pauses = {}
    for kind in (FaultKind.TIMEOUT_AFTER, FaultKind.KILLED_AFTER):
        proxy.faults = FaultInjector([Fault("check_call", kind)])
        pauses[kind] = proxy.function_behavior(invocation)["pause"]

    assert pauses == {FaultKind.TIMEOUT_AFTER: 0.25, FaultKind.KILLED_AFTER: 0.0}


def test_a_process_that_runs_no_function_is_not_changed(proxy: FaultProxy, tmp_path: Path) -> None:
    proxy.faults = FaultInjector([Fault("check_call", FaultKind.EXCEPTION)])

    result = invoke(proxy, tmp_path, CALLOUT_FAULTS="", AWS_LAMBDA_FUNCTION_NAME="")

    assert result.stdout == "result: ['Ana', None]\n"


def test_a_function_sleeps_and_measures_time_in_scenario_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", lambda: 3.0)
    replaced = scenario_time(1 / 40)

    replaced["sleep"](20)

    assert slept == [0.5]
    assert replaced["monotonic"]() == 120.0
