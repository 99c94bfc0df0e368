"""One page, from event to answer: state machine, functions, incident table, topic."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from workflow.bundle import build

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from workflow.settings import Settings

DEFINITION = Path(__file__).with_name("escalation.asl.json")
#: Below the TimeoutSeconds of the tasks, so that a function is ended by Lambda, whose
#: error says so, and three tries with the clients' time-outs fit in.
FUNCTION_TIMEOUT = Duration.seconds(25)
TELEPHONY = "/callout/telephony/"


class Escalation(Construct):
    """The state machine and all it works with.

    Attributes:
        state_machine, table: what was created, for rules, alarms and outputs.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        roster_prefix: str,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self.table = dynamodb.Table(
            self,
            "Incidents",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            # What happened is worth more than a tidy account.
            removal_policy=RemovalPolicy.RETAIN,
        )
        instance_id = self._telephony("instance-id")
        # The CDK copies the asset while the functions are made; then it can go.
        with TemporaryDirectory(prefix="callout-") as scratch:
            self._code = lambda_.Code.from_asset(str(build(Path(scratch, "functions"))))
            functions = {
                "OpenIncidentFunction": self._open_incident(),
                "PlanCallsFunction": self._plan_calls(roster_prefix),
                "PlaceCallFunction": self._place_call(instance_id),
                "CheckCallFunction": self._check_call(instance_id),
            }
        self.state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_string(
                json.dumps(json.loads(DEFINITION.read_text()), separators=(",", ":"))
            ),
            definition_substitutions={
                "NotificationTopicArn": topic.topic_arn,
                **{name: function.function_arn for name, function in functions.items()},
            },
        )
        self.state_machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[function.function_arn for function in functions.values()],
            )
        )
        topic.grant_publish(self.state_machine)

    def _open_incident(self) -> lambda_.Function:
        function = self._function("open_incident", INCIDENT_TABLE=self.table.table_name)
        self.table.grant(function, "dynamodb:PutItem")
        return function

    def _plan_calls(self, roster_prefix: str) -> lambda_.Function:
        function = self._function(
            "plan_calls",
            ROSTER_PREFIX=roster_prefix,
            TALK_SECONDS=str(self._settings.talk_seconds),
        )
        rosters = Stack.of(self).format_arn(
            service="ssm", resource="parameter", resource_name=roster_prefix.strip("/") + "/*"
        )
        function.add_to_role_policy(
            iam.PolicyStatement(actions=["ssm:GetParameter"], resources=[rosters])
        )
        return function

    def _place_call(self, instance_id: str) -> lambda_.Function:
        function = self._function(
            "place_call",
            CONNECT_INSTANCE_ID=instance_id,
            CONTACT_FLOW_ID=self._telephony("contact-flow-id"),
            SOURCE_PHONE_NUMBER=self._telephony("source-phone-number"),
        )
        self._allow_connect(function, instance_id, ["connect:StartOutboundVoiceContact"])
        return function

    def _check_call(self, instance_id: str) -> lambda_.Function:
        function = self._function("check_call", CONNECT_INSTANCE_ID=instance_id)
        actions = ["DescribeContact", "GetContactAttributes", "StopContact"]
        self._allow_connect(function, instance_id, [f"connect:{action}" for action in actions])
        return function

    def _function(self, name: str, **environment: str) -> lambda_.Function:
        construct_id = "".join(word.title() for word in name.split("_"))
        log_group = logs.LogGroup(
            self,
            f"{construct_id}Logs",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return lambda_.Function(
            self,
            construct_id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=self._code,
            handler=f"{name}.handler",
            timeout=FUNCTION_TIMEOUT,
            memory_size=512,
            environment=environment,
            log_group=log_group,
        )

    def _allow_connect(
        self, function: lambda_.Function, instance_id: str, actions: list[str]
    ) -> None:
        contacts = Stack.of(self).format_arn(
            service="connect", resource="instance", resource_name=f"{instance_id}/contact/*"
        )
        function.add_to_role_policy(iam.PolicyStatement(actions=actions, resources=[contacts]))

    def _telephony(self, name: str) -> str:
        """Resolve a parameter that CalloutTelephony, or the user, has written."""
        return ssm.StringParameter.value_for_string_parameter(self, TELEPHONY + name)
