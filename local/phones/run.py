"""`make phones` and `callout phones`: from nothing to a page, until it is interrupted."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

from rich.console import Console

from local.emulator.process import LocalError
from local.emulator.system import LocalSystem
from local.environment import LOOPBACK, free_port, port_is_free
from local.phones.scenario_player import FIRST, stories
from local.phones.server import PhoneServer
from local.phones.session import Board
from local.scenarios.files import read_text

console = Console(highlight=False, soft_wrap=True)


def run(port: int, speed: float, roster: str | None) -> None:
    """Deploy Callout on this machine, and serve its phones.

    Args:
        port: of the page; 0 for any that is free.
        speed: story seconds per real second.
        roster: a file to begin with; None for one of four people.

    Raises:
        LocalError: something on this machine stands in the way.
        ScenarioError: the roster's file cannot be read.
        KeyboardInterrupt: it was ended by Ctrl-C; everything is cleared away.
    """
    if port and not port_is_free(port):
        raise LocalError(f"port {port} is in use: choose another with PORT=, or 0 for any")
    began = time.monotonic()
    text = stories()[FIRST].roster_text if roster is None else read_text(Path(roster))
    # So that ending it by a signal ends the emulator too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    system = LocalSystem(time_scale=1 / speed, say=lambda step: console.print(f"  {step} ..."))
    with system, Board(system) as board:
        board.roster.save(text)
        server = PhoneServer(board, port := port or free_port())
        console.print(f"\n  ready after {time.monotonic() - began:.0f} s: open", end=" ")
        console.print(f"http://{LOOPBACK}:{port}/", style="bold underline")
        console.print("  (Ctrl-C ends it; nothing leaves this machine)\n")
        server.run()
