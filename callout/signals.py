"""Interrupts (ctrl-C) that wait until a step is over which must not be left half done."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


@contextmanager
def held() -> Iterator[None]:
    """Hold an interrupt until the end of the block; a second one is not held.

    In the main thread only, since no other can say what a signal does (Python library
    reference, signal).

    Raises:
        KeyboardInterrupt: there was one, and the block has been left.
    """
    waiting: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        if waiting:
            raise KeyboardInterrupt
        waiting.append(number)

    before = signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if waiting:
            raise KeyboardInterrupt
