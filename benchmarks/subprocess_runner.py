"""Start a new Python process and measure it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Print the imported modules and the peak memory at the end of a process. Not `ru_maxrss`: on Linux
#: it includes the memory of the parent process at the time of the fork.
PRINT_PROFILE = """
import sys
imported = list(sys.modules)
import json
from pathlib import Path
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), None)
print("\\n" + json.dumps([imported, peak]))
"""


class ProcessResult(NamedTuple):
    """The seconds from before a process started until its end, and its CPU time."""

    seconds: float
    cpu_seconds: float


def run_process(code: str, environment: Mapping[str, str]) -> ProcessResult:
    """Run Python code in a new process.

    Raises:
        RuntimeError: the process failed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    # os.wait4 reaped the process, so set the exit code that Popen would otherwise wait for.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"this failed: python -c {code!r}")
    return ProcessResult(seconds, used.ru_utime + used.ru_stime)


def profile_imports(code: str, environment: Mapping[str, str]) -> tuple[list[str], int | None]:
    """Run Python code in a new process.

    Returns:
        the imported library modules, and the peak memory in bytes; None if the system does not
        report it.

    Raises:
        subprocess.CalledProcessError: the process failed.
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{PRINT_PROFILE}"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    modules, peak = json.loads(done.stdout.splitlines()[-1])
    return library_modules(modules), peak and peak * 1024


def library_modules(modules: Iterable[str]) -> list[str]:
    """Select the modules outside the standard library, which differs between Python versions.

    Some distributions also load a sitecustomize or setuptools' import hook at startup.
    """
    return [
        name
        for name in modules
        if name.partition(".")[0] not in {*sys.stdlib_module_names, "__main__"}
        and not name.startswith(("_sysconfigdata", "_distutils_hack", "sitecustomize"))
    ]
