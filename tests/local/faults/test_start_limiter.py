"""A burst of invocations waits for the functions that are starting, and succeeds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

BURST = 24


def test_a_few_started_functions_serve_a_burst(system: LocalSystem) -> None:
    client = system.client("lambda")
    names = [function["FunctionName"] for function in client.list_functions()["Functions"]]
    [name] = [name for name in names if "ValidateRoster" in name]

    with ThreadPoolExecutor(BURST) as pool:
        pending = [
            pool.submit(client.invoke, FunctionName=name, Payload=b"{}") for _ in range(BURST)
        ]
        responses = [invocation.result() for invocation in pending]

    assert [response["StatusCode"] for response in responses] == [200] * BURST
    started = list(system.emulator.scratch.glob(f"ministack-lambda-{name}-*"))
    assert 0 < len(started) < BURST / 2
