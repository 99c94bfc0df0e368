"""Polls the emulator in a thread, for what AWS would report by itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


class Poller:
    """Polls at an interval in real seconds, from entering to leaving the context."""

    def __init__(self, poll: Callable[[], None], interval: float) -> None:
        self._poll = poll
        self._interval = interval
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._interval):
            try:
                self._poll()
            except (ClientError, BotoCoreError):
                continue  # the emulator is busy or shutting down: the next poll sees the same
