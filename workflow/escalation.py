"""The state machine and its functions, with the environment and IAM permissions of each."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_ssm as ssm
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from workflow.incident_table import IncidentTable
from workflow.lambda_asset import build
from workflow.lambda_function import CHECK_CALL_TIMEOUT, LOG_RETENTION, TIMEOUT, LambdaFunction
from workflow.nag_suppressions import suppress
from workflow.notifications import grant_publish
from workflow.roster_parameters import ALL_ROSTERS_REASON, all_rosters_arn
from workflow.roster_parameters import PREFIX as ROSTER_PREFIX
from workflow.settings.settings import Settings
from workflow.telephony import PREFIX as TELEPHONY_PREFIX

DEFINITION = Path(__file__).with_name("escalation.asl.json")
CONTACTS_REASON = "Contact IDs are unknown before a call; only contacts of this instance"

#: Both keys are ArrayOfString (Service Authorization Reference, "Amazon EventBridge"), so they need
#: a set operator. `ForAllValues` also allows a request without the key: then only the bus is
#: restricted, which is better than reminders that never arrive.
ONLY_CALLOUT_PAGES = {
    "ForAllValues:StringEquals": {"events:source": SOURCE, "events:detail-type": DETAIL_TYPE}
}

#: The Service Authorization Reference lists ds:DescribeDirectories as a dependent action of
#: connect:DescribeInstance. Unverified; without it, every drill might report a problem.
DIRECTORIES_REASON = "DescribeInstance depends on it; it supports no resource-level permissions"

TEXTS_REASON = "A text message has no resource; publishing to topics is denied"

#: CloudWatch API reference, DescribeAlarms.
COMPOSITE_ALARMS_REASON = "With a narrower scope, DescribeAlarms returns no composite alarms"


class Escalation(Construct):
    """The state machine, its functions (by name in the definition) and the incident table."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        topic: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._instance_id = self._telephony_parameter("instance-id")
        self.table = IncidentTable(self, "Incidents")
        # The CDK copies the asset when the functions are created, so the folder can be temporary.
        with TemporaryDirectory(prefix="callout-") as scratch:
            self.code = lambda_.Code.from_asset(str(build(Path(scratch, "functions"))))
            place_call = self._place_call()
            self.functions = {
                "OpenIncidentFunction": self._open_incident(place_call),
                "CheckHoldFunction": self._check_hold(),
                "AcquireTeamLockFunction": self._acquire_team_lock(),
                "PlanCallsFunction": self._plan_calls(),
                "CollectOpenIncidentsFunction": self._collect_open_incidents(),
                "PlaceCallFunction": place_call,
                "CheckCallFunction": self._check_call(),
                "FinishPageFunction": self._finish_page(),
                "SendReminderFunction": self._send_reminder(),
            }
        self.state_machine = self._state_machine(topic)

    def _state_machine(self, topic: sns.ITopic) -> sfn.StateMachine:
        self.log_group = logs.LogGroup(
            self,
            "StateMachineLogs",
            # Log groups outside this prefix each add to a CloudWatch Logs resource policy,
            # limited to 5,120 characters (Step Functions developer guide, "Logging using
            # CloudWatch Logs").
            log_group_name=f"/aws/vendedlogs/states/{Stack.of(self).stack_name}",
            retention=LOG_RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        machine = sfn.StateMachine(
            self,
            "StateMachine",
            definition_body=sfn.DefinitionBody.from_string(
                json.dumps(json.loads(DEFINITION.read_text()), separators=(",", ":"))
            ),
            definition_substitutions={
                "NotificationTopicArn": topic.topic_arn,
                # The team of an event that open_incident cannot read; `default` may not exist.
                "FallbackTeam": self._settings.team_in_doubt,
                **{name: function.function_arn for name, function in self.functions.items()},
            },
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=self.log_group,
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

    def _function(
        self, name: str, environment: Mapping[str, str], timeout: int = TIMEOUT
    ) -> LambdaFunction:
        return LambdaFunction(self, name, code=self.code, environment=environment, timeout=timeout)

    def _open_incident(self, place_call: LambdaFunction) -> LambdaFunction:
        environment = self._hold_environment() | {
            "DEDUP_WINDOW_MINUTES": self._settings.dedup_window_minutes.model_dump_json(),
            "TEAMS": ",".join(self._settings.teams),
            "FALLBACK_TEAM": self._settings.team_in_doubt,
            "PLACE_CALL_FUNCTION": place_call.function_name,
        }
        function = self._function("open_incident", environment)
        function.allow(["lambda:InvokeFunction"], place_call.function_arn)
        function.allow(_dynamodb("GetItem", "PutItem", "UpdateItem"), self.table.table_arn)
        function.allow(_dynamodb("Query"), self.table.open_index_arn)
        function.allow(["ssm:GetParameter"], all_rosters_arn(self), ALL_ROSTERS_REASON)
        return function

    def _check_hold(self) -> LambdaFunction:
        function = self._function("check_hold", self._hold_environment())
        function.allow(_dynamodb("GetItem", "UpdateItem"), self.table.table_arn)
        function.allow(["ssm:GetParameter"], all_rosters_arn(self), ALL_ROSTERS_REASON)
        if self._holds_suppressed_alarms:
            function.allow(["cloudwatch:DescribeAlarms"], "*", COMPOSITE_ALARMS_REASON)
        return function

    def _acquire_team_lock(self) -> LambdaFunction:
        function = self._function("acquire_team_lock", self._table_environment())
        function.allow(_dynamodb("GetItem", "UpdateItem"), self.table.table_arn)
        function.allow(_dynamodb("Query"), self.table.open_index_arn)
        return function

    def _plan_calls(self) -> LambdaFunction:
        environment = self._message_environment() | {
            "ROSTER_PREFIX": ROSTER_PREFIX,
            "FALLBACK_TEAM": self._settings.team_in_doubt,
        }
        function = self._function("plan_calls", environment)
        function.allow(["ssm:GetParameter"], all_rosters_arn(self), ALL_ROSTERS_REASON)
        # The cached copy of the roster, used while SSM is unavailable (docs/decisions/007).
        function.allow(_dynamodb("GetItem", "PutItem"), self.table.table_arn)
        function.allow(_dynamodb("Query"), self.table.open_index_arn)
        return function

    def _collect_open_incidents(self) -> LambdaFunction:
        function = self._function("collect_open_incidents", self._message_environment())
        function.allow(_dynamodb("Query"), self.table.open_index_arn)
        return function

    def _place_call(self) -> LambdaFunction:
        environment = {
            "INCIDENT_TABLE": self.table.table_name,
            "CONNECT_INSTANCE_ID": self._instance_id,
            "CONTACT_FLOW_ID": self._telephony_parameter("contact-flow-id"),
            "SOURCE_PHONE_NUMBER": self._telephony_parameter("source-phone-number"),
        }
        function = self._function("place_call", environment)
        function.allow(["connect:StartOutboundVoiceContact"], self._contacts_arn(), CONTACTS_REASON)
        function.allow(_dynamodb("UpdateItem"), self.table.table_arn)  # the lock's heartbeat
        # A drill reads these (functions/oncall/calls/readiness.py).
        instance = self.instance_arn
        function.allow(["connect:DescribeInstance"], instance)
        flow = f"{instance}/contact-flow/{environment['CONTACT_FLOW_ID']}"
        function.allow(["connect:DescribeContactFlow"], flow)
        function.allow(["ds:DescribeDirectories"], "*", DIRECTORIES_REASON)
        if self._settings.notifications.texts:
            self._allow_texts(function)
        # A warm-up (functions/adapters/warm_up.py) that is throttled or fails is not needed later.
        function.configure_async_invoke(max_event_age=Duration.minutes(1), retry_attempts=0)
        return function

    def _allow_texts(self, function: LambdaFunction) -> None:
        """Allow a function to send text messages, but not to publish to topics.

        A text message has no resource, and `*` includes every topic. It is unverified whether SNS
        needs the second permission, which its managed policies have.
        """
        function.add_environment("TEXTS", "1")
        function.allow(["sns:Publish"], "*", TEXTS_REASON)
        through_sns = {"StringEquals": {"aws:CalledViaLast": "sns.amazonaws.com"}}
        function.allow(["sms-voice:SendTextMessage"], "*", conditions=through_sns)
        topics = f"arn:{Stack.of(self).partition}:sns:*:*:*"
        function.add_to_role_policy(
            iam.PolicyStatement(effect=iam.Effect.DENY, actions=["sns:Publish"], resources=[topics])
        )

    def _check_call(self) -> LambdaFunction:
        environment = self._table_environment() | {"CONNECT_INSTANCE_ID": self._instance_id}
        function = self._function("check_call", environment, timeout=CHECK_CALL_TIMEOUT)
        actions = ["DescribeContact", "GetContactAttributes", "StopContact"]
        function.allow(
            [f"connect:{action}" for action in actions], self._contacts_arn(), CONTACTS_REASON
        )
        function.allow(_dynamodb("GetItem", "UpdateItem"), self.table.table_arn)
        function.allow(_dynamodb("Query"), self.table.open_index_arn)
        return function

    def _finish_page(self) -> LambdaFunction:
        environment = self._table_environment() | {
            "RETENTION_DAYS": str(self._settings.retention_days),
            "ACK_TIMEOUT_MINUTES": str(self._settings.ack_timeout_minutes),
        }
        function = self._function("finish_page", environment)
        function.allow(_dynamodb("GetItem", "UpdateItem"), self.table.table_arn)
        return function

    def _send_reminder(self) -> LambdaFunction:
        function = self._function("send_reminder", self._table_environment())
        function.allow(_dynamodb("GetItem"), self.table.table_arn)
        bus = Stack.of(self).format_arn(
            service="events", resource="event-bus", resource_name="default"
        )
        function.allow(["events:PutEvents"], bus, conditions=ONLY_CALLOUT_PAGES)
        return function

    def let_first_answer_count(self) -> None:
        """Record key 1 when it is seen, because an answer by link or callback may come first.

        See functions/adapters/close_incidents.py.
        """
        check_call = self.functions["CheckCallFunction"]
        check_call.add_environment("FIRST_ANSWER_COUNTS", "1")
        check_call.add_environment("RETENTION_DAYS", str(self._settings.retention_days))

    @property
    def _holds_suppressed_alarms(self) -> bool:
        routes = self._settings.triggers.enabled().get("alarms", [])
        return any(not getattr(route, "page_while_suppressed", True) for route in routes)

    def _hold_environment(self) -> dict[str, str]:
        """Return what decides whether a page waits (functions/adapters/page_hold.py)."""
        return self._table_environment() | {
            "RETENTION_DAYS": str(self._settings.retention_days),
            "ROSTER_PREFIX": ROSTER_PREFIX,
            "HOLD_SUPPRESSED": "1" if self._holds_suppressed_alarms else "",
        }

    def _table_environment(self) -> dict[str, str]:
        return {"INCIDENT_TABLE": self.table.table_name}

    def _message_environment(self) -> dict[str, str]:
        """Return the settings that the messages of a call depend on."""
        texts = {"TEXTS": "1"} if self._settings.notifications.texts else {}
        return (
            self._table_environment()
            | texts
            | {
                "MAX_CALL_SECONDS": str(self._settings.max_call_seconds),
                "MESSAGE_ATTRIBUTE": self._settings.telephony.message_attribute,
                "ACKNOWLEDGE": self._settings.telephony.acknowledge,
                "ACCOUNT_NAMES": json.dumps(self._settings.account_names, separators=(",", ":")),
            }
        )

    def _contacts_arn(self) -> str:
        return f"{self.instance_arn}/contact/*"

    @property
    def instance_arn(self) -> str:
        """The ARN of the Connect instance."""
        return Stack.of(self).format_arn(
            service="connect", resource="instance", resource_name=self._instance_id
        )

    def _telephony_parameter(self, name: str) -> str:
        """Return a parameter that stack CalloutTelephony, or the user, has written."""
        return ssm.StringParameter.value_for_string_parameter(self, TELEPHONY_PREFIX + name)


def _dynamodb(*names: str) -> list[str]:
    return [f"dynamodb:{name}" for name in names]
