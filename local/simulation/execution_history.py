"""The history of an execution, which also ends it: too many events, or a stop from outside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

#: Source: Step Functions developer guide, "Service quotas": an execution that needs more fails.
MAX_EVENTS = 25_000


class HistoryFullError(BaseException):
    """The execution reached the maximum number of events. Not an Exception, so no Catch applies."""


class StoppedError(BaseException):
    """The execution was stopped from outside. Not an Exception, for the same reason."""


@dataclass(frozen=True)
class Stop:
    """Stops an execution from outside, as StopExecution does.

    It stops on entering a state: earlier states keep their effects, the state itself does nothing.

    Attributes:
        execution: index of the execution, in the order of their starts, from 0.
        visit: at which visit to the state, from 1.
    """

    execution: int
    state: str
    visit: int = 1


class History(EventManager):
    """Records events with the time of the scenario, up to AWS's limit.

    Args:
        stops: of this execution. moto records that a state is entered before it runs the state.
    """

    def __init__(
        self, utc_now: Callable[[], datetime], max_events: int, stops: Collection[Stop] = ()
    ) -> None:
        super().__init__()
        self._utc_now = utc_now
        self._max_events = max_events
        self._stops = {(stop.state, stop.visit) for stop in stops}
        self._visits: Counter[str] = Counter()

    def add_event(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401 - as moto has it
        """Record an event."""
        number = super().add_event(*args, **kwargs)
        if number >= self._max_events:
            raise HistoryFullError
        if entered := (kwargs.get("event_details") or {}).get("stateEnteredEventDetails"):
            self._visits[name := entered["name"]] += 1
            if (name, self._visits[name]) in self._stops:
                raise StoppedError
        return number

    def _get_current_timestamp(self) -> datetime:  # type: ignore[override]
        return self._utc_now()
