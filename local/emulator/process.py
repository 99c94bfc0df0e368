"""The local AWS emulator (ministack), as a process on loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from local.environment import (
    ACCOUNT,
    LOOPBACK,
    NOWHERE,
    ROOT,
    free_port,
    local_environment,
    port_is_free,
)

#: Seconds. Measured: half a second on two idle cores.
START_LIMIT = 60
#: Loaded into its processes to inject faults.
EMULATOR_PATCHES = ROOT / "local" / "faults" / "emulator_patches"


class LocalError(Exception):
    """Something cannot run on this machine; the message is one line."""


class Emulator:
    """Starts the emulator on entering and stops it on leaving the context.

    Args:
        time_scale: real seconds per second of a Wait state.
        port: of the emulator; 0 for any free one.

    Attributes:
        scratch: temporary folder of the emulator and of the functions' processes; removed at the
            end.
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
            raise LocalError(
                f"port {port} is in use: choose another with PORT=, or PORT=0 for any free port"
            )
        self._port = port or free_port()
        self.url = f"http://{LOOPBACK}:{self._port}"
        self._home = tempfile.TemporaryDirectory(prefix="callout-")
        # Functions inherit this environment, and with it the endpoint of the simulated Connect.
        environment = local_environment(self.url)
        # Otherwise every process of a function would compile its modules again.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.scratch = Path(self._home.name, "scratch")
        self.scratch.mkdir()
        path = [str(EMULATOR_PATCHES), *filter(None, [environment.get("PYTHONPATH")])]
        self._environment = environment | {
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
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
                start_new_session=True,  # Ctrl-C must reach only this process, which stops it
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
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=10)
            with suppress(ProcessLookupError):  # also the functions' processes
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._home.cleanup()

    def log_tail(self, lines: int = 20) -> str:
        """Return the last lines of the emulator's log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-lines:])

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self._process and self._process.poll() is not None:
                raise LocalError(f"the emulator exited while starting: {self.log_tail(3)}")
            try:
                with self._opener.open(f"{self.url}/_ministack/health", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        raise LocalError(f"the emulator did not start within {START_LIMIT} s: {self.log_tail(3)}")
