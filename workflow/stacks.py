"""Create the stacks from their constructs."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sns as sns
from constructs import Construct

from workflow.callback import CallbackFunction, CallbackStack
from workflow.chat import ChatStack, ChatTopic
from workflow.dead_letter_queue import MAX_PAGE_AGE, MAX_RETRIES
from workflow.escalation import Escalation
from workflow.forwarding import ForwardingStack, SourcesStack, forwarded_triggers
from workflow.http_endpoint import HttpEndpoint
from workflow.links import Links
from workflow.monitoring.alarms import Alarms
from workflow.monitoring.dashboard import Dashboard
from workflow.monitoring.drill_schedule import DrillSchedule
from workflow.monitoring.failure_notifications import FailureNotifications
from workflow.notifications import Notifications
from workflow.roster_parameters import RosterParameters
from workflow.roster_validation import RosterValidation
from workflow.settings.regions import partition_of
from workflow.settings.settings import Settings
from workflow.settings.sources import Sources
from workflow.sns_topics import SnsTopics
from workflow.telephony import TelephonyStack
from workflow.trigger_rules import RULES_ID, TriggerRules
from workflow.undelivered_events import UndeliveredEvents
from workflow.webhooks import Webhooks


def make_stacks(scope: Construct, settings: Settings, cli_region: str | None) -> None:
    """Create all stacks; raise SettingsError if a region does not fit."""
    home_region = settings.region(cli_region)
    TelephonyStack(scope, "CalloutTelephony", settings=settings)
    callout = CalloutStack(scope, "Callout", settings=settings, partition=partition_of(home_region))
    if callout.callback and settings.telephony.callback:
        CallbackStack(
            scope,
            "CalloutCallback",
            settings=settings,
            callback=settings.telephony.callback,
            function_arn=callout.callback.function.function_arn,
        )
    if callout.chat_topic and (settings.notifications.slack or settings.notifications.teams):
        ChatStack(scope, "CalloutChat", settings=settings, topic=callout.chat_topic)
    for region, keys in forwarded_triggers(settings, home_region).items():
        ForwardingStack(
            scope,
            f"CalloutSignIn-{region}",
            region=region,
            home_region=home_region,
            settings=settings,
            keys=keys,
        )
    if settings.sources.accounts or settings.sources.organization:
        SourcesStack(scope, "CalloutSources", settings=settings)
        ForwardingStack(scope, "CalloutMember", home_region=home_region, settings=settings)


class CalloutStack(Stack):
    """Everything except Amazon Connect and chat; also deploys to the local emulator."""

    def __init__(
        self, scope: Construct, construct_id: str, *, settings: Settings, partition: str
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": settings.home_region} if settings.home_region else None,
            description="Callout: call the people on call when something in AWS needs attention",
        )
        rosters = RosterParameters(self, "Rosters", teams=settings.teams)
        notifications = Notifications(self, "Notifications", settings.notifications)
        topic = notifications.topic
        escalation = Escalation(self, "Escalation", settings=settings, topic=topic)
        chat = settings.notifications
        self.chat_topic: sns.Topic | None = None
        if chat.slack or chat.teams or chat.chat_topic:
            self.chat_topic = ChatTopic(self, "Chat", notifications, escalation.code).topic
        triggers = TriggerRules(
            self,
            RULES_ID,
            settings=settings.triggers,
            patterns=settings.home_patterns(),
            target=targets.SfnStateMachine(
                escalation.state_machine, max_event_age=MAX_PAGE_AGE, retry_attempts=MAX_RETRIES
            ),
            pages=True,
        )
        failures = FailureNotifications(
            self,
            "FailureNotifications",
            topic=topic,
            state_machine=escalation.state_machine,
            partition=partition,
        )
        RosterValidation(
            self,
            "RosterValidation",
            escalation=escalation,
            settings=settings,
            topic=topic,
            dead_letter_queue=failures.notification_dlq,
        )
        UndeliveredEvents(
            self,
            "UndeliveredEvents",
            escalation=escalation,
            triggers=triggers,
            topic=topic,
            notification_dlq=failures.notification_dlq,
        )
        if topics := settings.triggers.enabled_topics():
            SnsTopics(
                self,
                "SnsTopics",
                escalation=escalation,
                topics=topics,
                notification_topic=topic,
                dead_letter_queue=failures.notification_dlq,
            )
        alarms = self._alarms(topic, escalation, triggers, failures)
        if settings.webhooks or settings.notifications.links:
            endpoint = self._endpoint(settings, escalation, alarms)
            if settings.notifications.links:
                Links(
                    self,
                    "Links",
                    escalation=escalation,
                    settings=settings,
                    topic=topic,
                    endpoint=endpoint,
                )
        self.callback = None
        if settings.telephony.callback:
            self.callback = CallbackFunction(
                self,
                "Callback",
                escalation=escalation,
                settings=settings,
                callback=settings.telephony.callback,
                topic=topic,
            )
        self._drills(settings, alarms, failures)
        if settings.dashboard:
            queues = {
                "events": triggers.event_dlq,
                "notifications, drills": failures.notification_dlq,
            }
            dashboard = Dashboard(self, "Dashboard", alarms=alarms, queues=queues)
            CfnOutput(
                self, "DashboardName", value=dashboard.name, description="CloudWatch dashboard"
            )
        if settings.sources != Sources():  # for `callout doctor`
            CfnOutput(self, "Sources", value=settings.sources.model_dump_json(exclude_none=True))
        names = [roster.parameter_name for roster in rosters.parameters.values()]
        for output, value, description in (
            (
                "StateMachineArn",
                escalation.state_machine.state_machine_arn,
                "Runs one execution for each event that pages",
            ),
            ("RosterParameterName", names[0], "Roster of the first team: who is called"),
            ("RosterParameterNames", ",".join(names), "Rosters of all teams"),
            ("NotificationTopicArn", topic.topic_arn, "Notifications of pages and failures"),
            ("IncidentTableName", escalation.table.table_name, "Incidents and who acknowledged"),
        ):
            CfnOutput(self, output, value=value, description=description)

    def _alarms(
        self,
        topic: sns.Topic,
        escalation: Escalation,
        triggers: TriggerRules,
        failures: FailureNotifications,
    ) -> Alarms:
        """Watch what nothing else reports (docs/reliability.md, "Failures of Callout itself").

        Without an alarm are the rule of page_undelivered, whose events `failures` also receives,
        and the rule of the roster validation, which also runs daily.
        """
        alarms = Alarms(self, "Alarms", topic=topic)
        alarms.watch_consumed_queue("undelivered events", triggers.event_dlq)
        alarms.watch_queue("undelivered notifications", failures.notification_dlq)
        alarms.watch_rule("failure notification rule", failures.rule.rule_name)
        for rule in triggers.rules:
            alarms.watch_rule(f"rule {rule.node.id}", rule.rule_name)
        alarms.watch_state_machine(escalation.state_machine, escalation.log_group)
        alarms.watch_topic(topic)
        return alarms

    def _endpoint(self, settings: Settings, escalation: Escalation, alarms: Alarms) -> HttpEndpoint:
        endpoint = HttpEndpoint(self, "Endpoint")
        if settings.webhooks:
            Webhooks(self, "Webhooks", code=escalation.code, settings=settings, endpoint=endpoint)
        alarms.watch_endpoint(endpoint.api)
        CfnOutput(
            self,
            "HttpEndpoint",
            value=endpoint.api.api_endpoint,
            description="Address of the webhooks, with /webhooks/ and the name, and of links",
        )
        return endpoint

    def _drills(self, settings: Settings, alarms: Alarms, failures: FailureNotifications) -> None:
        """Add drills and their alarm; drills need the trigger `page`."""
        teams = settings.teams if settings.triggers.page.enabled else []
        DrillSchedule(
            self, "DrillSchedule", teams=teams, dead_letter_queue=failures.notification_dlq
        )
        if teams:
            alarms.watch_drills(len(teams))
