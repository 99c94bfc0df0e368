"""Callout in one process and in virtual time: many scenarios a minute, all reproducible.

with VirtualSystem() as system:
    result = system.run_scenario(read_scenario(path), seed=1)
"""

from __future__ import annotations

import random
import time as real_time
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from local.connect.clock import ManualClock
from local.connect.server import SimulatedConnect
from local.emulator.parameter_store_events import change
from local.emulator.process import LocalError
from local.emulator.reminders import VARIABLE
from local.faults.fault_types import EVENTS, WORKFLOW
from local.faults.injector import FaultInjector
from local.faults.proxy import FaultProxy
from local.full_settings import EVERYTHING
from local.scenarios.result import ScenarioResult
from local.scenarios.runner import NO_RULE
from local.simulation.aws_services import Services
from local.simulation.event_bus import Bus, Delivery
from local.simulation.function_failure import struck
from local.simulation.function_sandbox import Sandbox, aws_environment
from local.simulation.lambda_runtime import Functions, undisturbed
from local.simulation.moto_patches import drawn_from, patched
from local.simulation.put_events import handed_on
from local.simulation.sdk_retry_quota import RetryQuotas
from local.simulation.sns_client import Publisher
from local.simulation.state_machine import Interpreter
from local.simulation.synthesized_template import template as synthesised
from local.simulation.template_resources import Deployed
from local.simulation.virtual_clock import StoryTime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from local.faults.fault import Fault
    from local.scenarios.scenario import Scenario
    from local.simulation.execution_history import Stop
    from local.simulation.lambda_runtime import Around
    from local.simulation.synthesized_template import Json

#: The date of second 0, unless the scenario says another: a Monday, at night in Europe.
EPOCH = datetime(2026, 1, 5, 3, 12, tzinfo=UTC)


