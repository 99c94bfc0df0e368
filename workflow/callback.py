"""Callback: the function that answers the number, and the stack with its contact flow.

The flow has a stack of its own, deployed after `Callout`, because `Callout` must have no
Amazon Connect resources, which the local emulator does not support.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import Aws, CfnOutput, Stack
from aws_cdk import aws_connect as connect
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from workflow.contact_flow.callback_flow import LOOKUP_SECONDS, callback_flow
from workflow.contact_flow.flow import FLOW_TYPE, content
from workflow.lambda_function import LambdaFunction
from workflow.roster_parameters import ALL_ROSTERS_REASON, PREFIX, all_rosters_arn
from workflow.telephony import PREFIX as TELEPHONY_PREFIX

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from workflow.escalation import Escalation
    from workflow.settings.settings import Settings
    from workflow.settings.telephony import Callback


class CallbackFunction(Construct):
    """The function `answer_callback`, which the Connect instance may invoke."""

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        escalation: Escalation,
        settings: Settings,
        callback: Callback,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        table = escalation.table
        self.function = function = LambdaFunction(
            self,
            "answer_callback",
            code=escalation.code,
            environment={
                "INCIDENT_TABLE": table.table_name,
                "ROSTER_PREFIX": PREFIX,
                "TEAMS": ",".join(settings.teams),
                "FALLBACK_TEAM": settings.team_in_doubt,
                "NOTIFICATION_TOPIC": topic.topic_arn,
                "UNKNOWN_CALLERS": callback.unknown_callers,
                "ACCOUNT_NAMES": json.dumps(settings.account_names, separators=(",", ":")),
            },
            timeout=LOOKUP_SECONDS,
        )
        function.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], table.table_arn)
        function.allow(["dynamodb:Query"], table.open_index_arn)
        function.allow(["ssm:GetParameter"], all_rosters_arn(self), ALL_ROSTERS_REASON)
        function.allow_publish(topic)
        # Amazon Connect administrator guide, "Grant Amazon Connect access to your AWS Lambda
        # functions".
        function.add_permission(
            "Connect",
            principal=iam.ServicePrincipal("connect.amazonaws.com"),
            source_arn=escalation.instance_arn,
            source_account=Aws.ACCOUNT_ID,
        )
        escalation.let_first_answer_count()
        escalation.functions["FinishPageFunction"].add_environment("CALLBACK", "1")
        # `callout doctor` builds the expected flow with it.
        CfnOutput(
            Stack.of(self),
            "CallbackFunctionArn",
            value=function.function_arn,
            description="Answers the number, from the contact flow of stack CalloutCallback",
        )


class CallbackStack(Stack):
    """The inbound contact flow, and the function's association with the instance.

    CloudFormation cannot tie a number to a flow; `callout callback connect` does.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        callback: Callback,
        function_arn: str,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": settings.home_region} if settings.home_region else None,
            description="Callout: contact flow for people who call the number back",
        )
        instance_arn = self.format_arn(
            service="connect",
            resource="instance",
            resource_name=ssm.StringParameter.value_for_string_parameter(
                self, f"{TELEPHONY_PREFIX}instance-id"
            ),
        )
        listed = connect.CfnIntegrationAssociation(
            self,
            "Function",
            instance_id=instance_arn,
            integration_arn=function_arn,
            integration_type="LAMBDA_FUNCTION",
        )
        flow = connect.CfnContactFlow(
            self,
            "ContactFlow",
            instance_arn=instance_arn,
            name="Callout callback",
            description="Says what is open; 1 acknowledges, 2 passes it on, * repeats it",
            type=FLOW_TYPE,
            state="ACTIVE",
            content=content(
                callback_flow(function_arn, connect_unknown=callback.unknown_callers == "connect")
            ),
        )
        flow.add_resource_dependency(listed)
        CfnOutput(self, "ContactFlowArn", value=flow.attr_contact_flow_arn)
