"""Runs the command as a user does: a process of its own, told where AWS is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.environment import ROOT, local_environment

if TYPE_CHECKING:
    from local.system import LocalSystem

#: Real seconds after which a command is taken to hang.
LIMIT = 60


@dataclass(frozen=True)
class Done:
    """What a command came to.

    Attributes:
        code: its exit code.
        out, err: what it wrote.
    """

    code: int
    out: str
    err: str

    @property
    def json(self) -> list[dict[str, Any]]:
        """What it wrote, as JSON."""
        read: list[dict[str, Any]] = json.loads(self.out)
        return read

    def lines(self, check: str) -> list[str]:
        """The doctor's lines about one check."""
        return [line for line in self.out.splitlines() if f"  {check}: " in line]


def callout(system: LocalSystem | None, *arguments: str, given: str = "") -> Done:
    """Run a subcommand against the local system.

    Args:
        system: None for a machine from which no AWS can be reached.
        arguments: as on the command line.
        given: the standard input.
    """
    environment = local_environment("http://127.0.0.1:9")
    del environment["AWS_ENDPOINT_URL"]
    endpoint = "http://127.0.0.1:9"
    if system:
        endpoint = system.emulator.url
        environment["AWS_ENDPOINT_URL_CONNECT"] = system.connect.url
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
