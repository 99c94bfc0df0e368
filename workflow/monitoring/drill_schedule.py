"""The daily drill: a page that calls nobody, which detects problems before a real page."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from workflow.roster_parameters import team_construct_id

#: A working hour in Europe and the Americas, so that a problem is found by day.
HOUR_UTC = "14"
#: Each drill begins and ends within this hour: FIRST_MINUTE, plus up to MINUTES and MAX_DELAY, plus
#: the duration of the drill.
FIRST_MINUTE, MINUTES, MAX_DELAY = 5, 25, Duration.minutes(20)
TEAMS_PER_MINUTE = 20


class DrillSchedule(Construct):
    """A schedule for each team, because each team's roster can be broken.

    It sends Callout's own Page event with `drill: true`
    (functions/oncall/events/trigger_metadata.py) to the default bus instead of the state machine,
    so that the drill also tests the rule.

    All teams are drilled in the same hour, so that one alarm can count them (alarms.py), and few in
    the same minute, because Amazon Connect admits two requests a second.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        teams: Sequence[str],
        dead_letter_queue: sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        bus = events.EventBus.from_event_bus_name(self, "Bus", "default")
        for index, team in enumerate(teams):
            scheduler.Schedule(
                self,
                team_construct_id(team),
                description=f"Callout: drill of team {team}; it calls nobody",
                schedule=scheduler.ScheduleExpression.cron(
                    hour=HOUR_UTC, minute=str(FIRST_MINUTE + index // TEAMS_PER_MINUTE % MINUTES)
                ),
                target=targets.EventBridgePutEvents(
                    targets.EventBridgePutEventsEntry(
                        event_bus=bus,
                        source=SOURCE,
                        detail_type=DETAIL_TYPE,
                        detail=scheduler.ScheduleTargetInput.from_object(drill_detail(team)),
                    ),
                    dead_letter_queue=dead_letter_queue,
                    max_event_age=MAX_DELAY,
                    retry_attempts=20,
                ),
            )


def drill_detail(team: str) -> dict[str, object]:
    """Return the detail of the event that starts a drill of a team."""
    return {
        "drill": True,
        "title": f"Drill of team {team}: nothing happened",
        # Shown only in the notification of a failed drill.
        "details": "Callout checks itself once a day without calling anyone. A page would now"
        " fail as this drill did.",
        "team": team,
        "severity": "low",
    }
