"""Runs the command as a user does: a process of its own, told where AWS is."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from callout.cli import command
from local.environment import ROOT, local_environment

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

#: Real seconds after which a command is taken to hang.
LIMIT = 60


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int  # its exit code
    out: str  # out, err: what it wrote
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """What it wrote, as JSON."""
        read: list[dict[str, Any]] = json.loads(self.out)
        return read

    @property
    def refusal(self) -> str:
        """The one line on standard error of a command that was refused."""
        assert (len(self.err.splitlines()), self.out, self.code) == (1, "", 2)
        return self.err

    def lines(self, check: str) -> list[str]:
        """The doctor's lines about one check."""
        return [line for line in self.out.splitlines() if f"  {check}: " in line]


def callout(system: LocalSystem | None, *arguments: str, given: str = "") -> Done:
    """Run a subcommand against the local system."""
    endpoint, environment = surroundings(system)
    done = subprocess.run(
        [sys.executable, "-m", "callout", *arguments, "--endpoint-url", endpoint],
        cwd=ROOT,
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def callout_here(system: LocalSystem, *arguments: str, given: str = "") -> Done:
    """Run a subcommand as `callout` does, but in this process, which takes a tenth of the time."""
    return command_at(*surroundings(system), *arguments, given=given)


def command_at(
    endpoint: str, environment: dict[str, str], *arguments: str, given: str = ""
) -> Done:
    """Run a subcommand in this process, where AWS is at an endpoint."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "stdin", io.StringIO(given)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = command([*arguments, "--endpoint-url", endpoint])
    return Done(code, out.getvalue(), err.getvalue())


def surroundings(system: LocalSystem | None) -> tuple[str, dict[str, str]]:
    """Give where AWS is, and the environment of a command that has to be told so."""
    environment = local_environment("http://127.0.0.1:9")
    del environment["AWS_ENDPOINT_URL"]
    if system is None:
        return "http://127.0.0.1:9", environment
    return system.emulator.url, environment | {"AWS_ENDPOINT_URL_CONNECT": system.connect.url}
