"""What pytest's workers share: made once for all of them, by whichever needs it first."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def once(temporary: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Give a folder that is made once in a run of the tests; nobody may write into it later.

    Args:
        temporary: pytest's.
        name: of the folder; the same name is the same folder.
        make: writes it. What it raises, each worker that needs the folder hears for itself.
    """
    run = temporary.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # each worker has its own below that of the run
    folder = run / name
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        if not folder.exists():
            begun = temporary.mktemp(name)
            make(begun)
            begun.rename(folder)
    return folder
