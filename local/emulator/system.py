"""Callout on one machine: emulator, simulated Connect and the real deployment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

import boto3

from local.connect.server import SimulatedConnect
from local.emulator.cdk_deploy import Deployment, bootstrap, deploy, save_telephony, synthesise
from local.emulator.parameter_store_events import ParameterEvents
from local.emulator.process import Emulator, LocalError
from local.emulator.sns_inbox import Mailbox
from local.environment import client_settings
from local.faults.proxy import FaultProxy
from local.full_settings import EVERYTHING
from oncall.events.callout_page import SOURCE
from oncall.events.replay import replay_entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from local.emulator.sns_inbox import Notification

#: Real seconds: how long an event may take to become an execution on a busy machine.
START_LIMIT = 10
#: Real seconds between looks at what the emulator does.
POLL_INTERVAL = 0.1


class LocalSystem:
    """Everything, running and switched on, from entering to leaving.

    Args:
        time_scale: real seconds per second of the story, for the emulator's waits and the
            phones alike.
        port: of the emulator; 0 takes any that is free.
        assembly: a folder that `cdk synth` wrote of EVERYTHING, where there is one already.
        say: told each step of the set-up as it begins.

    Attributes:
        emulator, connect, deployment: the parts.
        proxy: injects faults between the functions and the emulator.
    """

    def __init__(
        self,
        *,
        time_scale: float = 1.0,
        port: int = 0,
        assembly: Path | None = None,
        say: Callable[[str], None] = lambda _step: None,
    ) -> None:
        self._say = say
        self._open = ExitStack()
        self._clients: dict[str, Any] = {}
        self.connect = SimulatedConnect({}, time_scale=time_scale)
        self.proxy = FaultProxy(self.connect)
        self._time_scale = time_scale
        self._port = port
        self._assembly = assembly
        self.emulator: Emulator
        self.deployment: Deployment
        self._mailbox: Mailbox

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            self._start(opening)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes classes at run time
        """Return a client of the emulator; made once."""
        if service not in self._clients:
            settings = client_settings(self.emulator.url)
            self._clients[service] = boto3.client(service, **settings)  # type: ignore[call-overload]
        return self._clients[service]

    def save_roster(self, text: str, team: str = "default") -> None:
        """Save a roster as an operator does: nothing checks it on the way."""
        self.client("ssm").put_parameter(
            Name=self.roster_name(team), Value=text, Type="String", Overwrite=True
        )

    def forget_roster(self, team: str = "default") -> None:
        """Take away a team's roster with all its versions, and the copy that a page kept."""
        name = self.roster_name(team)
        self.client("ssm").delete_parameters(Names=[name])
        for what in ("copy", "report"):
            self.client("dynamodb").delete_item(
                TableName=self.deployment.incident_table_name,
                Key={"pk": {"S": f"roster#{team}"}, "sk": {"S": what}},
            )

    def forget_incidents(self, team: str = "default") -> None:
        """Forget a team's incidents and who has its line."""
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
        """Name the parameter of a team's roster."""
        return f"{self.deployment.roster_parameter_name.rsplit('/', 1)[0]}/{team}"

    def send(self, event: Mapping[str, Any], wait: float = START_LIMIT) -> str | None:
        """Put an event on the bus; give the ARN of the execution that a rule started.

        Args:
            event: as EventBridge delivers it; one of AWS's is sent as a replay.
            wait: real seconds after which it is taken that no rule matched, and None given.
        """
        before = set(self.executions())
        self.put(event)
        return self._started_since(before, wait)

    def put(self, event: Mapping[str, Any]) -> None:
        """Put an event on the bus, as `send` does, and wait for nothing.

        Raises:
            EventError: it is not an event.
            LocalError: the bus does not take it.
        """
        sent = replay_entry(event)
        if event["source"] == SOURCE:  # anyone may send Callout's own events
            sent["Source"] = SOURCE
        answer = self.client("events").put_events(Entries=[sent])
        if answer["FailedEntryCount"]:
            raise LocalError(f"the bus did not take the event: {answer['Entries'][0]}")

    def history(self, execution: str) -> list[dict[str, Any]]:
        """Give the events of an execution so far."""
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        found = pages.paginate(executionArn=execution)
        return [event for page in found for event in page["events"]]

    def describe(self, execution: str) -> dict[str, Any]:
        """Give status, input and output of an execution."""
        found: dict[str, Any] = self.client("stepfunctions").describe_execution(
            executionArn=execution
        )
        return found

    def notifications(self, wait: float = 0) -> list[Notification]:
        """Take what SNS has sent about pages since the last look.

        Args:
            wait: real seconds for which a first one is waited for.
        """
        return self._mailbox.take(wait, about_rosters=False)

    def roster_reports(self, wait: float = 0) -> list[Notification]:
        """Take what SNS has sent about rosters since the last look.

        Apart from the rest: such a message comes when the roster is saved, whatever page is
        under way then.

        Args:
            wait: real seconds for which a first one is waited for.
        """
        return self._mailbox.take(wait, about_rosters=True)

    def _start(self, opening: ExitStack) -> None:
        self._say("starting the emulator and the simulated Connect")
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
        self._say("cdk bootstrap, cdk synth")
        scratch = Path(opening.enter_context(TemporaryDirectory(prefix="callout-")))
        with ThreadPoolExecutor() as side_by_side:
            bootstrapped = side_by_side.submit(bootstrap, self.emulator.url)
            built = self._assembly or synthesise(scratch / "cdk.out", EVERYTHING)
            bootstrapped.result()
        self._say("cdk deploy Callout")
        self.deployment = deploy(self.emulator.url, built)
        self._mailbox = Mailbox(self.client, self.deployment.notification_topic_arn)
        path = self.roster_name("")
        opening.enter_context(ParameterEvents(self.client, path))

    def executions(self) -> list[str]:
        """Give the ARNs of all executions, the latest first."""
        pages = self.client("stepfunctions").get_paginator("list_executions")
        found = pages.paginate(stateMachineArn=self.deployment.state_machine_arn)
        return [one["executionArn"] for page in found for one in page["executions"]]

    def _started_since(self, before: set[str], wait: float) -> str | None:
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            started = [arn for arn in self.executions() if arn not in before]
            if started:
                return started[0]
            time.sleep(POLL_INTERVAL)
        return None
