"""No more functions start at once than there are processors.

In Lambda a burst starts hundreds of environments, each with a processor of its own. Here they are
processes on the processors of one machine: started all at once, each takes longer than any
time-out allows, is killed, and started again. So whoever finds as many starting waits, until
one of them has started or a function is free that has been started before. How many run at once
is not limited.
"""

from __future__ import annotations

import os
from threading import Condition
from typing import Any

from ministack.core import lambda_runtime  # type: ignore[import-untyped]
from ministack.services import lambda_svc  # type: ignore[import-untyped]

STARTS = os.cpu_count() or 1


class _Turns:
    """Stands where the emulator leases a process for an invocation, and gives it back."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._starting: set[Any] = set()
        self._lease = lambda_runtime.acquire_worker
        self._give_back = lambda_runtime.release_worker

    def lease(self, *asked: Any, **also: Any) -> tuple[Any, str]:  # noqa: ANN401 - ministack's own
        """Lease a process that is free, or a new one when it is its turn to start."""
        with self._changed:
            self._changed.wait_for(
                lambda: len(self._starting) < STARTS or _any_free(*asked, **also)
            )
            worker, how = self._lease(*asked, **also)
            if how == "spawn":
                self._starting.add(worker)
            return worker, how

    def give_back(self, worker: Any) -> None:  # noqa: ANN401 - ministack's own
        """Give a process back."""
        self._give_back(worker)
        self.has_started(worker)  # or never will

    def has_started(self, worker: Any) -> None:  # noqa: ANN401 - ministack's own
        """Let the next one have its turn."""
        with self._changed:
            self._starting.discard(worker)
            self._changed.notify_all()


def _any_free(
    name: str, config: dict[str, Any], _code: bytes, qualifier: str = "$LATEST", **_: object
) -> bool:
    key = lambda_runtime._worker_key(name, config, qualifier)  # noqa: SLF001 - there is no other way
    return any(not one.in_use for one in lambda_runtime._workers.get(key, ()))  # noqa: SLF001


def take_turns() -> None:
    """Have the emulator start functions in turn."""
    turns = _Turns()
    spawn = lambda_runtime.Worker._spawn  # noqa: SLF001

    def spawn_in_turn(worker: Any) -> None:  # noqa: ANN401 - ministack's own
        try:
            spawn(worker)
        finally:
            turns.has_started(worker)

    # A missing name must be loud: without it, functions would all start at once, unseen.
    for name in ("acquire_worker", "release_worker"):
        if getattr(lambda_svc, name, None) is not getattr(lambda_runtime, name):
            raise SystemExit(f"ministack has no {name} any more: see local/faults/emulator_patches")
    lambda_runtime.Worker._spawn = spawn_in_turn  # noqa: SLF001
    lambda_svc.acquire_worker, lambda_svc.release_worker = turns.lease, turns.give_back
