"""A new account's ten concurrent functions: pages are late, and nothing else changes.

`make bench PART=storm` runs larger storms (docs/scaling.md).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.simulation import lambda_runtime
from local.simulation.lambda_runtime import FunctionFaultError
from oncall.incident_record import ACKNOWLEDGED
from tests.property.storm import Storm, alert_burst, page, to_teams
from tests.simulation.storms import outcomes, run_valid_storm, storm

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.simulation.system import VirtualSystem
    from tests.property.run_storm import StormRun

NEW_ACCOUNT = 10


def limited(alert_storm: Storm, seed: int = 0) -> Storm:
    """Return a storm in a new account."""
    update = {"lambda_concurrency": NEW_ACCOUNT, "seed": seed}
    return replace(alert_storm, scenario=alert_storm.scenario.model_copy(update=update))


def gave_up(run: StormRun) -> set[str]:
    """Return the states that follow a function that failed for good."""
    states = {state.name for paged in run.pages for state in paged.states}
    return states & {"UseFallbackIncident", "PlanFailed", "MarkCallFailed", "NotifyFailure"}


@pytest.mark.parametrize(
    "alert_storm", [alert_burst(50), to_teams(10, 3)], ids=["one team", "ten teams"]
)
def test_a_storm_in_a_new_account_loses_no_event_and_no_call(
    alert_storm: Storm, virtual: VirtualSystem
) -> None:
    run = run_valid_storm(virtual, limited(alert_storm))

    assert "Lambda.TooManyRequestsException" in errors(run)
    assert gave_up(run) == set()
    assert outcomes(run) == [ACKNOWLEDGED] * len(alert_storm.events)


def test_a_storm_survives_if_lambda_reports_throttling_under_another_name(
    virtual: VirtualSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lambda_runtime, "THROTTLED", "Lambda.Unknown")

    run = run_valid_storm(virtual, limited(alert_burst(50)))

    assert "Lambda.Unknown" in errors(run)
    assert gave_up(run) == set()
    assert outcomes(run) == [ACKNOWLEDGED] * 50


def errors(run: StormRun) -> set[str]:
    """Return the names of the errors of tasks."""
    return {
        event["taskFailedEventDetails"]["error"]
        for paged in run.pages
        for event in paged.execution.history
        if "taskFailedEventDetails" in event
    }
