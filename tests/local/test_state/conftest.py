"""The questions, made once, and an emulator to put them to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from local.emulator.process import Emulator
from local.environment import client_settings
from local.test_state.from_scenarios import from_stories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_stepfunctions import SFNClient

    from local.simulation.all_scenarios import AllScenarios
    from local.test_state.requests import Question


@pytest.fixture(scope="package")
def asked(all_scenarios: AllScenarios) -> list[Question]:
    """Everything that `make test-aws` asks."""
    return from_stories(all_scenarios)


@pytest.fixture(scope="package")
def emulator() -> Iterator[SFNClient]:
    """Give a client of an emulator's Step Functions."""
    with Emulator(time_scale=1 / 40) as running:
        # AWS serves TestState at a host of its own, sync-states; the emulator has only one.
        settings: Any = client_settings(running.url)
        settings["config"] = settings["config"].merge(Config(inject_host_prefix=False))
        yield boto3.client("stepfunctions", **settings)
