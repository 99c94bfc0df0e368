"""The drill: once a day, a page that rings nobody, so that a broken pager is found in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from constructs import Construct

from workflow.roster_parameters import team_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_sqs as sqs

EVERY = Duration.days(1)


class Drill(Construct):
    """A schedule for each team, since each has a roster of its own that can be broken.

    The event is Callout's own Page with `drill: true`
    (functions/oncall/events/trigger_metadata.py). Put on the default bus and not handed to the
    state machine, so that the rule is tried as well.

    A rate without a start begins at once (EventBridge Scheduler, "Schedule types"): the
    first drill is part of the deployment that makes it.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, teams: Sequence[str], undelivered: sqs.IQueue
    ) -> None:
        super().__init__(scope, construct_id)
        bus = events.EventBus.from_event_bus_name(self, "Bus", "default")
        for team in teams:
            scheduler.Schedule(
                self,
                team_id(team),
                description=f"Callout: the drill of team {team}. It rings nobody",
                schedule=scheduler.ScheduleExpression.rate(EVERY),
                target=targets.EventBridgePutEvents(
                    targets.EventBridgePutEventsEntry(
                        event_bus=bus,
                        source="callout",
                        detail_type="Page",
                        detail=scheduler.ScheduleTargetInput.from_object(drill_of(team)),
                    ),
                    dead_letter_queue=undelivered,
                    # A drill that comes much later is none: the next is due.
                    max_event_age=Duration.hours(1),
                    retry_attempts=20,
                ),
            )


def drill_of(team: str) -> dict[str, object]:
    """Give the detail of the event that asks for a team's drill."""
    return {
        "drill": True,
        "title": f"Drill of team {team}: nothing happened",
        # Read by people only where the drill fails.
        "details": "Callout tries itself out once a day without ringing anybody. A page that"
        " came now would fail as this drill did.",
        "team": team,
        "severity": "low",
    }
