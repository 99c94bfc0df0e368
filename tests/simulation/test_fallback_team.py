"""A page for a team of the settings whose roster is empty, as after the deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.scenarios.scenario import Scenario

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


def test_the_people_of_the_fallback_team_learn_which_team_has_no_roster(
    virtual: VirtualSystem,
) -> None:
    scenario = Scenario.model_validate(
        {
            "title": "fallback team",
            "roster": {"rounds": 1, "contacts": [{"name": "Ana", "phone": "+14155550132"}]},
            "event": {
                "source": "callout",
                "detail-type": "Page",
                "detail": {"title": "Checkout is down", "team": "payments"},
            },
        }
    )

    result = virtual.run_scenario(scenario)

    assert "This is for team payments, which has no roster." in result.spoken[0]
    [notification] = result.notifications
    assert "For team payments, which has no roster:\nCheckout is down" in notification.message
    incident = result.output["incident"]
    assert (incident["team"], incident["requested_team"]) == ("payments", "payments")
