"""Virtual time: threads that run one at a time; a sleep hands over to the one that wakes next.

Nothing between two sleeps takes time. Threads that wake at the same second run in the order in
which their sleeps began. So the same inputs give the same run, however busy the machine is.
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
    """A deadline has passed; only the code that set it catches this.

    Not an Exception, so that code that catches every Exception does not catch it.
    """

    def __init__(self, deadline: Deadline) -> None:
        super().__init__(f"scenario second {deadline.second}")
        self.deadline = deadline


@dataclass(frozen=True, eq=False)
class Deadline:
    """A scenario second by which something must end."""

    second: float


@dataclass(eq=False)
class Participant:
    """A thread that runs in virtual time."""

    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    deadlines: list[Deadline] = field(default_factory=list)
    error: BaseException | None = None


class VirtualClock:
    """Runs one thread at a time, and sets the clock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self._sleeping: list[tuple[float, int, Participant]] = []
        self._order = count()
        self._returned = threading.Semaphore(0)
        self._local = threading.local()

    def now(self) -> float:
        """Scenario seconds since the beginning."""
        return self._clock.now()

    @property
    def is_participant(self) -> bool:
        """Whether this thread runs in virtual time."""
        return getattr(self._local, "participant", None) is not None

    def start(self, work: Work, after: float = 0.0) -> None:
        """Run something in a new thread, in so many scenario seconds."""
        participant = Participant()
        threading.Thread(target=self._run, args=(participant, work), daemon=True).start()
        self._wake_at(self.now() + after, participant)

    def run(self) -> None:
        """Let time pass until every thread has ended.

        Raises:
            BaseException: the first error of a thread, after all threads have ended.
        """
        failed: BaseException | None = None
        while self._sleeping:
            second, _, participant = heapq.heappop(self._sleeping)
            self._clock.second = second
            participant.turn.release()
            self._returned.acquire()
            failed = failed or participant.error
        if failed:
            raise failed

    def sleep(self, seconds: float) -> None:
        """Let scenario time pass in this thread, while others run.

        Raises:
            OutOfTimeError: a deadline comes first; time has passed until then.
            RuntimeError: this thread does not run in virtual time.
        """
        participant = self._participant()
        wakes = self.now() + max(0.0, seconds)
        # Of deadlines at the same second, the one set first: it is the outermost.
        first = min(
            participant.deadlines, key=lambda deadline: deadline.second, default=Deadline(math.inf)
        )
        self._wake_at(min(wakes, first.second), participant)
        self._returned.release()
        participant.turn.acquire()
        if first.second < wakes:
            raise OutOfTimeError(first)

    def run_with_timeout(self, seconds: float, work: Work) -> bool:
        """Run something in this thread; return whether it ended within so many seconds."""
        with self._deadline(seconds) as deadline:
            try:
                work()
            except OutOfTimeError as error:
                if error.deadline is not deadline:
                    raise
                return False
        return True

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[Deadline]:
        deadline = Deadline(self.now() + seconds)
        deadlines = self._participant().deadlines
        deadlines.append(deadline)
        try:
            yield deadline
        finally:
            deadlines.remove(deadline)

    def _participant(self) -> Participant:
        if not self.is_participant:
            raise RuntimeError("only threads of VirtualClock.start can sleep in scenario time")
        participant: Participant = self._local.participant
        return participant

    def _wake_at(self, second: float, participant: Participant) -> None:
        heapq.heappush(self._sleeping, (second, next(self._order), participant))

    def _run(self, participant: Participant, work: Work) -> None:
        participant.turn.acquire()
        self._local.participant = participant
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - raised again by run, whatever it is
            participant.error = error
        finally:
            self._returned.release()
