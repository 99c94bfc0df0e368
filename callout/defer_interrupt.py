"""Delay interrupts (Ctrl-C) until a step that must not be left half done has finished."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def defer_interrupt() -> Iterator[None]:
    """Raise KeyboardInterrupt at the end of the block, or at once for a second interrupt.

    Works in the main thread only (Python library reference, signal).
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
