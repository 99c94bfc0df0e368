"""The cloud assembly, synthesised once, and what its tests have measured."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.infrastructure import synth
from tests.infrastructure.stack import Stack
from tests.support.shared_resource import once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEASURED = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the app writes."""

    def run(folder: Path) -> None:
        done = synth.run(folder)
        assert done.returncode == 0, done.stderr

    return once(tmp_path_factory, "assembly", run)


@pytest.fixture(scope="session")
def callout(assembly: Path) -> Stack:
    """Stack `Callout`."""
    return Stack(json.loads((assembly / "Callout.template.json").read_text()))


@pytest.fixture(scope="session")
def asset(assembly: Path) -> Path:
    """The functions' one asset, as the CDK command line will zip it."""
    [folder] = [path for path in assembly.glob("asset.*") if path.is_dir()]
    return folder


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say something that was measured at the end of the test run."""
    return request.config.stash.setdefault(MEASURED, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say what was measured."""
    for line in config.stash.get(MEASURED, []):
        terminalreporter.write_line(line)
