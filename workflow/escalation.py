"""The state machine with its functions, their IAM permissions, and the incident table."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.incident_record import OPEN_INDEX, OPEN_ORDER
from workflow.lambda_asset import build
from workflow.lambda_function import CHECK_CALL_TIMEOUT, LOG_RETENTION, LambdaFunction
from workflow.nag_suppressions import suppress
from workflow.notifications import grant_publish
from workflow.roster_parameters import ALL_ROSTERS_REASON, all_rosters_arn
from workflow.telephony import PREFIX as TELEPHONY_PREFIX

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from workflow.settings.settings import Settings

DEFINITION = Path(__file__).with_name("escalation.asl.json")
CONTACTS_REASON = "Contact IDs are unknown before a call; only contacts of this instance"

#: `IfExists` because it is unverified that EventBridge fills in these keys. If it does not, only
#: the bus is restricted, which is better than reminders that never arrive.
ONLY_CALLOUT_PAGES = {
    "StringEqualsIfExists": {"events:source": SOURCE, "events:detail-type": DETAIL_TYPE}
}

#: The Service Authorization Reference lists ds:DescribeDirectories as a dependent action of
#: connect:DescribeInstance. Unverified; without it, every drill might report a problem.
DIRECTORIES_REASON = "DescribeInstance depends on it; it supports no resource-level permissions"


class Escalation(Construct):
    """The state machine, its functions and the incident table.

    Attributes:
        state_machine: the state machine, for rules, alarms and outputs.
        table: the incident table.
        functions: the functions, by their name in the definition.
        code: the asset of the functions, for functions outside the state machine.
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
        self._roster_prefix = roster_prefix
        self._instance_id = self._telephony_parameter("instance-id")
        self.table = dynamodb.Table(
            self,
            "Incidents",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            time_to_live_attribute="expires_at",
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            # Keep the history of incidents when the stack is deleted.
            removal_policy=RemovalPolicy.RETAIN,
        )
        # A local index, because a global one does not support strongly consistent reads.
        self.table.add_local_secondary_index(
            index_name=OPEN_INDEX,
            sort_key=dynamodb.Attribute(name=OPEN_ORDER, type=dynamodb.AttributeType.STRING),
        )
        # The CDK copies the asset when the functions are created, so the folder can be temporary.
        with TemporaryDirectory(prefix="callout-") as scratch:
            self.code = lambda_.Code.from_asset(str(build(Path(scratch, "functions"))))
            self.functions = {
                "OpenIncidentFunction": self._open_incident(self.code),
                "AcquireTeamLockFunction": self._acquire_team_lock(self.code),
                "PlanCallsFunction": self._plan_calls(self.code),
                "CollectOpenIncidentsFunction": self._collect_open_incidents(self.code),
                "PlaceCallFunction": self._place_call(self.code),
                "CheckCallFunction": self._check_call(self.code),
                "FinishPageFunction": self._finish_page(self.code),
                "SendReminderFunction": self._send_reminder(self.code),
            }
        self.state_machine = self._state_machine(topic)

    def _state_machine(self, topic: sns.ITopic) -> sfn.StateMachine:
        machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_string(
                json.dumps(json.loads(DEFINITION.read_text()), separators=(",", ":"))
            ),
            definition_substitutions={
                "NotificationTopicArn": topic.topic_arn,
                **{name: function.function_arn for name, function in self.functions.items()},
            },
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self,
                    "StateMachineLogs",
                    retention=LOG_RETENTION,
                    removal_policy=RemovalPolicy.DESTROY,
                ),
                level=sfn.LogLevel.ALL,
                # The state contains phone numbers. The execution history keeps it for 90 days.
                include_execution_data=False,
            ),
        )
        machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[function.function_arn for function in self.functions.values()],
            )
        )
        grant_publish(topic, machine.role)
        suppress(
            machine.role,
            "IAM5[Resource::*]",
            "X-Ray and log delivery support no resource-level permissions"
            " (Step Functions developer guide)",
        )
        return machine

    def _open_incident(self, code: lambda_.Code) -> LambdaFunction:
        environment = self._table_environment() | {
            "RETENTION_DAYS": str(self._settings.retention_days),
            "DEDUP_WINDOW_MINUTES": str(self._settings.dedup_window_minutes),
        }
        function = LambdaFunction(self, "open_incident", code=code, environment=environment)
        function.allow(_dynamodb("GetItem", "PutItem", "UpdateItem"), self.table.table_arn)
        return function

    def _acquire_team_lock(self, code: lambda_.Code) -> LambdaFunction:
        function = LambdaFunction(
            self, "acquire_team_lock", code=code, environment=self._table_environment()
        )
        function.allow(_dynamodb("GetItem", "UpdateItem"), self.table.table_arn)
        function.allow(_dynamodb("Query"), self._open_index_arn())
        return function

    def _plan_calls(self, code: lambda_.Code) -> LambdaFunction:
        environment = self._message_environment() | {"ROSTER_PREFIX": self._roster_prefix}
        function = LambdaFunction(self, "plan_calls", code=code, environment=environment)
        function.allow(["ssm:GetParameter"], all_rosters_arn(self), ALL_ROSTERS_REASON)
        # The cached copy of the roster, used while SSM is unavailable (docs/decisions/007).
        function.allow(_dynamodb("GetItem", "PutItem"), self.table.table_arn)
        function.allow(_dynamodb("Query"), self._open_index_arn())
        return function

    def _collect_open_incidents(self, code: lambda_.Code) -> LambdaFunction:
        function = LambdaFunction(
            self, "collect_open_incidents", code=code, environment=self._message_environment()
        )
        function.allow(_dynamodb("Query"), self._open_index_arn())
        return function

    def _place_call(self, code: lambda_.Code) -> LambdaFunction:
        environment = {
            "CONNECT_INSTANCE_ID": self._instance_id,
            "CONTACT_FLOW_ID": self._telephony_parameter("contact-flow-id"),
            "SOURCE_PHONE_NUMBER": self._telephony_parameter("source-phone-number"),
        }
        function = LambdaFunction(self, "place_call", code=code, environment=environment)
        function.allow(["connect:StartOutboundVoiceContact"], self._contacts_arn(), CONTACTS_REASON)
        # A drill reads these (functions/oncall/calls/readiness.py).
        instance = self._instance_arn()
        function.allow(["connect:DescribeInstance"], instance)
        flow = f"{instance}/contact-flow/{environment['CONTACT_FLOW_ID']}"
        function.allow(["connect:DescribeContactFlow"], flow)
        function.allow(["ds:DescribeDirectories"], "*", DIRECTORIES_REASON)
        return function

    def _check_call(self, code: lambda_.Code) -> LambdaFunction:
        environment = self._table_environment() | {"CONNECT_INSTANCE_ID": self._instance_id}
        function = LambdaFunction(
            self, "check_call", code=code, environment=environment, timeout=CHECK_CALL_TIMEOUT
        )
        actions = ["DescribeContact", "GetContactAttributes", "StopContact"]
        function.allow(
            [f"connect:{action}" for action in actions], self._contacts_arn(), CONTACTS_REASON
        )
        function.allow(_dynamodb("GetItem", "UpdateItem"), self.table.table_arn)
        function.allow(_dynamodb("Query"), self._open_index_arn())
        return function

    def _finish_page(self, code: lambda_.Code) -> LambdaFunction:
        environment = self._table_environment() | {
            "RETENTION_DAYS": str(self._settings.retention_days),
            "ACK_TIMEOUT_MINUTES": str(self._settings.ack_timeout_minutes),
        }
        function = LambdaFunction(self, "finish_page", code=code, environment=environment)
        function.allow(_dynamodb("GetItem", "UpdateItem"), self.table.table_arn)
        return function

    def _send_reminder(self, code: lambda_.Code) -> LambdaFunction:
        function = LambdaFunction(
            self, "send_reminder", code=code, environment=self._table_environment()
        )
        function.allow(_dynamodb("GetItem"), self.table.table_arn)
        bus = Stack.of(self).format_arn(
            service="events", resource="event-bus", resource_name="default"
        )
        function.allow(["events:PutEvents"], bus, conditions=ONLY_CALLOUT_PAGES)
        return function

    def _table_environment(self) -> dict[str, str]:
        return {"INCIDENT_TABLE": self.table.table_name}

    def _message_environment(self) -> dict[str, str]:
        """Return the settings that the messages of a call depend on."""
        return self._table_environment() | {
            "MAX_CALL_SECONDS": str(self._settings.max_call_seconds),
            "MESSAGE_ATTRIBUTE": self._settings.telephony.message_attribute,
            "ACKNOWLEDGE": self._settings.telephony.acknowledge,
        }

    def _open_index_arn(self) -> str:
        return f"{self.table.table_arn}/index/{OPEN_INDEX}"

    def _contacts_arn(self) -> str:
        return f"{self._instance_arn()}/contact/*"

    def _instance_arn(self) -> str:
        return Stack.of(self).format_arn(
            service="connect", resource="instance", resource_name=self._instance_id
        )

    def _telephony_parameter(self, name: str) -> str:
        """Return a parameter that stack CalloutTelephony, or the user, has written."""
        return ssm.StringParameter.value_for_string_parameter(self, TELEPHONY_PREFIX + name)


def _dynamodb(*names: str) -> list[str]:
    return [f"dynamodb:{name}" for name in names]
