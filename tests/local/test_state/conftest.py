"""The requests, made once, and an emulator that answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from local.emulator.process import Emulator
from local.environment import client_settings
from local.test_state.requests import make_requests

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_stepfunctions import SFNClient

    from local.simulation.all_scenarios import AllScenarios
    from local.test_state.requests import StateRequest


@pytest.fixture(scope="package")
def requests(all_scenarios: AllScenarios) -> list[StateRequest]:
    """All requests of `make test-aws`."""
    return make_requests(all_scenarios)


@pytest.fixture(scope="package")
def emulator() -> Iterator[SFNClient]:
    """Yield a Step Functions client of an emulator."""
    with Emulator(time_scale=1 / 40) as running:
        # AWS serves TestState at a separate host, sync-states; the emulator has only one host.
        settings: Any = client_settings(running.url)
        settings["config"] = settings["config"].merge(Config(inject_host_prefix=False))
        yield boto3.client("stepfunctions", **settings)
