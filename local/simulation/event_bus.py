"""EventBridge: delivers events to the targets of their rules."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.events.models import EventsBackend

from local.simulation.event_rules import as_delivered, matching_targets, status_change_event
from local.simulation.moto_patches import iso

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from local.scenarios.result import Execution
    from local.simulation.event_rules import Event
    from local.simulation.execution_history import Stop
    from local.simulation.lambda_runtime import LambdaRuntime
    from local.simulation.state_machine import Interpreter
    from local.simulation.template_resources import DeployedStack
    from local.simulation.virtual_clock import VirtualClock


@dataclass(frozen=True)
class Delivery:
    """An event to put on the bus.

    Attributes:
        event: as EventBridge delivers it.
        at: the scenario seconds at which EventBridge delivers it; it may deliver an event more than
            once.
        replay: whether an event of AWS is sent as a replay.
    """

    event: Mapping[str, Any]
    at: tuple[float, ...] = (0.0,)
    replay: bool = True


class EventBus:
    """The bus of one run."""

    def __init__(  # noqa: PLR0913 - all targets
        self,
        *,
        deployed: DeployedStack,
        interpreter: Interpreter,
        functions: LambdaRuntime,
        sns: Any,  # noqa: ANN401 - boto3 makes its clients' classes at run time
        time: VirtualClock,
        utc_now: Callable[[], datetime],
        new_id: Callable[[], UUID],
        stops: Sequence[Stop] = (),
        observe: Callable[[Event], None] = lambda _event: None,
    ) -> None:
        self._observe = observe
        self._deployed = deployed
        self._interpreter = interpreter
        self._functions = functions
        self._sns = sns
        self._time = time
        self._utc_now = utc_now
        self._new_id = new_id
        self._stops = stops
        self._executions: list[Execution | None] = []

    @property
    def executions(self) -> list[Execution]:
        """The executions that have ended, in the order in which they began."""
        return [execution for execution in self._executions if execution]

    def send(self, delivery: Delivery) -> None:
        """Put an event on the bus, to be delivered at its times from now."""
        event = as_delivered(
            delivery.event, str(self._new_id()), iso(self._utc_now()), replay=delivery.replay
        )
        for second in delivery.at:
            self._time.start(lambda: self._deliver(event), after=second)

    def _deliver(self, event: Event) -> None:
        self._observe(event)
        for target, given in matching_targets(self._deployed.rules, event):
            if target == self._deployed.state_machine_arn:
                self._time.start(lambda given=given: self._execute(given))  # type: ignore[misc]
            elif target == self._deployed.topic_arn:
                self._sns.publish(TopicArn=target, Message=given)
            else:
                self._functions.invoke(FunctionName=target, Payload=json.dumps(given).encode())

    def _execute(self, given: object) -> None:
        index = len(self._executions)
        self._executions.append(None)
        name = f"{self._new_id()}_{self._new_id()}"  # two ids, as EventBridge does
        stops = [stop for stop in self._stops if stop.execution == index]
        execution = self._interpreter.execute(name, given, stops)
        self._executions[index] = execution
        self._deliver(
            status_change_event(
                execution,
                self._deployed.state_machine_arn,
                str(self._new_id()),
                iso(self._utc_now()),
            )
        )


@contextmanager
def forward_events(send: Callable[[Event], None]) -> Iterator[None]:
    """Call `send` with every event that moto accepts, because moto starts no state machines.

    It is called in a thread of moto's, while the function waits for the response.
    """
    original: Any = EventsBackend.put_events

    def put_events(backend: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = original(backend, events)
        for entry, result in zip(events, results, strict=True):
            if "EventId" in result:
                send(_event(entry))
        return results

    with patch.object(EventsBackend, "put_events", put_events):
        yield


def _event(entry: dict[str, Any]) -> Event:
    """Return an entry of PutEvents in the form of a scenario's event."""
    return {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
    }
