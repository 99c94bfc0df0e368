"""Lets a container reach a port that listens on loopback only, and nobody else."""

from __future__ import annotations

import socket
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING, Self

from local.environment import LOOPBACK

if TYPE_CHECKING:
    from types import TracebackType

#: Bytes handed on at once.
CHUNK = 65_536


class Relay:
    """Listens on another address of this machine, from entering to leaving.

    Args:
        address: to listen on, such as that of Docker's bridge.
        port: of both.

    Raises:
        OSError: on entering: the address is not this machine's, or the port is in use there.
    """

    def __init__(self, address: str, port: int) -> None:
        self._address = address
        self._port = port
        self._server: _Server

    def __enter__(self) -> Self:
        self._server = _Server((self._address, self._port), _Connection)
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False


class _Connection(BaseRequestHandler):
    request: socket.socket

    def handle(self) -> None:
        """Hand on both ways until both sides are done."""
        _, port = self.request.getsockname()
        with socket.create_connection((LOOPBACK, port)) as inside:
            back = Thread(target=_hand_on, args=(inside, self.request), daemon=True)
            back.start()
            _hand_on(self.request, inside)
            back.join()


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # the other side has gone
        while chunk := source.recv(CHUNK):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
