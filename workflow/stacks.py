"""Which constructs make which stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Stack

from workflow.escalation import Escalation
from workflow.monitoring.dashboard import Dashboard
from workflow.monitoring.drill_schedule import Drill
from workflow.monitoring.failure_notifications import SafetyNet
from workflow.notifications import Notifications
from workflow.roster_parameters import PREFIX, Rosters
from workflow.roster_validation import RosterGuard
from workflow.settings.types import partition_of
from workflow.sign_in_forwarding import SignInStack, forwarded
from workflow.telephony import TelephonyStack
from workflow.trigger_rules import Triggers

if TYPE_CHECKING:
    from constructs import Construct

    from workflow.settings.settings import Settings


def make_stacks(scope: Construct, settings: Settings, called_with: str | None) -> None:
    """Make every stack of a deployment.

    Args:
        scope: the app.
        settings: what was chosen.
        called_with: region that the CDK command line is called with, where known.

    Raises:
        SettingsError: that region has no Amazon Connect.
    """
    home_region = settings.region(called_with)
    TelephonyStack(scope, "CalloutTelephony", settings=settings)
    CalloutStack(scope, "Callout", settings=settings, partition=partition_of(home_region))
    for region, keys in forwarded(settings.triggers, home_region).items():
        SignInStack(
            scope,
            f"CalloutSignIn-{region}",
            region=region,
            home_region=home_region,
            settings=settings,
            keys=keys,
        )


class CalloutStack(Stack):
    """Everything but the Connect side; it also deploys to a local emulator."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, partition: str
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": settings.home_region} if settings.home_region else None,
            description="Callout: phones the people on call when AWS needs a human now",
        )
        rosters = Rosters(self, "Rosters", teams=settings.teams)
        topic = Notifications(self, "Notifications", settings.notifications).topic
        escalation = Escalation(
            self, "Escalation", settings=settings, roster_prefix=PREFIX, topic=topic
        )
        triggers = Triggers(
            self,
            "Triggers",
            state_machine=escalation.state_machine,
            settings=settings.triggers,
        )
        guard = RosterGuard(
            self,
            "RosterGuard",
            code=escalation.code,
            teams=settings.teams,
            table=escalation.table,
            topic=topic,
            undelivered=triggers.undelivered,
        )
        net = SafetyNet(
            self,
            "SafetyNet",
            topic=topic,
            escalation=escalation,
            triggers=triggers,
            guard=guard,
            partition=partition,
        )
        self._watch(net, triggers, settings)
        for name, value in {
            "StateMachineArn": escalation.state_machine.state_machine_arn,
            "RosterParameterName": rosters.parameters[settings.teams[0]].parameter_name,
            "NotificationTopicArn": topic.topic_arn,
            "IncidentTableName": escalation.table.table_name,
        }.items():
            CfnOutput(self, name, value=value)

    def _watch(self, net: SafetyNet, triggers: Triggers, settings: Settings) -> None:
        """Try the pager, and show how it is: no drill without the rule for pages, its way in."""
        drilled = settings.teams if settings.triggers.page.enabled else []
        Drill(self, "Drill", teams=drilled, undelivered=net.untold)
        for team in drilled:
            net.alarms.watch_drill(team)
        queues = {"events": triggers.undelivered, "failures, drills": net.untold}
        Dashboard(self, "Dashboard", alarms=net.alarms, queues=queues, drilled_teams=drilled)
