"""A docker command for where there is none: what compose.yaml would start is the stand-in.

It is run by itself, from a folder of its own that keeps what it was asked; see test_container.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(sys.argv[0]).parent


def main(arguments: list[str]) -> None:
    """Do as docker does, as far as it is asked here."""
    with (HERE / "asked").open("a") as asked:
        asked.write(f"{' '.join(arguments)}\n")
    if "up" in arguments:
        home = HERE / "container"
        home.mkdir()
        started = subprocess.Popen(
            [sys.executable, os.environ["CALLOUT_STAND_IN"]],
            env=os.environ
            | {
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": os.environ["STATES_PORT"],
                "SFN_WAIT_SCALE": os.environ["WAIT_TIME_SCALE"],
                "SFN_MOCK_CONFIG": os.environ["MOCK_CONFIG"],
                "STATE_DIR": str(home / "state"),
                "S3_DATA_DIR": str(home / "s3"),
            },
            cwd=home,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        (HERE / "pid").write_text(str(started.pid))
    elif "down" in arguments:
        os.kill(int((HERE / "pid").read_text()), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1:])
