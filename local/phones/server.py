"""The server: the application behind its guard, on loopback."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from local.environment import LOOPBACK
from local.phones.api import app_of
from local.phones.origin_check import Guard

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from local.phones.session import Board

#: Real seconds that open connections get to end, and between looks whether it has started.
LAST_WORDS, LOOK = 2, 0.01


class PhoneServer(uvicorn.Server):
    """Serves a board.

    Args:
        board: what is served.
        port: where, on loopback.
    """

    def __init__(self, board: Board, port: int) -> None:
        self._feed = board.feed
        super().__init__(
            uvicorn.Config(
                Guard(app_of(board), port),
                host=LOOPBACK,
                port=port,
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=LAST_WORDS,
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the feeds too, which would go on for ever."""
        self._feed.close()
        super().handle_exit(sig, frame)


@contextmanager
def beside(board: Board, port: int) -> Iterator[None]:
    """Serve from a thread of its own meanwhile."""
    server = PhoneServer(board, port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(LOOK)
    try:
        yield
    finally:
        board.feed.close()
        server.should_exit = True
        thread.join()
