"""The server on loopback: the API behind the origin check."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from local.environment import LOOPBACK
from local.phones.api import create_app
from local.phones.origin_check import OriginCheck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from local.phones.session import PhonesSession

#: Real seconds that open connections get to close.
SHUTDOWN_TIMEOUT = 2
#: Real seconds between checks whether the server has started.
START_POLL_INTERVAL = 0.01


class PhonesServer(uvicorn.Server):
    """Serves a session."""

    def __init__(self, session: PhonesSession, port: int) -> None:
        self._stream = session.stream
        super().__init__(
            uvicorn.Config(
                OriginCheck(create_app(session), port),
                host=LOOPBACK,
                port=port,
                log_level="warning",
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=SHUTDOWN_TIMEOUT,
            )
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Close the event stream too, which would otherwise keep its connections open."""
        self._stream.close()
        super().handle_exit(sig, frame)


@contextmanager
def serve_in_background(session: PhonesSession, port: int) -> Iterator[None]:
    """Serve from a separate thread until the context ends."""
    server = PhonesServer(session, port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while thread.is_alive() and not server.started:
        time.sleep(START_POLL_INTERVAL)
    try:
        yield
    finally:
        session.stream.close()
        server.should_exit = True
        thread.join()
