"""Functions run from one unpacked copy of their asset, and leave no files behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.process import Emulator

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem


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
