"""Lets many function processes start on one machine: they share their code, and few start at once.

By default the emulator unpacks the asset for each process that it starts: 1,300 files, which Python
then compiles again too. In Lambda the code is in place when an environment starts. With this patch
a process gets a folder of links to one unpacked copy; no function of ours writes there.

In Lambda a burst starts hundreds of environments, each with its own processor. Here they are
processes that share the processors of one machine: if all start at once, each takes longer than any
timeout allows, is killed, and starts again. With this patch an invocation waits while that many
functions are starting, until one of them has started or a running one is free. The number of
running functions is not limited.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path
from threading import Condition, Lock
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime  # type: ignore[import-untyped]
from ministack.services import lambda_svc  # type: ignore[import-untyped]

MAX_CONCURRENT_STARTS = os.cpu_count() or 1
_LOCK = Lock()


class _SharedZipFile(zipfile.ZipFile):
    """A zip file of a function's code."""

    def extractall(self, path: str | os.PathLike[str] | None = None, *_: Any) -> None:  # noqa: ANN401 - as ZipFile has it
        """Fill a folder with links to the unpacked content."""
        digest = sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        unpacked = Path(tempfile.gettempdir(), f"code-{digest}")
        with _LOCK:
            if not unpacked.exists():
                incomplete = unpacked.with_suffix(".incomplete")  # left behind if unpacking fails
                super().extractall(incomplete)
                (incomplete / "__pycache__").mkdir(exist_ok=True)
                incomplete.rename(unpacked)
        for item in unpacked.iterdir():
            Path(str(path), item.name).symlink_to(item)


def share_code() -> None:
    """Make the emulator's processes share the unpacked code."""
    # Fail if the name is gone: without it each process would silently unpack its own copy.
    if not hasattr(lambda_runtime, "zipfile"):
        raise SystemExit(
            "ministack no longer unpacks code with zipfile: update local/faults/emulator_patches"
        )
    lambda_runtime.zipfile = SimpleNamespace(**vars(zipfile) | {"ZipFile": _SharedZipFile})


class _StartLimiter:
    """Wraps the functions with which the emulator acquires and releases a process."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._starting: set[Any] = set()
        self._acquire = lambda_runtime.acquire_worker
        self._release = lambda_runtime.release_worker

    def acquire(self, *args: Any, **kwargs: Any) -> tuple[Any, str]:  # noqa: ANN401 - ministack's own
        """Acquire a free process, or start a new one once the limit allows it."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    len(self._starting) < MAX_CONCURRENT_STARTS or _has_free_worker(*args, **kwargs)
                )
            )
            worker, origin = self._acquire(*args, **kwargs)
            if origin == "spawn":
                self._starting.add(worker)
            return worker, origin

    def release(self, worker: Any) -> None:  # noqa: ANN401 - ministack's own
        """Release a process."""
        self._release(worker)
        self.mark_started(worker)  # also if it failed to start

    def mark_started(self, worker: Any) -> None:  # noqa: ANN401 - ministack's own
        """Let the next process start."""
        with self._changed:
            self._starting.discard(worker)
            self._changed.notify_all()


def _has_free_worker(
    name: str, config: dict[str, Any], _code: bytes, qualifier: str = "$LATEST", **_: object
) -> bool:
    key = lambda_runtime._worker_key(name, config, qualifier)  # noqa: SLF001 - there is no other way
    workers = lambda_runtime._workers.get(key, ())  # noqa: SLF001
    return any(not worker.in_use for worker in workers)


def limit_starts() -> None:
    """Make the emulator limit how many functions start at once."""
    limiter = _StartLimiter()
    spawn = lambda_runtime.Worker._spawn  # noqa: SLF001

    def limited_spawn(worker: Any) -> None:  # noqa: ANN401 - ministack's own
        try:
            spawn(worker)
        finally:
            limiter.mark_started(worker)

    # Fail if a name is gone: without it all functions would silently start at once.
    for name in ("acquire_worker", "release_worker"):
        if getattr(lambda_svc, name, None) is not getattr(lambda_runtime, name):
            raise SystemExit(
                f"ministack no longer has {name}: update local/faults/emulator_patches"
            )
    lambda_runtime.Worker._spawn = limited_spawn  # noqa: SLF001
    lambda_svc.acquire_worker, lambda_svc.release_worker = limiter.acquire, limiter.release
