"""In a new account, which runs ten functions at once, pages are late, and nothing else changes.

`make bench PART=storm` runs larger storms (docs/scaling.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.simulation import lambda_runtime
from oncall.incident_record import ACKNOWLEDGED
from tests.property.storm import alert_burst, limited, to_teams
from tests.simulation.storms import outcomes, run_valid_storm

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem
    from tests.property.storm import Storm

NEW_ACCOUNT = 10


@pytest.mark.parametrize(
    ("storm", "error"),
    [
        (alert_burst(50), lambda_runtime.THROTTLED),
        (alert_burst(50), "Lambda.Unknown"),  # if AWS gives the error another name
        (to_teams(10, 3), lambda_runtime.THROTTLED),
    ],
    ids=["one team", "another error", "ten teams"],
)
def test_a_storm_in_a_new_account_loses_no_event_and_no_call(
    storm: Storm, error: str, virtual: VirtualSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_runtime, "THROTTLED", error)

    run = run_valid_storm(virtual, limited(storm, NEW_ACCOUNT))

    assert run.throttled
    assert not run.gave_up
    assert outcomes(run) == [ACKNOWLEDGED] * len(storm.events)
