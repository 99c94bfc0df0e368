"""What docs/incidents.md says of trying it without AWS works as it stands there."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import local.system
from local.environment import ROOT, local_environment
from local.scenarios.emulator_runner import wait_for_end
from local.system import LocalSystem

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    import pytest

TEXT = (ROOT / "docs/incidents.md").read_text()
[PYTHON], [SHELL] = (
    re.findall(f"^```{kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    for kind in ("python", "sh")
)
URL = "http://127.0.0.1:5099"


def running(system: LocalSystem) -> Callable[..., AbstractContextManager[LocalSystem]]:
    """Give what stands in for the class: it takes the same, and gives what runs already."""

    def made(**given: Any) -> AbstractContextManager[LocalSystem]:  # noqa: ANN401 - as the class
        inspect.signature(LocalSystem).bind(**given)
        assert URL.endswith(f":{given['port']}")
        return nullcontext(system)

    return made


def test_what_is_shown_works(system: LocalSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    told = []

    def meanwhile(_prompt: str) -> str:
        done = subprocess.run(
            ["bash", "-euc", SHELL.replace(URL, system.emulator.url)],  # noqa: S607 - of the docs
            env=environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        told.append(done)
        return ""

    assert SHELL.count(URL) == 1
    monkeypatch.setattr(local.system, "LocalSystem", running(system))
    exec(compile(PYTHON, "docs/incidents.md", "exec"), {"input": meanwhile})  # noqa: S102 - ours

    [done] = told
    assert (done.returncode, done.stderr) == (0, "")
    paged, listed, title, *_, taken = done.stdout.splitlines()
    assert "started" in paged
    assert listed.endswith("  No orders")
    assert title == "No orders"
    assert " is acknowledged by Ana at 20" in taken
    wait_for_end(system, system.executions()[0])
    system.connect.reset({})


def environment() -> dict[str, str]:
    """Give that of an activated environment of Python, which knows nothing of AWS yet."""
    given = {k: v for k, v in local_environment("").items() if not k.startswith("AWS_")}
    bin_folder = Path(sys.executable).parent
    return given | {"PATH": f"{bin_folder}{os.pathsep}{given['PATH']}"}
