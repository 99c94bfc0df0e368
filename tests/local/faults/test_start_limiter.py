"""A burst of invocations waits for the functions that are starting, and succeeds."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

BURST = 24


def test_a_burst_is_answered_by_the_few_that_have_started(system: LocalSystem) -> None:
    function_names = system.client("lambda")
    names = [one["FunctionName"] for one in function_names.list_functions()["Functions"]]
    [name] = [one for one in names if "ValidateRoster" in one]

    with ThreadPoolExecutor(BURST) as pool:
        asked = [
            pool.submit(function_names.invoke, FunctionName=name, Payload=b"{}")
            for _ in range(BURST)
        ]
        answers = [one.result() for one in asked]

    assert [one["StatusCode"] for one in answers] == [200] * BURST
    started = list(system.emulator.scratch.glob(f"ministack-lambda-{name}-*"))
    assert 0 < len(started) < BURST / 2
