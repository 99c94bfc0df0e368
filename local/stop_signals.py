"""Stops what this process started when it is asked to stop, or when its terminal is closed."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn


def stop_on_signals() -> None:
    """Leave all contexts on SIGTERM and SIGHUP, as on Ctrl-C. Call it in the main thread."""

    def stop(number: int, _frame: object) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)  # a second one must not interrupt the cleanup
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    # While a web server runs, it handles SIGTERM.
    signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
