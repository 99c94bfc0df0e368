"""On what something was measured: no names of hosts, users or folders."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from local.environment import ROOT

if TYPE_CHECKING:
    from bench.sheet import Value


def surroundings() -> dict[str, Value]:
    """Describe the machine, the moment and the code."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes").replace("+00:00", "Z"),
        "commit": commit(),
        "cores": os.cpu_count(),
        "cpu": cpu(),
        "python": platform.python_version(),
        "load before": round(os.getloadavg()[0], 1),
    }


def commit() -> str:
    """Name the commit, and whether files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],  # noqa: S607 - whichever is on the path
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "not in git"


def cpu() -> str:
    """Name the processor's model, as Linux does; elsewhere its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
