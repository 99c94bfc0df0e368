"""Functions run from one unpacked copy of their asset; few of them start at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from local.emulator.process import Emulator

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

BURST = 24


def test_functions_share_one_unpacked_asset(system: LocalSystem) -> None:
    client = system.client("lambda")
    functions = client.list_functions()["Functions"]
    for function in functions[:2]:
        client.invoke(FunctionName=function["FunctionName"], Payload=b"{}")

    scratch = system.emulator.scratch
    [unpacked] = scratch.glob("code-*")
    folders = list(scratch.glob("ministack-lambda-*/code"))
    assert len(folders) >= 2
    assert {item.resolve().parent for folder in folders for item in folder.iterdir()} == {unpacked}


def test_the_emulator_removes_its_files_when_it_stops() -> None:
    with Emulator() as emulator:
        scratch = emulator.scratch
        assert scratch.exists()

    assert not scratch.exists()


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
