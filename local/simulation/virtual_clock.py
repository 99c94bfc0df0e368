"""Virtual time: several threads, one at a time; a sleep gives way to whoever wakes earliest.

What is done between two sleeps takes no time at all. Who wakes at the same second goes on in the
order in which the sleeps began. So the same inputs make the same run, however busy the machine.
"""

from __future__ import annotations

import heapq
import math
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.connect.clock import ManualClock

    Work = Callable[[], object]


class OutOfTimeError(BaseException):
    """The time that something was given is over; only who gave it catches this.

    No Exception, so that code which catches whatever goes wrong does not catch it either.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(f"scenario second {deadline.second}")
        self.deadline = deadline


@dataclass(frozen=True, eq=False)
class Deadline:
    """A scenario second by which something must be over."""

    second: float


@dataclass(eq=False)
class Actor:
    """A thread that takes part in scenario time."""

    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    deadlines: list[Deadline] = field(default_factory=list)
    error: BaseException | None = None


class StoryTime:
    """Hands the baton from thread to thread, and sets the clock.

    Args:
        clock: is set to each second that something happens at.
    """

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._asleep: list[tuple[float, int, Actor]] = []
        self._order = count()
        self._back = threading.Semaphore(0)
        self._here = threading.local()

    def now(self) -> float:
        """Scenario seconds since the beginning."""
        return self._clock.now()

    @property
    def inside(self) -> bool:
        """Whether this thread takes part in scenario time."""
        return getattr(self._here, "actor", None) is not None

    def begin(self, work: Work, after: float = 0.0) -> None:
        """Have something done, in a thread of its own, from so many scenario seconds from now."""
        actor = Actor()
        threading.Thread(target=self._live, args=(actor, work), daemon=True).start()
        self._wake_at(self.now() + after, actor)

    def run(self) -> None:
        """Let time pass until everything that was begun is done.

        Raises:
            BaseException: the first that any of the work raised; the rest is done all the same.
        """
        failed: BaseException | None = None
        while self._asleep:
            second, _, actor = heapq.heappop(self._asleep)
            self._clock.second = second
            actor.turn.release()
            self._back.acquire()
            failed = failed or actor.error
        if failed:
            raise failed

    def sleep(self, seconds: float) -> None:
        """Let scenario time pass in this thread, and others go on meanwhile.

        Raises:
            OutOfTimeError: a deadline comes first; time has passed until then.
            RuntimeError: this thread takes no part in scenario time.
        """
        actor = self._actor()
        wakes = self.now() + max(0.0, seconds)
        # Of those that end together, the one that was set first: it holds for the others too.
        first = min(actor.deadlines, key=lambda one: one.second, default=Deadline(math.inf))
        self._wake_at(min(wakes, first.second), actor)
        self._back.release()
        actor.turn.acquire()
        if first.second < wakes:
            raise OutOfTimeError(first)

    def within(self, seconds: float, work: Work) -> bool:
        """Do something in this thread that may take so long; say whether it was over in time."""
        with self._deadline(seconds) as deadline:
            try:
                work()
            except OutOfTimeError as over:
                if over.deadline is not deadline:
                    raise
                return False
        return True

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[Deadline]:
        deadline = Deadline(self.now() + seconds)
        deadlines = self._actor().deadlines
        deadlines.append(deadline)
        try:
            yield deadline
        finally:
            deadlines.remove(deadline)

    def _actor(self) -> Actor:
        if not self.inside:
            raise RuntimeError("only what StoryTime.begin was given can sleep in scenario time")
        actor: Actor = self._here.actor
        return actor

    def _wake_at(self, second: float, actor: Actor) -> None:
        heapq.heappush(self._asleep, (second, next(self._order), actor))

    def _live(self, actor: Actor, work: Work) -> None:
        actor.turn.acquire()
        self._here.actor = actor
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again by run, whatever it is
            actor.error = error
        finally:
            self._back.release()
