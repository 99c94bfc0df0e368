"""The history of an execution, and what ends one from its history: too many events, and a stop."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

#: Source: Step Functions developer guide, "Service quotas": an execution that needs more fails.
MOST_EVENTS = 25_000


class HistoryFullError(BaseException):
    """The execution has as many events as there may be. No Exception, so that no Catch has it."""


class StoppedError(BaseException):
    """The execution is stopped from outside. No Exception, for the same reason."""


@dataclass(frozen=True)
class Stop:
    """An execution is stopped from outside, as StopExecution does it.

    What a task has done before stays done; nothing is done of the state that is entered.

    Attributes:
        execution: which, in the order in which they begin, from 0.
        state: the name of the state at whose entry it is stopped.
        visit: how often it has entered that state by then.
    """

    execution: int
    state: str
    visit: int = 1


class History(EventManager):
    """Events with the date and time of the scenario, no more of them than AWS allows.

    Args:
        today: the date and time of the scenario, in UTC.
        most: events that there may be.
        stops: of this execution. That a state is entered is noted before anything of it is done,
            so that is where it stops.
    """

    def __init__(
        self, today: Callable[[], datetime], most: int, stops: Collection[Stop] = ()
    ) -> None:
        super().__init__()
        self._today = today
        self._most = most
        self._stops = {(one.state, one.visit) for one in stops}
        self._visits: Counter[str] = Counter()

    def add_event(self, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401 - as moto has it
        """Note an event.

        Raises:
            HistoryFullError: it is one too many.
            StoppedError: it is where the execution is stopped.
        """
        number = super().add_event(*args, **kwargs)
        if number >= self._most:
            raise HistoryFullError
        if entered := (kwargs.get("event_details") or {}).get("stateEnteredEventDetails"):
            self._visits[name := entered["name"]] += 1
            if (name, self._visits[name]) in self._stops:
                raise StoppedError
        return number

    def _get_current_timestamp(self) -> datetime:  # type: ignore[override]
        return self._today()
