"""Looks at the emulator again and again, for what AWS would tell by itself."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Self

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


class Watch:
    """Looks from entering to leaving, from a thread of its own.

    Args:
        look: one look.
        pause: real seconds between two looks.
    """

    def __init__(self, look: Callable[[], None], pause: float) -> None:
        self._look = look
        self._pause = pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._pause):
            try:
                self._look()
            except (ClientError, BotoCoreError):
                continue  # the emulator is busy, or about to end: the next look sees the same
