"""What tests of functions share: a simulated Connect in real time, and what they publish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import oncall.calls.call_evaluation
from adapters import aws_clients
from local.connect.server import SimulatedConnect
from tests.functions.invoke import imported

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from local.emulator.system import LocalSystem


@pytest.fixture(scope="package")
def simulated_connect() -> Iterator[SimulatedConnect]:
    """Return the server in real time: actions due at second 0 happen when a call is placed."""
    with SimulatedConnect({}, time_scale=1.0) as server:
        yield server
        assert server.defects == []


@pytest.fixture
def connect(simulated_connect: SimulatedConnect) -> SimulatedConnect:
    """Return the server, without calls."""
    simulated_connect.reset({})
    return simulated_connect


@pytest.fixture(scope="module")
def place_call(simulated_connect: SimulatedConnect) -> Iterator[ModuleType]:
    """Import the function with its deployed environment."""
    instance = simulated_connect.instance
    environment = {
        "CONNECT_INSTANCE_ID": instance.instance_id,
        "CONTACT_FLOW_ID": instance.contact_flow_id,
        "SOURCE_PHONE_NUMBER": instance.source_phone_number,
    }
    with imported("place_call", simulated_connect.url, environment) as module:
        yield module


@pytest.fixture(scope="module")
def check_call(simulated_connect: SimulatedConnect, system: LocalSystem) -> Iterator[ModuleType]:
    """Import the function with its deployed environment and table."""
    environment = {
        "CONNECT_INSTANCE_ID": simulated_connect.instance.instance_id,
        "INCIDENT_TABLE": system.deployment.incident_table_name,
        "AWS_ENDPOINT_URL_DYNAMODB": system.emulator.url,
    }
    with pytest.MonkeyPatch.context() as patched:
        # Scenarios test a slow table (tests/scenarios); here a slow machine must not look like one.
        patched.setattr(aws_clients, "QUICK_TIMEOUT", 30)
        # Poll once an invocation; test_check_call_loop tests more.
        patched.setattr(oncall.calls.call_evaluation, "MAX_POLL_LOOP_SECONDS", 0)
        with imported("check_call", simulated_connect.url, environment) as module:
            yield module


@pytest.fixture
def published(function: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Record what the function of the test module publishes."""
    sent: list[dict[str, Any]] = []
    publish = function.sns.publish

    def record(**given: Any) -> Any:  # noqa: ANN401 - as boto3 has it
        sent.append(given)
        return publish(**given)

    monkeypatch.setattr(function.sns, "publish", record)
    return sent
