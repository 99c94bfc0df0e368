"""Tests that need an emulator run in a worker that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.xdist_scheduler import E2E, EMULATOR, SCENARIOS, group_of

if TYPE_CHECKING:
    import pytest


def test_only_three_workers_start_an_emulator(request: pytest.FixtureRequest) -> None:
    items = [
        item for item in request.session.items if "system" in getattr(item, "fixturenames", ())
    ]

    assert {
        item.path.name for item in items if group_of(item.nodeid) not in (SCENARIOS, E2E, EMULATOR)
    } == set()
