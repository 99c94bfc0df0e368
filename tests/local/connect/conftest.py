"""The simulated Connect that most of these tests use."""

from collections.abc import Iterator

import pytest

from tests.local.connect.caller import Caller, calling


@pytest.fixture(scope="module")
def server_and_client() -> Iterator[Caller]:
    """Start a simulated Connect and its client, once per module."""
    with calling() as caller:
        yield caller


@pytest.fixture
def caller(server_and_client: Caller) -> Caller:
    """Return them without calls, requests or faults."""
    server_and_client.server.reset({})
    server_and_client.server.time_scale = 0.002
    return server_and_client
