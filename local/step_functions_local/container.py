"""Step Functions Local in Docker, as compose.yaml describes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.emulator.process import LocalError
from local.environment import LOOPBACK, NOWHERE, free_port, local_client

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMPOSE = Path(__file__).with_name("compose.yaml")
#: Seconds. The first start downloads the image: several hundred megabytes.
UP_LIMIT = 600
#: Seconds for any other command, and for the server in the container to start.
LIMIT = 60


def docker_problem() -> str:
    """Return in one line why no container can be started; "" if one can."""
    if shutil.which("docker") is None:
        return "no docker command: install Docker"
    for arguments, problem in (
        (["version"], "no Docker engine responds: start Docker"),
        (["compose", "version"], "no docker compose: install the Compose plugin, version 2"),
    ):
        try:
            _docker(arguments)
        except LocalError:
            return problem
    return ""


@contextmanager
def container(mock_config: Path) -> Iterator[Any]:
    """Run Step Functions Local with a MockConfigFile; yield a client of it.

    Not yet tested with a Docker engine.

    Raises:
        LocalError: Docker fails, or the container does not respond.
    """
    port = free_port()
    project = ["compose", "--file", str(COMPOSE), "--project-name", f"callout-{port}"]
    variables = settings(port, mock_config)
    try:
        _docker([*project, "up", "--detach"], variables, limit=UP_LIMIT)
        states = local_client(f"http://{LOOPBACK}:{port}", "stepfunctions")
        _wait_until_ready(states, f"docker {' '.join(project)} logs")
        yield states
    finally:
        _docker([*project, "down"], variables)


def settings(port: int, mock_config: Path) -> dict[str, str]:
    """Return the variables of compose.yaml; tasks without a mock cannot reach anything."""
    return {
        "STATES_PORT": str(port),
        "WAIT_TIME_SCALE": "0",
        "LAMBDA_ENDPOINT": NOWHERE,
        "SNS_ENDPOINT": NOWHERE,
        "MOCK_CONFIG": str(mock_config.resolve()),
    }


def _wait_until_ready(states: Any, logs: str) -> None:  # noqa: ANN401 - boto3's
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            states.list_state_machines()
        except (ClientError, BotoCoreError) as error:
            if time.monotonic() > deadline:
                raise LocalError(
                    f"Step Functions Local does not respond: {error}; see {logs}"
                ) from None
            time.sleep(0.5)
        else:
            return


def _docker(
    arguments: list[str], variables: Mapping[str, str] | None = None, limit: float = LIMIT
) -> None:
    """Run a docker command; raise LocalError with its last line if it fails."""
    command = f"docker {' '.join(arguments)}"
    try:
        done = subprocess.run(
            ["docker", *arguments],  # noqa: S607 - the user's own, found on the path
            env=os.environ | (variables or {}),
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalError(f"{command}: {error}") from None
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise LocalError(f"{command}: {' '.join(last)}")
