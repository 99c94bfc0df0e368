"""Callout in one process and in virtual time: many stories a minute, each always the same.

with VirtualSystem() as system:
    ending = system.tell(read_scenario(path), seed=1)
"""

from __future__ import annotations

import random
import time as real_time
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from local.connect.clock import SteppedClock
from local.connect.server import SimulatedConnect
from local.everything import EVERYTHING
from local.faults.gate import Gate
from local.faults.kinds import EVENTS, WORKFLOW
from local.faults.proxy import FaultProxy
from local.parameter_events import change
from local.reminders import VARIABLE
from local.virtual.bus import Bus
from local.virtual.deployed import Deployed
from local.virtual.function_faults import struck
from local.virtual.functions import Functions, undisturbed
from local.virtual.interpreter import Interpreter
from local.virtual.publishing import Publisher
from local.virtual.put_events import handed_on
from local.virtual.retry_quotas import RetryQuotas
from local.virtual.sandbox import Sandbox, aws_environment
from local.virtual.seams import drawn_from, patched
from local.virtual.services import Services
from local.virtual.story_time import StoryTime
from local.virtual.template import template as synthesised
from local.virtual.told import Delivery, Played, ending_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from local.faults.fault import Fault
    from local.scenarios.scenario import Scenario
    from local.virtual.functions import Around
    from local.virtual.history import Stop
    from local.virtual.template import Json
    from local.virtual.told import VirtualEnding

#: The date of second 0, where a story is not told at another: a Monday, at night in Europe.
EPOCH = datetime(2026, 1, 5, 3, 12, tzinfo=UTC)


class VirtualSystem:
    """Everything, from entering to leaving; one at a time in a process.

    Args:
        settings: what is deployed.
        template: the stack's template, where it is not to be synthesised by the settings.

    Attributes:
        time: the story's; an Around may sleep in it.
        connect: the simulated Connect; `tell` and `play` reset it.
        services: SSM, DynamoDB and SNS.
        proxy: between them and who asks; what it lets go wrong is in its gate.
    """

    def __init__(
        self,
        *,
        settings: Mapping[str, Any] = EVERYTHING,
        template: Json | None = None,
    ) -> None:
        self._template = template or synthesised(settings)
        self._ids = random.Random()  # noqa: S311 - ids in a story
        self._open = ExitStack()
        self._log: list[str] = []
        self._quotas = RetryQuotas()
        self.clock = SteppedClock(EPOCH)
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def tell(
        self,
        story: Scenario,
        *,
        seed: int = 0,
        around: Around = undisturbed,
        ready: Callable[[], None] = lambda: None,
    ) -> VirtualEnding:
        """Tell a story with its own event, and give its ending.

        Args:
            story: what happens.
            seed: of everything that is drawn: jitter and ids.
            around: runs each function, or has it fail; may sleep in `time`.
            ready: called when everything is set up, before the event: the time to break more.

        Raises:
            LocalError: no rule matches the event.
        """
        delivered = (0.0,) * (1 + story.further_deliveries)
        sent = [
            Delivery(story.event_sent, delivered),
            *(Delivery(one.sent, (one.after,)) for one in story.also),
        ]
        at = story.moment or EPOCH
        played = self.play(story, sent, seed=seed, at=at, around=around, ready=ready)
        ending = ending_of(played, in_order=bool(story.also))
        return replace(ending, idle_faults=self._idle_faults())

    def play(  # noqa: PLR0913 - keyword-only where defaulted
        self,
        story: Scenario,
        sent: Sequence[Delivery],
        *,
        seed: int = 0,
        at: datetime = EPOCH,
        around: Around = undisturbed,
        stops: Sequence[Stop] = (),
        ready: Callable[[], None] = lambda: None,
    ) -> Played:
        """Play a story with events of one's own, to the end of all executions.

        Args:
            story: whose roster, phones and faults these are.
            sent: the events.
            seed: of everything that is drawn: jitter and ids.
            at: the date of second 0.
            around: runs each function, or has it fail; may sleep in `time`.
            stops: executions that are stopped from outside.
            ready: called when everything is set up, before the first event.
        """
        began = real_time.monotonic()
        self._ids.seed(seed)
        self._quotas.fill()
        self.clock.epoch = at
        self.connect.reset(story.phones_by_number())
        self.proxy.gate = Gate()
        self._functions.around = undisturbed
        own = self.roster_name(story.team)
        others = {name: text for name, text in self.deployed.rosters.items() if name != own}
        self.services.begin_anew(self.deployed, others, seed)
        self._remind_after(story.remind_minutes)
        with drawn_from(seed):
            self.save_roster(story.roster_text, story.team)
            self._log.clear()
            self.connect.faults, self.proxy.gate = story.gate(), story.gate()
            self._functions.around = struck(self.proxy, self.time, around)
            ready()
            bus = self._bus(stops)
            for one in sent:
                bus.send(one)

            def remind(event: Json) -> None:
                self._remind_after(0)  # once: nobody resolves it, and stories end
                bus.send(Delivery(event))

            with handed_on(remind):
                self.time.run()
        return Played(
            executions=bus.executions,
            calls=self.connect.calls,
            notifications=self.services.notifications(self.deployed.topic_arn),
            log=list(self._log),
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

    def _idle_faults(self) -> list[Fault]:
        """Give the faults of the last story that struck neither calls nor anything else."""
        elsewhere = self.connect.faults.never_struck
        idle = (one for one in self.proxy.gate.never_struck if one in elsewhere)
        return [one for one in idle if one.service != EVENTS]

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
