"""EventBridge: hands events to whatever their rules name, and names executions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.simulation.event_rules import deliveries, of_the_end, on_the_bus
from local.simulation.moto_patches import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from local.scenarios.result import Execution
    from local.simulation.event_rules import Event
    from local.simulation.execution_history import Stop
    from local.simulation.lambda_runtime import Functions
    from local.simulation.state_machine import Interpreter
    from local.simulation.template_resources import Deployed
    from local.simulation.virtual_clock import StoryTime


@dataclass(frozen=True)
class Delivery:
    """An event to put on the bus.

    Attributes:
        event: as EventBridge delivers it; one of AWS's is sent as a replay.
        at: the scenario seconds at which EventBridge delivers it. It may deliver one event more
            than once.
    """

    event: Mapping[str, Any]
    at: tuple[float, ...] = (0.0,)


class Bus:
    """The bus of one run.

    Args:
        deployed: its rules.
        interpreter, functions: what they start.
        sns: a client; what goes from a rule to the topic is EventBridge's own to deliver.
        time: the scenario's.
        today: its date and time, in UTC.
        new_id: makes ids.
        stops: executions that are stopped from outside.
    """

    def __init__(  # noqa: PLR0913 - all that an event may reach
        self,
        *,
        deployed: Deployed,
        interpreter: Interpreter,
        functions: Functions,
        sns: Any,  # noqa: ANN401 - boto3 makes its clients' classes at run time
        time: StoryTime,
        today: Callable[[], datetime],
        new_id: Callable[[], UUID],
        stops: Sequence[Stop] = (),
    ) -> None:
        self._deployed = deployed
        self._interpreter = interpreter
        self._functions = functions
        self._sns = sns
        self._time = time
        self._today = today
        self._new_id = new_id
        self._stops = stops
        self._executions: list[Execution | None] = []

    @property
    def executions(self) -> list[Execution]:
        """Those that are over, in the order in which they began."""
        return [one for one in self._executions if one]

    def send(self, sent: Delivery) -> None:
        """Put an event on the bus; it is delivered when the delivery says, seen from now."""
        event = on_the_bus(sent.event, str(self._new_id()), iso(self._today()))
        for second in sent.at:
            self._time.begin(lambda: self._deliver(event), after=second)

    def _deliver(self, event: Event) -> None:
        for target, given in deliveries(self._deployed.rules, event):
            if target == self._deployed.state_machine_arn:
                self._time.begin(lambda given=given: self._execute(given))  # type: ignore[misc]
            elif target == self._deployed.topic_arn:
                self._sns.publish(TopicArn=target, Message=given)
            else:
                self._functions.invoke(FunctionName=target, Payload=json.dumps(given).encode())

    def _execute(self, given: object) -> None:
        place = len(self._executions)
        self._executions.append(None)
        name = f"{self._new_id()}_{self._new_id()}"  # two ids, as EventBridge has it
        stops = [one for one in self._stops if one.execution == place]
        execution = self._interpreter.execute(name, given, stops)
        self._executions[place] = execution
        self._deliver(
            of_the_end(
                execution,
                self._deployed.state_machine_arn,
                str(self._new_id()),
                iso(self._today()),
            )
        )
