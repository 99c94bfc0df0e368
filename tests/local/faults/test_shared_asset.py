"""Functions run from one unpacked copy of their asset, and leave no files behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.emulator.process import Emulator

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem


def test_functions_share_what_was_unpacked_of_their_asset(system: LocalSystem) -> None:
    function_names = system.client("lambda")
    found = function_names.list_functions()["Functions"]
    for one in found[:2]:
        function_names.invoke(FunctionName=one["FunctionName"], Payload=b"{}")

    scratch = system.emulator.scratch
    [unpacked] = scratch.glob("code-*")
    places = list(scratch.glob("ministack-lambda-*/code"))
    assert len(places) >= 2
    assert {one.resolve().parent for place in places for one in place.iterdir()} == {unpacked}


def test_what_it_wrote_is_gone_with_the_emulator() -> None:
    with Emulator() as emulator:
        scratch = emulator.scratch
        assert scratch.exists()

    assert not scratch.exists()