class VirtualSystem:
    """Everything, from entering to leaving; one at a time in a process.

    Args:
        settings: what is deployed.
        template: the stack's template, where it is not to be synthesised by the settings.

    Attributes:
        time: the scenario's; an Around may sleep in it.
        connect: the simulated Connect; `run_scenario` resets it.
        services: SSM, DynamoDB and SNS.
        proxy: injects faults between the services and their clients.
    """

    def __init__(
        self,
        *,
        settings: Mapping[str, Any] = EVERYTHING,
        template: Json | None = None,
    ) -> None:
        self._template = template or synthesised(settings)
        self._ids = random.Random()  # noqa: S311 - ids in a scenario
        self._open = ExitStack()
        self._log: list[str] = []
        self._quotas = RetryQuotas()
        self.clock = ManualClock(EPOCH)
        self.time = StoryTime(self.clock)
        self.services = Services()
        self.proxy = FaultProxy(self.clock)
        self.connect = SimulatedConnect({}, clock=self.clock, new_id=self._new_id)

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.enter_context(self.services)
            opening.enter_context(self.proxy)
            self.proxy.target = self.services.answer
            opening.enter_context(self.connect)
            instance = self.connect.instance
            self.deployed = Deployed(
                self._template,
                {
                    "/callout/telephony/instance-id": instance.instance_id,
                    "/callout/telephony/contact-flow-id": instance.contact_flow_id,
                    "/callout/telephony/source-phone-number": instance.source_phone_number,
                },
            )
            with self._quotas.of_clients_made_here():
                sandboxes = {
                    arn: (
                        one,
                        Sandbox(
                            one, self._aws_of(one.name), self.time, self._today, self._log.append
                        ),
                    )
                    for arn, one in self.deployed.functions.items()
                }
            self._environments = [sandbox.environment for _, sandbox in sandboxes.values()]
            self._functions = Functions(sandboxes, self.time, self._new_id)
            self._interpreter = Interpreter(
                self.deployed.definition, self.deployed.state_machine_arn, self.time, self._today
            )
            publisher = Publisher(f"{self.proxy.url}/{WORKFLOW}")
            clients = {"lambda": self._functions, "sns": publisher}
            opening.enter_context(patched(self.time, self._today, clients))
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
        around: Around = undisturbed,
        stops: Sequence[Stop] = (),
        ready: Callable[[], None] = lambda: None,
    ) -> ScenarioResult:
        """Run a scenario to the end of all its executions.

        Args:
            scenario: what happens.
            deliveries: events in place of the scenario's own.
            seed: of everything random: jitter and ids.
            at: the date of second 0; default: the scenario's, or EPOCH.
            around: runs each function, or makes it fail; may sleep in `time`.
            stops: executions that are stopped from outside.
            ready: called when everything is set up, before the first event.

        Raises:
            LocalError: no rule matches the event.
        """
        began = real_time.monotonic()
        self._ids.seed(seed)
        self._quotas.fill()
        self.clock.epoch = at or scenario.moment or EPOCH
        self.connect.reset(scenario.phones_by_number())
        self.proxy.faults = FaultInjector()
        self._functions.around = undisturbed
        own = self.roster_name(scenario.team)
        others = {name: text for name, text in self.deployed.rosters.items() if name != own}
        self.services.begin_anew(self.deployed, others, seed)
        self._remind_after(scenario.ack_timeout_minutes)
        with drawn_from(seed):
            self.save_roster(scenario.roster_text, scenario.team)
            self._log.clear()
            self.connect.faults, self.proxy.faults = (
                scenario.fault_injector(),
                scenario.fault_injector(),
            )
            self._functions.around = struck(self.proxy, self.time, around)
            ready()
            bus = self._bus(stops)
            for delivery in _deliveries(scenario) if deliveries is None else deliveries:
                bus.send(delivery)

            def remind(event: Json) -> None:
                self._remind_after(0)  # once: nobody resolves it, and scenarios end
                bus.send(Delivery(event))

            with handed_on(remind):
                self.time.run()
        if not bus.executions:
            raise LocalError(NO_RULE)
        return ScenarioResult(
            executions=bus.executions,
            calls=self.connect.calls,
            all_notifications=self.services.notifications(self.deployed.topic_arn),
            timeline=self.connect.timeline,
            log=list(self._log),
            unused_faults=self._unused_faults(),
            several_events=bool(scenario.also),
            seconds=real_time.monotonic() - began,
        )

    def save_roster(self, text: str, team: str = "default") -> None:
        """Save a roster as an operator does; the guard looks at it, as in AWS a moment later."""
        name = self.roster_name(team)
        self.services.client("ssm").put_parameter(
            Name=name, Value=text, Type="String", Overwrite=True
        )
        self._bus().send(Delivery(change("Update", name)))
        if not self.time.inside:
            self.time.run()

    def _remind_after(self, minutes: int) -> None:
        for environment in self._environments:
            environment[VARIABLE] = str(minutes)

    def _unused_faults(self) -> list[Fault]:
        """Return the faults of the last scenario that never matched a request."""
        elsewhere = self.connect.faults.unused_faults
        unused = (fault for fault in self.proxy.faults.unused_faults if fault in elsewhere)
        return [fault for fault in unused if fault.service != EVENTS]

    def roster_name(self, team: str = "default") -> str:
        """Name the parameter of a team's roster."""
        return f"{next(iter(self.deployed.rosters)).rsplit('/', 1)[0]}/{team}"

    def _bus(self, stops: Sequence[Stop] = ()) -> Bus:
        return Bus(
            deployed=self.deployed,
            interpreter=self._interpreter,
            functions=self._functions,
            sns=self.services.client("sns"),
            time=self.time,
            today=self._today,
            new_id=self._new_id,
            stops=stops,
        )

    def _aws_of(self, who: str) -> dict[str, str]:
        return aws_environment(f"{self.proxy.url}/{who}", self.connect.url)

    def _today(self) -> datetime:
        return self.clock.date(self.clock.now())

    def _new_id(self) -> UUID:
        return UUID(int=self._ids.getrandbits(128), version=4)


def _deliveries(scenario: Scenario) -> list[Delivery]:
    """Return the deliveries of the scenario's own events."""
    own = Delivery(scenario.event_sent, (0.0,) * (1 + scenario.further_deliveries))
    return [own, *(Delivery(later.sent, (later.after,)) for later in scenario.also)]
