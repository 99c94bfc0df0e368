"""One page, from event to answer: state machine, functions, incident table."""

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

from workflow.lambda_asset import build
from workflow.lambda_function import LOG_RETENTION, STAYING_TIMEOUT, Function
from workflow.nag_suppressions import accept
from workflow.roster_parameters import ANY_TEAM, all_rosters
from workflow.telephony import PREFIX as TELEPHONY_PREFIX

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from workflow.settings.settings import Settings

#: The index of what is open (functions/oncall/incident_record.py).
OPEN_INDEX = "open"
DEFINITION = Path(__file__).with_name("escalation.asl.json")
CONTACTS = "A contact's id is made when the call is: all contacts of this instance, nothing else"

#: Nothing but pages of Callout's own. Where EventBridge should not say what is put (unverified
#: without an account), the bus alone counts: better that than a reminder that never comes.
ONLY_PAGES = {"StringEqualsIfExists": {"events:source": "callout", "events:detail-type": "Page"}}

#: The Service Authorization Reference says so of connect:DescribeInstance; whether Connect
#: looks is unverified, and a drill that may not look would warn every day for nothing.
DIRECTORIES = "DescribeInstance depends on it, and it knows no resources"


class Escalation(Construct):
    """The state machine and all it works with.

    Attributes:
        state_machine, table: what was created, for rules, alarms and outputs.
        functions: the functions, by the name that the definition has for them.
        code: their asset, for functions beside the state machine.
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
        self._instance_id = self._telephony("instance-id")
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
            # What happened is worth more than a tidy account.
            removal_policy=RemovalPolicy.RETAIN,
        )
        # Local, not global: only such an index answers with what was written a moment ago.
        self.table.add_local_secondary_index(
            index_name=OPEN_INDEX,
            sort_key=dynamodb.Attribute(name="open_order", type=dynamodb.AttributeType.STRING),
        )
        # The CDK copies the asset while the functions are made; then it can go.
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
                **{name: one.function_arn for name, one in self.functions.items()},
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
                # The state holds phone numbers; the execution's history has it for 90 days.
                include_execution_data=False,
            ),
        )
        machine.add_to_role_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"],
                resources=[function.function_arn for function in self.functions.values()],
            )
        )
        topic.grant_publish(machine)
        accept(
            machine.role,
            "IAM5[Resource::*]",
            "X-Ray and the delivery of logs know no resources (Step Functions developer guide)",
        )
        accept(
            machine.role,
            "IAM5[Action::kms:GenerateDataKey*]",
            "What SNS asks of a publisher to an encrypted topic; on the topic's key only",
        )
        return machine

    def _open_incident(self, code: lambda_.Code) -> Function:
        environment = self._incidents() | {
            "RETENTION_DAYS": str(self._settings.retention_days),
            "DEDUP_WINDOW_MINUTES": str(self._settings.dedup_window_minutes),
        }
        function = Function(self, "open_incident", code=code, environment=environment)
        function.allow(_actions("GetItem", "PutItem", "UpdateItem"), self.table.table_arn)
        return function

    def _acquire_team_lock(self, code: lambda_.Code) -> Function:
        function = Function(self, "acquire_team_lock", code=code, environment=self._incidents())
        function.allow(_actions("GetItem", "UpdateItem"), self.table.table_arn)
        function.allow(_actions("Query"), self._open_incidents())
        return function

    def _plan_calls(self, code: lambda_.Code) -> Function:
        environment = self._telling() | {"ROSTER_PREFIX": self._roster_prefix}
        function = Function(self, "plan_calls", code=code, environment=environment)
        function.allow(["ssm:GetParameter"], all_rosters(self), ANY_TEAM)
        # The copy of the roster for when SSM is down (docs/decisions/007).
        function.allow(_actions("GetItem", "PutItem"), self.table.table_arn)
        function.allow(_actions("Query"), self._open_incidents())
        return function

    def _collect_open_incidents(self, code: lambda_.Code) -> Function:
        function = Function(self, "collect_open_incidents", code=code, environment=self._telling())
        function.allow(_actions("Query"), self._open_incidents())
        return function

    def _place_call(self, code: lambda_.Code) -> Function:
        environment = {
            "CONNECT_INSTANCE_ID": self._instance_id,
            "CONTACT_FLOW_ID": self._telephony("contact-flow-id"),
            "SOURCE_PHONE_NUMBER": self._telephony("source-phone-number"),
        }
        function = Function(self, "place_call", code=code, environment=environment)
        function.allow(["connect:StartOutboundVoiceContact"], self._contacts(), CONTACTS)
        # What a drill reads (functions/oncall/calls/readiness.py).
        instance = self._instance()
        function.allow(["connect:DescribeInstance"], instance)
        flow = f"{instance}/contact-flow/{environment['CONTACT_FLOW_ID']}"
        function.allow(["connect:DescribeContactFlow"], flow)
        function.allow(["ds:DescribeDirectories"], "*", DIRECTORIES)
        return function

    def _check_call(self, code: lambda_.Code) -> Function:
        environment = self._incidents() | {"CONNECT_INSTANCE_ID": self._instance_id}
        function = Function(
            self, "check_call", code=code, environment=environment, timeout=STAYING_TIMEOUT
        )
        actions = ["DescribeContact", "GetContactAttributes", "StopContact"]
        function.allow([f"connect:{action}" for action in actions], self._contacts(), CONTACTS)
        function.allow(_actions("GetItem", "UpdateItem"), self.table.table_arn)
        function.allow(_actions("Query"), self._open_incidents())
        return function

    def _finish_page(self, code: lambda_.Code) -> Function:
        environment = self._incidents() | {
            "RETENTION_DAYS": str(self._settings.retention_days),
            "ACK_TIMEOUT_MINUTES": str(self._settings.ack_timeout_minutes),
        }
        function = Function(self, "finish_page", code=code, environment=environment)
        function.allow(_actions("GetItem", "UpdateItem"), self.table.table_arn)
        return function

    def _send_reminder(self, code: lambda_.Code) -> Function:
        function = Function(self, "send_reminder", code=code, environment=self._incidents())
        function.allow(_actions("GetItem"), self.table.table_arn)
        bus = Stack.of(self).format_arn(
            service="events", resource="event-bus", resource_name="default"
        )
        function.allow(["events:PutEvents"], bus, conditions=ONLY_PAGES)
        return function

    def _incidents(self) -> dict[str, str]:
        return {"INCIDENT_TABLE": self.table.table_name}

    def _telling(self) -> dict[str, str]:
        """What is said in a call depends on these."""
        return self._incidents() | {
            "MAX_CALL_SECONDS": str(self._settings.max_call_seconds),
            "MESSAGE_ATTRIBUTE": self._settings.telephony.message_attribute,
            "ACKNOWLEDGE": self._settings.telephony.acknowledge,
        }

    def _open_incidents(self) -> str:
        return f"{self.table.table_arn}/index/{OPEN_INDEX}"

    def _contacts(self) -> str:
        return f"{self._instance()}/contact/*"

    def _instance(self) -> str:
        return Stack.of(self).format_arn(
            service="connect", resource="instance", resource_name=self._instance_id
        )

    def _telephony(self, name: str) -> str:
        """Resolve a parameter that CalloutTelephony, or the user, has written."""
        return ssm.StringParameter.value_for_string_parameter(self, TELEPHONY_PREFIX + name)


def _actions(*names: str) -> list[str]:
    return [f"dynamodb:{name}" for name in names]
