"""Callout in one process and in virtual time: fast and reproducible.

with VirtualSystem() as system:
    result = system.run_scenario(read_scenario(path), seed=1)
"""

from __future__ import annotations

import json
import random
import time as real_time
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlencode
from uuid import UUID

from botocore.exceptions import ClientError

from local.connect.clock import ManualClock
from local.connect.server import SimulatedConnect
from local.emulator.parameter_store_events import change_event
from local.emulator.process import LocalError
from local.emulator.reminders import ACK_TIMEOUT_VARIABLE
from local.faults.fault_types import WORKFLOW
from local.faults.injector import FaultInjector
from local.faults.proxy import FaultProxy
from local.full_settings import FULL_SETTINGS
from local.scenarios.alerts import TOKEN, WebhookRequest, token_parameter
from local.scenarios.called_back import NO_CALLBACK, callback_content
from local.scenarios.opened_link import LOCAL_KEY, NO_LINKS, LinkAnswer, token
from local.scenarios.result import ScenarioResult
from local.scenarios.rule_mismatch import explain_mismatch
from local.scenarios.runner import NO_RULE, inject_faults, unused_faults
from local.simulation.aws_services import AwsServices, Publisher
from local.simulation.event_bus import Delivery, EventBus, forward_events, forward_messages
from local.simulation.event_rules import matches
from local.simulation.function_sandbox import RetryQuotas, Sandbox, aws_environment
from local.simulation.lambda_runtime import LambdaRuntime, inject_function_faults, pass_through
from local.simulation.moto_patches import patch_moto, seeded_random
from local.simulation.state_machine import Interpreter
from local.simulation.synthesized_template import synthesized_template
from local.simulation.template_resources import DeployedStack, trigger_patterns
from local.simulation.virtual_clock import VirtualClock
from oncall import reminder
from oncall.links.link_token import KEY_PARAMETER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.connect.inbound_call import Caller, Invocation
    from local.scenarios.opened_link import OpenedLink
    from local.scenarios.scenario import Scenario
    from local.simulation.execution_history import Stop
    from local.simulation.lambda_runtime import Middleware
    from local.simulation.synthesized_template import Json
    from local.simulation.template_resources import FunctionSettings

#: The default time of second 0: a Monday, at night in Europe.
EPOCH = datetime(2026, 1, 5, 3, 12, tzinfo=UTC)


