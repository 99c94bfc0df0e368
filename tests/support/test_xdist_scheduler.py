"""Tests that need an emulator run where one is started anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.xdist_scheduler import REST, STORIES, place

if TYPE_CHECKING:
    import pytest


def test_no_worker_but_two_has_to_start_an_emulator(request: pytest.FixtureRequest) -> None:
    needing = [one for one in request.session.items if "system" in getattr(one, "fixturenames", ())]

    assert {one.path.name for one in needing if place(one.nodeid) not in (STORIES, REST)} == set()
