"""Callout on one machine: emulator, simulated Connect and the real deployment."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from local.connect.server import SimulatedConnect
from local.emulator.alert_sender import AlertSender
from local.emulator.cdk_deploy import Deployment, bootstrap, deploy, save_telephony, synthesize
from local.emulator.parameter_store_events import ParameterEvents
from local.emulator.process import Emulator, LocalError
from local.emulator.sns_inbox import SnsInbox, TextInbox
from local.environment import local_client
from local.faults.emulator_patches.service_events import whole_event_entry
from local.faults.proxy import FaultProxy
from local.full_settings import FULL_SETTINGS
from local.scenarios.called_back import callback_content
from local.scenarios.opened_link import LOCAL_KEY, LinkAnswer, token
from local.scenarios.rule_mismatch import explain_mismatch
from local.scenarios.sent_event import as_delivered
from local.simulation.template_resources import trigger_metadata, trigger_patterns
from oncall.events.envelope import at
from oncall.events.trigger_metadata import select_route
from oncall.incident import DEFAULT_TEAM
from oncall.links.link_token import KEY_PARAMETER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from local.emulator.sns_inbox import Notification, TextMessage
    from local.scenarios.opened_link import OpenedLink

#: Real seconds until an event has started an execution on a busy machine.
START_LIMIT = 10
#: Real seconds between polls of the emulator.
POLL_INTERVAL = 0.1
#: Real seconds; API Gateway's own limit.
REQUEST_LIMIT = 30


class LocalSystem:
    """The complete local system; runs inside the context.

    Args:
        time_scale: real seconds per scenario second, for Wait states and phones alike.
        port: of the emulator; 0 for any free one.
        assembly: a cloud assembly of the settings, if one exists already.
        settings: of the deployment; by default every feature is enabled.

    Attributes:
        proxy: injects faults between the functions and the emulator.
        alerts: sends webhook requests, and messages of SNS topics.
        has_links: whether the deployment has links to incidents.
        callback_function: ARN of the function that answers inbound calls; "" for none.
    """

    def __init__(
        self,
        *,
        time_scale: float = 1.0,
        port: int = 0,
        assembly: Path | None = None,
        settings: Mapping[str, Any] = FULL_SETTINGS,
        on_step: Callable[[str], None] = lambda _step: None,
    ) -> None:
        self._on_step = on_step
        self._open = ExitStack()
        self.connect = SimulatedConnect({}, time_scale=time_scale)
        self.proxy = FaultProxy(self.connect)
        self._time_scale = time_scale
        self._port = port
        self._assembly = assembly
        self._settings = settings
        self.emulator: Emulator
        self.deployment: Deployment
        self.alerts: AlertSender
        self.has_links = False
        self.callback_function = ""
        self._inbox: SnsInbox
        self._text_inbox: TextInbox
        self._chat_inbox: SnsInbox | None = None
        self._trigger_patterns: dict[str, dict[str, Any]]
        self._trigger_metadata: dict[str, dict[str, Any]]

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._start(opening)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def teams(self) -> list[str]:
        """The teams of the settings."""
        return list(self._settings.get("teams", [DEFAULT_TEAM]))

    @property
    def fallback_team(self) -> str:
        """The team that is called for a team without a usable roster."""
        return str(self._settings.get("fallback_team") or self.teams[0])

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes classes at run time
        """Return a client of the emulator."""
        return local_client(self.emulator.url, service)

    def save_roster(self, text: str, team: str = "default") -> None:
        """Save a roster without checking it."""
        self.client("ssm").put_parameter(
            Name=self.roster_name(team), Value=text, Type="String", Overwrite=True
        )

    def delete_roster(self, team: str = "default") -> None:
        """Delete a team's roster with all its versions, its cached copy and its last report."""
        name = self.roster_name(team)
        self.client("ssm").delete_parameters(Names=[name])
        for kind in ("copy", "report"):
            self.client("dynamodb").delete_item(
                TableName=self.deployment.incident_table_name,
                Key={"pk": {"S": f"roster#{team}"}, "sk": {"S": kind}},
            )

    def delete_incidents(self, team: str = "default") -> None:
        """Delete a team's incidents and its team lock."""
        table, dynamodb = self.deployment.incident_table_name, self.client("dynamodb")
        pages = dynamodb.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="pk = :team",
            ExpressionAttributeValues={":team": {"S": f"team#{team}"}},
            ProjectionExpression="pk, sk",
        )
        for page in pages:
            for key in page["Items"]:
                dynamodb.delete_item(TableName=table, Key=key)

    def roster_name(self, team: str = "default") -> str:
        """Return the name of a team's roster parameter."""
        return f"{self.deployment.roster_parameter_name.rsplit('/', 1)[0]}/{team}"

    def send(self, event: Mapping[str, Any], wait: float = START_LIMIT) -> str | None:
        """Put an event on the bus; return the ARN of the execution that a rule started.

        None if no rule matched within so many real seconds.
        """
        before = set(self.executions())
        self.put(event)
        return next(iter(self.new_executions(before, 1, wait)), None)

    def put(self, event: Mapping[str, Any], *, replay: bool = False) -> dict[str, Any]:
        """Put an event on the bus as its source does, and return it as EventBridge delivers it.

        Raises:
            EventError: it is not an event.
            LocalError: the bus rejects it.
        """
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        delivered = as_delivered(event, str(uuid4()), now, replay=replay)
        self.proxy.cloudwatch.observe(delivered, self.connect.now())
        response = self.client("events").put_events(Entries=[whole_event_entry(delivered)])
        if response["FailedEntryCount"]:
            raise LocalError(f"the bus rejected the event: {response['Entries'][0]}")
        return delivered

    def restart_callback(self) -> None:
        """Restart the function without its cached rosters; a cold start would take minutes."""
        client, function = self.client("lambda"), {"FunctionName": self.callback_function}
        timeout = client.get_function_configuration(**function)["Timeout"]
        client.update_function_configuration(**function, Timeout=timeout)
        client.invoke(**function, Payload=b"{}")

    def open_link(self, team: str, event: Mapping[str, Any], opened: OpenedLink) -> LinkAnswer:
        """Open the link to an event's incident, and press the button."""
        path = f"/incidents/{token(team, event, time.time())}"
        self.request(path)
        return LinkAnswer(opened, self.request(path, opened.form)[0])

    def request(
        self, path: str, form: Mapping[str, str] | None = None, method: str = "GET"
    ) -> tuple[int, str]:
        """Send a request, or the POST of a form, to the HTTP endpoint; return status and page."""
        endpoint = urlsplit(self.deployment.http_endpoint)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        method, body = (method, None) if form is None else ("POST", urlencode(form))
        with closing(HTTPConnection(endpoint.netloc, timeout=REQUEST_LIMIT)) as connection:
            connection.request(method, endpoint.path + path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def matching_triggers(self, event: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the triggers whose rules match an event as EventBridge delivers it."""
        return tuple(
            trigger
            for trigger, pattern in self._trigger_patterns.items()
            if self._matches(pattern, event)
        )

    def team_of(self, event: Mapping[str, Any], default: str) -> str:
        """Return the team that an event's trigger sets, unless the event does."""
        if "team" in event.get("detail", {}):
            return default
        delivered = as_delivered(event, "-", "")
        for name in self.matching_triggers(delivered):
            if team := at(select_route(self._trigger_metadata[name], delivered), "team"):
                return str(team)
        return default

    def explain_mismatch(self, event: dict[str, Any]) -> str:
        """Return why no rule matches an event."""
        return explain_mismatch(self._trigger_patterns, event, self._matches)

    def _matches(self, pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
        matched: bool = self.client("events").test_event_pattern(
            EventPattern=json.dumps(pattern), Event=json.dumps(event)
        )["Result"]
        return matched

    def history(self, execution: str) -> list[dict[str, Any]]:
        """Return the events of an execution so far."""
        return history_of(self.client("stepfunctions"), execution)

    def describe(self, execution: str) -> dict[str, Any]:
        """Return what DescribeExecution returns: status, input, output and times."""
        found: dict[str, Any] = self.client("stepfunctions").describe_execution(
            executionArn=execution
        )
        return found

    def notifications(self, wait: float = 0) -> list[Notification]:
        """Remove and return the unread notifications about pages, as `SnsInbox.take` does."""
        return self._inbox.take(wait, about_rosters=False)

    def texts(self) -> list[TextMessage]:
        """Return the text messages since the last time."""
        return self._text_inbox.take()

    def chat(self, wait: float = 0) -> list[Notification]:
        """Remove and return the unread messages for chat, as `SnsInbox.take` does."""
        inbox = self._chat_inbox
        return inbox.take(wait, about_rosters=False) if inbox else []

    def roster_reports(self, wait: float = 0) -> list[Notification]:
        """Remove and return the unread notifications about rosters.

        They are separate, because they follow the saving of a roster and not a page.
        """
        return self._inbox.take(wait, about_rosters=True)

    def _start(self, opening: ExitStack) -> None:
        self._on_step("starting the emulator and the simulated Connect")
        opening.enter_context(self.connect)
        opening.enter_context(self.proxy)
        emulator = Emulator(
            connect_url=self.connect.url,
            faults_url=self.proxy.url,
            time_scale=self._time_scale,
            port=self._port,
        )
        self.proxy.target = emulator.url
        self.emulator = opening.enter_context(emulator)
        instance = self.connect.instance
        save_telephony(
            self.emulator.url,
            {
                "instance-id": instance.instance_id,
                "contact-flow-id": instance.contact_flow_id,
                "source-phone-number": instance.source_phone_number,
            },
        )
        self.client("ssm").put_parameter(
            Name=KEY_PARAMETER, Value=LOCAL_KEY, Type="SecureString", Overwrite=True
        )
        self._on_step("cdk bootstrap, cdk synth")
        scratch = Path(opening.enter_context(TemporaryDirectory(prefix="callout-")))
        with ThreadPoolExecutor() as side_by_side:
            bootstrapped = side_by_side.submit(bootstrap, self.emulator.url)
            built = self._assembly or synthesize(scratch / "cdk.out", self._settings)
            bootstrapped.result()
        self._on_step("cdk deploy Callout")
        template = json.loads((built / "Callout.template.json").read_text(encoding="utf-8"))
        self.has_links = "answer_link.handler" in json.dumps(template)
        self._trigger_patterns = trigger_patterns(template)
        self._trigger_metadata = trigger_metadata(template)
        self.alerts = AlertSender(self.client, template)
        self.deployment = deploy(self.emulator.url, built)
        self.alerts.endpoint = self.deployment.http_endpoint
        if topic := self.deployment.chat_topic_arn:
            self._chat_inbox = SnsInbox(self.client, topic, "callout-chat-inbox")
        self._text_inbox = TextInbox(self.emulator.url)
        functions = self.client("lambda").list_functions()["Functions"]
        arns = {function["Handler"]: function["FunctionArn"] for function in functions}
        self.callback_function = arns.get("answer_callback.handler", "")
        flow = callback_content(self.callback_function, self._settings)
        self.connect.inbound_flow = self.connect.config.inbound_flow = flow
        self.connect.lambda_client = self.client("lambda")
        self._inbox = SnsInbox(self.client, self.deployment.notification_topic_arn)
        path = self.roster_name("")
        opening.enter_context(ParameterEvents(self.client, path, self.put))

    def executions(self) -> list[str]:
        """Return the ARNs of all executions, the latest first."""
        paginator = self.client("stepfunctions").get_paginator("list_executions")
        pages = paginator.paginate(stateMachineArn=self.deployment.state_machine_arn)
        return [execution["executionArn"] for page in pages for execution in page["executions"]]

    def new_executions(self, before: Collection[str], count: int, wait: float) -> list[str]:
        """Return the executions that were not there before, in order, at the latest after `wait`.

        It returns earlier if there are `count` of them.
        """
        deadline = time.monotonic() + wait
        while True:
            new = [arn for arn in self.executions() if arn not in before]
            if len(new) >= count or time.monotonic() > deadline:
                return new[::-1]  # the latest is listed first
            time.sleep(POLL_INTERVAL)


def history_of(states: Any, execution: str) -> list[dict[str, Any]]:  # noqa: ANN401 - boto3's
    """Return the events of an execution so far, from a client of Step Functions."""
    pages = states.get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]


def wait_until_ended(states: Any, execution: str, limit: float) -> dict[str, Any]:  # noqa: ANN401 - boto3's
    """Return what DescribeExecution returns at the end; LocalError after `limit` real seconds."""
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline:
        found: dict[str, Any] = states.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        time.sleep(POLL_INTERVAL)
    raise LocalError(f"the execution did not end within {limit:.0f} s: {execution}")
