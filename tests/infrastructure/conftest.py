"""Synthesize the cloud assembly once, and print measurements of its tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.infrastructure import synth
from tests.infrastructure.stack import Stack
from tests.support.shared_resource import create_once

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MEASURED = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that the app writes."""

    def run(folder: Path) -> None:
        done = synth.run(folder)
        assert done.returncode == 0, done.stderr

    return create_once(tmp_path_factory, "assembly", run)


@pytest.fixture(scope="session")
def callout(assembly: Path) -> Stack:
    """Return stack `Callout`."""
    return Stack(json.loads((assembly / "Callout.template.json").read_text()))


@pytest.fixture(scope="session")
def with_webhooks(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Return stack `Callout` with one webhook and one SNS topic, and so with every function."""
    settings = {
        "webhooks": [{"name": "shop", "format": "generic", "fields": {"title": "name"}}],
        "telephony": {"callback": {}},
        "notifications": {"links": True, "texts": True, "chat_topic": True},
        "triggers": {"sns_topics": [{"arn": "arn:aws:sns:us-east-1:444455556666:alerts"}]},
    }

    def run(folder: Path) -> None:
        synth.synthesize(folder, settings)

    return synth.read(create_once(tmp_path_factory, "with-webhooks", run))["Callout"]


@pytest.fixture(scope="session")
def asset(assembly: Path) -> Path:
    """Return the folder of the functions' asset."""
    [folder] = [path for path in assembly.glob("asset.*") if path.is_dir()]
    return folder


@pytest.fixture
def measured(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return a function that adds a line to the end of the test report."""
    return request.config.stash.setdefault(MEASURED, []).append


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print the measurements."""
    for line in config.stash.get(MEASURED, []):
        terminalreporter.write_line(line)
