"""The local AWS emulator (ministack), as a process of its own on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from local.environment import LOOPBACK, NOWHERE, ROOT, free_port, local_environment, port_is_free

#: Seconds. Measured: half a second on two cores; a busy machine gets more.
START_LIMIT = 60
#: Loaded into its processes to inject faults.
EMULATOR_PATCHES = ROOT / "local" / "faults" / "emulator_patches"


class LocalError(Exception):
    """Something on this machine stands in the way; the text is one line."""


class Emulator:
    """Starts the emulator on entering and ends it on leaving.

    Args:
        connect_url: where Connect is.
        faults_url: where a FaultProxy is.
        time_scale: real seconds that a state machine waits per second of its definition.
        port: its own; 0 takes any that is free.

    Attributes:
        url: where AWS is.
        scratch: where it and the functions' processes put files; gone with it.
    """

    def __init__(
        self,
        *,
        connect_url: str = NOWHERE,
        faults_url: str = NOWHERE,
        time_scale: float = 1.0,
        port: int = 0,
    ) -> None:
        if port and not port_is_free(port):
            raise LocalError(f"port {port} is in use: choose another with PORT=, or 0 for any")
        self._port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self._port}"
        self._home = tempfile.TemporaryDirectory(prefix="callout-")
        # Functions inherit this environment, so that Connect is found where it is simulated.
        environment = local_environment(self.url)
        # Else bytecode would be made anew whenever a function's process starts.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.scratch = Path(self._home.name, "scratch")
        self.scratch.mkdir()
        path = [str(EMULATOR_PATCHES), *filter(None, [environment.get("PYTHONPATH")])]
        self._environment = environment | {
            "BIND_HOST": LOOPBACK,  # its default is every address
            "GATEWAY_PORT": str(self._port),
            "AWS_ENDPOINT_URL_CONNECT": connect_url,
            "SFN_WAIT_SCALE": str(time_scale),
            "STATE_DIR": f"{self._home.name}/state",
            "S3_DATA_DIR": f"{self._home.name}/s3",
            "TMPDIR": str(self.scratch),
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": os.pathsep.join(path),
            "CALLOUT_FAULTS": faults_url,
        }
        self._log = Path(self._home.name, "emulator.log")
        self._opener = build_opener(ProxyHandler({}))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, str(EMULATOR_PATCHES / "sns_over_http.py")],
                env=self._environment,
                cwd=self._home.name,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is ours to hear: we end it when we are done
            )
        try:
            self._wait_until_healthy()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._home.cleanup()

    def set_time_scale(self, time_scale: float) -> None:
        """Set the real seconds that a state machine waits per second of its definition."""
        body = json.dumps({"stepfunctions._SFN_WAIT_SCALE": time_scale}).encode()
        request = Request(f"{self.url}/_ministack/config", data=body)  # noqa: S310 - http, ours
        with self._opener.open(request) as answer:
            applied = json.load(answer)["applied"]
        if applied != {"stepfunctions._SFN_WAIT_SCALE": time_scale}:
            raise LocalError(f"the emulator did not take the time scale: {applied}")

    def log_tail(self, lines: int = 20) -> str:
        """Give the end of what the emulator wrote."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self._process and self._process.poll() is not None:
                raise LocalError(f"the emulator ended while starting: {self.log_tail(3)}")
            try:
                with self._opener.open(f"{self.url}/_ministack/health", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise LocalError(f"the emulator did not start within {START_LIMIT} s: {self.log_tail(3)}")
