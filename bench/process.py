"""One process, started, ended and measured."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Says at the end of a process what it came to. `ru_maxrss` would not do: Linux counts what the
#: process was before it became this program, which is ours.
SAY = """
import sys
imported = list(sys.modules)
import json
from pathlib import Path
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else []
peak = next((int(one.split()[1]) for one in lines if one.startswith("VmHWM:")), None)
print("\\n" + json.dumps([imported, peak]))
"""
KIB = 1024


@dataclass(frozen=True)
class Ran:
    """What a process took.

    Attributes:
        seconds: from before it was started until it had ended.
        cpu_seconds: of processor, its own and the system's for it.
    """

    seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Looked:
    """What a process came to.

    Attributes:
        modules: that it had imported at the end.
        peak_bytes: of memory, at most; None where the system does not say.
    """

    modules: list[str]
    peak_bytes: int | None

    @property
    def of_libraries(self) -> list[str]:
        """Its modules but for Python's own, which differ from one Python to the next.

        Debian's starts with a sitecustomize, and some with setuptools' hack.
        """
        return [
            name
            for name in self.modules
            if name.partition(".")[0] not in {*sys.stdlib_module_names, "__main__"}
            and not name.startswith(("_sysconfigdata", "_distutils_hack", "sitecustomize"))
        ]


def run(code: str, environment: Mapping[str, str]) -> Ran:
    """Run some Python in a new process.

    Raises:
        RuntimeError: it failed.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    # It has been waited for, and not by its object, which is to know.
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"this failed: python -c {code!r}")
    return Ran(seconds, used.ru_utime + used.ru_stime)


def look(code: str, environment: Mapping[str, str]) -> Looked:
    """Run some Python in a new process, and see what that has come to.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{SAY}"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=True,
    )
    modules, peak = json.loads(done.stdout.splitlines()[-1])
    return Looked(modules, peak and peak * KIB)
