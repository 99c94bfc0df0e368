"""Which constructs make which stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, Stack

from workflow.escalation import Escalation
from workflow.roster import PREFIX, Rosters
from workflow.triggers import Triggers

if TYPE_CHECKING:
    from constructs import Construct

    from workflow.settings import Settings


class CalloutStack(Stack):
    """Everything but the Connect side; it also deploys to a local emulator."""

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            description="Callout: phones the people on call when AWS needs a human now",
        )
        rosters = Rosters(self, "Rosters", teams=settings.teams)
        escalation = Escalation(self, "Escalation", settings=settings, roster_prefix=PREFIX)
        Triggers(
            self,
            "Triggers",
            state_machine=escalation.state_machine,
            settings=settings.triggers,
        )
        for name, value in {
            "StateMachineArn": escalation.state_machine.state_machine_arn,
            "RosterParameterName": rosters.parameters[settings.teams[0]].parameter_name,
            "NotificationTopicArn": escalation.topic.topic_arn,
            "IncidentTableName": escalation.table.table_name,
        }.items():
            CfnOutput(self, name, value=value)
