"""Delay interrupts (Ctrl-C) until a step that must not be left half done has finished."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


@contextmanager
def defer_interrupt() -> Iterator[None]:
    """Defer an interrupt until the end of the block; a second one takes effect immediately.

    Works in the main thread only: no other may set signal handlers (Python library reference,
    signal).

    Raises:
        KeyboardInterrupt: the block was interrupted; raised after it has finished.
    """
    received: list[int] = []

    def defer(number: int, _frame: FrameType | None) -> None:
        if received:
            raise KeyboardInterrupt
        received.append(number)

    previous = signal.signal(signal.SIGINT, defer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
        if received:
            raise KeyboardInterrupt
