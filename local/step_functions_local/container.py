"""Step Functions Local in Docker, as compose.yaml describes it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit, urlunsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.emulator import LocalError
from local.environment import LOOPBACK, client_settings, free_port
from local.step_functions_local.engine import NOWHERE
from local.step_functions_local.relay import Relay

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from local.step_functions_local.engine import Surroundings

COMPOSE = Path(__file__).with_name("compose.yaml")
#: As which a container knows the machine that it runs on.
HOST = "host.docker.internal"
#: Seconds. The image is fetched the first time: some hundred megabytes.
UP_LIMIT = 600
#: Seconds for any other command, and for Java to start.
LIMIT = 60
#: A file for those who give none: the mount needs one.
NO_CASES: dict[str, object] = {"StateMachines": {}, "MockedResponses": {}}


def lacking() -> str:
    """Say in a line what it takes to start a container that is not there; empty where all is."""
    if shutil.which("docker") is None:
        return "no docker command: install Docker, or use the stand-in (make test)"
    for arguments, without in (
        (["version"], "no Docker engine answers: start Docker, or use the stand-in (make test)"),
        (["compose", "version"], "docker has no compose: install its plugin, version 2"),
    ):
        try:
            _docker(arguments)
        except LocalError:
            return without
    return ""


class Container:
    """Step Functions Local, from entering to leaving.

    Unverified as a whole: nobody had a Docker engine to try it. Its parts are.

    Args:
        surroundings: what it is told.

    Attributes:
        url: where it is.
    """

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._port = free_port()
        self.url = f"http://{LOOPBACK}:{self._port}"
        self._project = ["--file", str(COMPOSE), "--project-name", f"callout-{self._port}"]
        self._open = ExitStack()

    def __enter__(self) -> Self:
        around = self._surroundings
        with ExitStack() as opening:
            cases = around.mock_config
            if cases is None:
                scratch = opening.enter_context(tempfile.TemporaryDirectory(prefix="callout-"))
                cases = Path(scratch, "MockConfigFile.json")
                cases.write_text(json.dumps(NO_CASES))
            for url in {around.lambda_url, around.sns_url} - {NOWHERE}:
                _relay(urlsplit(url).port, opening)
            variables = settings(around, self._port, cases)
            opening.callback(_docker, ["compose", *self._project, "down"], variables)
            up = ["compose", *self._project, "up", "--detach"]
            _docker(up, variables, limit=UP_LIMIT)
            self._wait_until_it_answers()
            self._open = opening.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def _wait_until_it_answers(self) -> None:
        states: Any = boto3.client("stepfunctions", **client_settings(self.url))  # type: ignore[call-overload]
        deadline = time.monotonic() + LIMIT
        while True:
            try:
                states.list_state_machines()
            except (ClientError, BotoCoreError) as error:
                if time.monotonic() > deadline:
                    raise LocalError(
                        f"Step Functions Local does not answer on port {self._port}: {error}; see"
                        f" docker compose {' '.join(self._project)} logs"
                    ) from None
                time.sleep(0.5)
            else:
                return


def settings(around: Surroundings, port: int, cases: Path) -> dict[str, str]:
    """Give the variables that compose.yaml takes.

    Args:
        around: what the container is told.
        port: of this machine, where it is to be reached.
        cases: the MockConfigFile.
    """
    return {
        "STATES_PORT": str(port),
        "WAIT_TIME_SCALE": f"{around.time_scale:g}",
        "LAMBDA_ENDPOINT": _from_inside(around.lambda_url),
        "SNS_ENDPOINT": _from_inside(around.sns_url),
        "MOCK_CONFIG": str(cases.resolve()),
    }


def _from_inside(url: str) -> str:
    """Give the address under which a container finds what is at loopback here."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{HOST}:{parts.port}"))


def _relay(port: int | None, opening: ExitStack) -> None:
    """Make a port of loopback reachable from a container, where Docker does not do so itself.

    On Linux, host.docker.internal is the address of Docker's bridge, where nobody listens.
    Docker Desktop reaches loopback by itself; the bridge is inside its own virtual machine, so
    that nothing here can listen on it.
    """
    network = ["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    gateway = _docker(network).strip()
    if gateway and port:
        try:
            opening.enter_context(Relay(gateway, port))
        except OSError as error:
            if error.errno != errno.EADDRNOTAVAIL:
                raise LocalError(f"port {port} of Docker's bridge, {gateway}: {error}") from None


def _docker(
    arguments: list[str], variables: Mapping[str, str] | None = None, limit: float = LIMIT
) -> str:
    """Run the command and give what it says; raises LocalError where it fails."""
    try:
        done = subprocess.run(
            ["docker", *arguments],  # noqa: S607 - whichever its user has on the path
            env=os.environ | (variables or {}),
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalError(f"docker {' '.join(arguments)}: {error}") from None
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise LocalError(f"docker {' '.join(arguments)}: {' '.join(said)}")
    return done.stdout
