"""Describe the host of a measurement, without names of hosts, users or folders."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from local.environment import ROOT

if TYPE_CHECKING:
    from benchmarks.table import Value


def host_info() -> dict[str, Value]:
    """Return the date, the commit, and the machine's hardware and load."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes").replace("+00:00", "Z"),
        "commit": commit(),
        "cores": os.cpu_count(),
        "cpu": cpu(),
        "python": platform.python_version(),
        "load before": round(os.getloadavg()[0], 1),
    }


def commit() -> str:
    """Return the abbreviated commit, marked "-dirty" if files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude=*"],  # noqa: S607 - found on the PATH
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "not in git"


def cpu() -> str:
    """Return the CPU's model on Linux, elsewhere its architecture."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
