"""Runs the command against an AWS endpoint, in its own process or in this one."""

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

#: Real seconds until a command times out.
LIMIT = 60


@dataclass(frozen=True)
class CommandResult:
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        """Its standard output, parsed."""
        return json.loads(self.out)

    @property
    def error_line(self) -> str:
        """The one line on standard error of a command that failed."""
        assert (len(self.err.splitlines()), self.out, self.code) == (1, "", 2)
        return self.err

    def lines(self, check: str) -> list[str]:
        """The doctor's lines about one check."""
        return [line for line in self.out.splitlines() if f"  {check}: " in line]


def callout(system: LocalSystem | None, *arguments: str, stdin: str = "") -> CommandResult:
    """Run a subcommand against the local system."""
    endpoint, environment = endpoint_and_environment(system)
    result = subprocess.run(
        [sys.executable, "-m", "callout", *arguments, "--endpoint-url", endpoint],
        cwd=ROOT,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    return CommandResult(result.returncode, result.stdout, result.stderr)


def callout_in_process(system: LocalSystem, *arguments: str, stdin: str = "") -> CommandResult:
    """Run a subcommand in this process, which takes a tenth of the time."""
    return run_command(*endpoint_and_environment(system), *arguments, stdin=stdin)


def run_command(
    endpoint: str, environment: dict[str, str], *arguments: str, stdin: str = ""
) -> CommandResult:
    """Run a subcommand in this process against an AWS endpoint."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "stdin", io.StringIO(stdin)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = command([*arguments, "--endpoint-url", endpoint])
    return CommandResult(code, out.getvalue(), err.getvalue())


def endpoint_and_environment(system: LocalSystem | None) -> tuple[str, dict[str, str]]:
    """Return the endpoint URL, and an environment that does not contain it."""
    environment = local_environment("http://127.0.0.1:9")
    del environment["AWS_ENDPOINT_URL"]
    if system is None:
        return "http://127.0.0.1:9", environment
    return system.emulator.url, environment | {"AWS_ENDPOINT_URL_CONNECT": system.connect.url}