class VirtualSystem:
    """The complete simulation; it runs inside the context, once per process at a time.

    Args:
        template: the stack's template, in place of the one synthesized from the settings.
        settings: of the deployment; by default every feature is enabled.

    Attributes:
        time: the virtual clock; a Middleware may sleep in it.
        connect: the simulated Connect; `run_scenario` resets it.
        services: SSM, DynamoDB and SNS.
        proxy: injects faults between the services and their clients.
    """

    def __init__(
        self, *, template: Json | None = None, settings: Mapping[str, Any] = FULL_SETTINGS
    ) -> None:
        self._template = template or synthesized_template(settings)
        self._settings = settings
        self._ids = random.Random()  # noqa: S311 - ids in a scenario
        self._open = ExitStack()
        self._log: list[str] = []
        self._quotas = RetryQuotas()
        self.clock = ManualClock(EPOCH)
        self.time = VirtualClock(self.clock)
        self.services = AwsServices()
        self.proxy = FaultProxy(self.clock)
        self.connect = SimulatedConnect({}, clock=self.clock, new_id=self._new_id)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(self.services)
            opening.enter_context(self.proxy)
            self.proxy.target = self.services.handle_request
            opening.enter_context(self.connect)
            instance = self.connect.instance
            self.deployed = DeployedStack(
                self._template,
                {
                    "/callout/telephony/instance-id": instance.instance_id,
                    "/callout/telephony/contact-flow-id": instance.contact_flow_id,
                    "/callout/telephony/source-phone-number": instance.source_phone_number,
                },
            )
            self._sandboxes = {
                arn: (settings, self._new_sandbox(settings))
                for arn, settings in self.deployed.functions.items()
            }
            self.connect.inbound_flow = callback_content(
                self._function("answer_callback"), self._settings
            )
            self._functions = LambdaRuntime(self._sandboxes, self.time, self._new_id)
            self._interpreter = Interpreter(
                self.deployed.definition, self.deployed.state_machine_arn, self.time, self._utc_now
            )
            publisher = Publisher(f"{self.proxy.url}/{WORKFLOW}")
            clients = {"lambda": self._functions, "sns": publisher}
            opening.enter_context(patch_moto(self.time, self._utc_now, clients))
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def run_scenario(  # noqa: PLR0913 - keyword-only, with defaults
        self,
        scenario: Scenario,
        *,
        deliveries: Sequence[Delivery] | None = None,
        seed: int = 0,
        at: datetime | None = None,
        middleware: Middleware = pass_through,
        stops: Sequence[Stop] = (),
        ready: Callable[[], None] = lambda: None,
    ) -> ScenarioResult:
        """Run a scenario to the end of all its executions.

        `deliveries` replace the scenario's own events; `seed` is for everything random, jitter and
        ids; `at` is the date of second 0 in place of the scenario's or EPOCH; `middleware` runs
        each function, or makes it fail; `ready` is called before the first event.

        Raises:
            LocalError: no rule matches the event, or the deployment lacks links or callback.
        """
        self._refuse_impossible(scenario)
        if self.connect.inbound_calls:  # the function keeps the roster of the run before
            function = self._function("answer_callback")
            settings = self.deployed.functions[function]
            self._sandboxes[function] = (settings, self._new_sandbox(settings))
        began = real_time.monotonic()
        self._ids.seed(seed)
        self._quotas.refill()
        self.clock.epoch = at or scenario.moment or EPOCH
        self.connect.reset(scenario.phones_by_number(self.clock.epoch))
        self.proxy.faults = FaultInjector()
        self.proxy.cloudwatch.reset(scenario.alarms)
        self._functions.middleware = pass_through
        self._functions.concurrency = None
        own = self.roster_name(scenario.team)
        others = {name: text for name, text in self.deployed.rosters.items() if name != own}
        others[KEY_PARAMETER] = LOCAL_KEY
        self.services.reset(self.deployed, others, seed)
        self._set_ack_timeout(scenario.ack_timeout_minutes)
        with seeded_random(seed):
            self.save_roster(scenario.roster_text, scenario.team)
            self._log.clear()
            inject_faults(scenario, self)
            self._functions.middleware = inject_function_faults(self.proxy, self.time, middleware)
            ready()
            self._functions.concurrency = scenario.lambda_concurrency
            bus = self._bus(stops)
            self.proxy.target = lambda *request: (
                bus.respond(*request) or self.services.handle_request(*request)
            )
            for delivery in _deliveries(scenario) if deliveries is None else deliveries:
                if isinstance(delivery.event, WebhookRequest):
                    self.services.client("ssm").put_parameter(
                        Name=token_parameter(delivery.event.name),
                        Value=TOKEN,
                        Type="SecureString",
                        Overwrite=True,
                    )
                bus.send(delivery)

            answers: list[LinkAnswer] = []
            for opened in scenario.opens_link:
                self.time.start(
                    lambda opened=opened: answers.append(  # type: ignore[misc]
                        self.open_link(scenario.team, bus.events[0].event, opened)
                    ),
                    after=opened.after,
                )

            names = scenario.names_by_number()
            for called in scenario.calls_back:
                self.time.start(partial(self.call_back, called.caller(names)), after=called.after)

            def forward(event: Json) -> None:
                if reminder.read(event):
                    self._set_ack_timeout(0)  # once: nobody resolves it, and scenarios end
                bus.send(Delivery(event))

            with forward_events(forward), forward_messages(bus.notify):
                self.time.run()
        if not bus.executions:
            if not bus.events:
                raise LocalError("the message of the topic started nothing")
            raise LocalError(NO_RULE + self._explain_mismatch(bus.events[0].event))
        return ScenarioResult(
            executions=bus.executions,
            calls=self.connect.calls,
            all_notifications=self.services.notifications(self.deployed.topic_arn),
            timeline=self.connect.timeline,
            log=list(self._log),
            unused_faults=unused_faults(self),
            events=bus.events,
            several_events=scenario.several_events,
            seconds=real_time.monotonic() - began,
            answers=answers,
            texts=self.services.texts(),
            chat=self.services.notifications(self.deployed.chat_topic_arn),
            inbound_calls=self.connect.inbound_calls,
        )

    def save_roster(self, text: str, team: str = "default") -> None:
        """Save a roster as an operator does, and run the roster validation."""
        name = self.roster_name(team)
        self.services.client("ssm").put_parameter(
            Name=name, Value=text, Type="String", Overwrite=True
        )
        self._bus().send(Delivery(change_event("Update", name)))
        if not self.time.is_participant:
            self.time.run()

    def open_link(self, team: str, event: Json, opened: OpenedLink, person: str = "") -> LinkAnswer:
        """Open the link to an event's incident, perhaps made for a person, and press the button."""
        path = {"token": token(team, event, self._utc_now().timestamp(), person)}
        form = {"body": urlencode(opened.form)}
        function = self._function("answer_link")
        for method, body in (("GET", {}), ("POST", form)):
            request = {"pathParameters": path, "requestContext": {"http": {"method": method}}}
            payload = json.dumps(request | body).encode()
            try:
                answer = self._functions.invoke(FunctionName=function, Payload=payload)
                status = json.load(answer["Payload"]).get("statusCode", 500)
            except ClientError:
                status = 503  # the function is throttled
        return LinkAnswer(opened, status)

    def _refuse_impossible(self, scenario: Scenario) -> None:
        if scenario.opens_link and not self._function("answer_link"):
            raise LocalError(NO_LINKS)
        if scenario.calls_back and not self.connect.inbound_flow:
            raise LocalError(NO_CALLBACK)

    def call_back(self, caller: Caller) -> None:
        """Let a person call the number that called; the call continues by itself."""
        self.connect.call_in(caller)
        self._continue_inbound_calls()

    def _continue_inbound_calls(self) -> None:
        """Let time pass until every inbound call waits for a function or has ended."""
        next_at: float | None = self.time.now()
        while next_at is not None:
            self.time.sleep(next_at - self.time.now())
            invocations, next_at = self.connect.take_invocations()
            for each in invocations:
                self.time.start(partial(self._answer, each, self._functions))
                self.time.start(partial(self._answer, each), after=each.step.timeout)

    def _answer(self, invocation: Invocation, functions: LambdaRuntime | None = None) -> None:
        """Pass a function's result to the call; without `functions`, its time limit has passed."""
        result = invocation.run(functions) if functions else None
        if self.connect.answer(invocation, result):
            self._continue_inbound_calls()

    def _function(self, name: str) -> str:
        """Return the ARN of a function; "" if there is none."""
        functions = self.deployed.functions.items()
        return next((arn for arn, each in functions if each.name == name), "")

    def _explain_mismatch(self, event: Json) -> str:
        return explain_mismatch(trigger_patterns(self._template), event, matches)

    def _set_ack_timeout(self, minutes: int) -> None:
        for _, sandbox in self._sandboxes.values():
            sandbox.environment[ACK_TIMEOUT_VARIABLE] = str(minutes)

    def roster_name(self, team: str = "default") -> str:
        """Return the name of a team's roster parameter."""
        return f"{next(iter(self.deployed.rosters)).rsplit('/', 1)[0]}/{team}"

    def _bus(self, stops: Sequence[Stop] = ()) -> EventBus:
        return EventBus(
            deployed=self.deployed,
            interpreter=self._interpreter,
            functions=self._functions,
            sns=self.services.client("sns"),
            time=self.time,
            utc_now=self._utc_now,
            new_id=self._new_id,
            stops=stops,
            observe=lambda event: self.proxy.cloudwatch.observe(event, self.time.now()),
        )

    def _new_sandbox(self, settings: FunctionSettings) -> Sandbox:
        aws = aws_environment(f"{self.proxy.url}/{settings.name}", self.connect.url)
        with self._quotas.track_new_clients():
            return Sandbox(settings, aws, self.time, self._utc_now, self._log.append)

    def _utc_now(self) -> datetime:
        return self.clock.date(self.clock.now())

    def _new_id(self) -> UUID:
        return UUID(int=self._ids.getrandbits(128), version=4)


def _deliveries(scenario: Scenario) -> list[Delivery]:
    """Return the deliveries of the scenario's own events."""
    times = (0.0,) * (1 + scenario.further_deliveries)
    own = Delivery(scenario.sent, times, scenario.replay)
    return [own, *(Delivery(sent, (after,), scenario.replay) for after, sent in scenario.later)]
