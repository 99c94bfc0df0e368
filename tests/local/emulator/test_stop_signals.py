"""What a command started does not outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.environment import ROOT

#: Starts the emulator, and the process of a function.
SCRIPT = """
import datetime, io, time, zipfile
from local.connect.clock import ManualClock
from local.emulator.process import Emulator
from local.environment import local_client
from local.faults.proxy import FaultProxy
from local.stop_signals import stop_on_signals

stop_on_signals()
code = io.BytesIO()
with zipfile.ZipFile(code, "w") as archive:
    archive.writestr("main.py", "def handler(event, context): pass")
clock = ManualClock(datetime.datetime.now(datetime.UTC))
with FaultProxy(clock) as proxy, Emulator(faults_url=proxy.url) as emulator:
    client = local_client(emulator.url, "lambda")
    client.create_function(
        FunctionName="f",
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/f",
        Handler="main.handler",
        Code={"ZipFile": code.getvalue()},
    )
    client.invoke(FunctionName="f")
    print("ready", flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_no_process_survives_the_command(number: signal.Signals, tmp_path: Path) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "functions")])
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": path}
    command = [sys.executable, "-c", SCRIPT]
    process = subprocess.Popen(
        command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert len(processes_in(tmp_path)) == len(["script", "emulator", "function"])
        process.send_signal(number)
        assert process.wait(timeout=60) == 128 + signal.SIGTERM
        assert processes_in(tmp_path) == []
    finally:
        process.kill()
        process.communicate()


def processes_in(folder: Path) -> list[str]:
    """List the processes that run in a folder, or run a file in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = (
                f"{process.joinpath('cwd').readlink()} {process.joinpath('cmdline').read_text()}"
            )
        except OSError:
            continue  # it has ended, or is another user's
        if str(folder) in place:
            found.append(process.name)
    return found
