"""The line of a team: who is calling people, and how long the others wait.

One call at a time is made for a team (docs/decisions/013). The line is a lease without a clock:
its holder moves a beat on while it works, and who waits counts for how many of its own seconds
of waiting the beat has stood still. So a run with shortened waits is judged like a real one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What an execution finds.
HELD = "held"  # it may call
BUSY = "busy"  # another one is calling
HANDLED = "handled"  # its incident is not open any more

#: Counted seconds for which a beat may stand still before the holder is taken for dead. Longer
#: than a place_call needs that is tried seven times.
LEASE_SECONDS = 180
#: Counted seconds between two beats of a holder that watches a call.
HEARTBEAT_SECONDS = 30
#: Counted seconds of waiting after which an incident is called about, line or no line: more than
#: the longest page takes, at whose end everything that is open is handed over. It bounds the
#: history of an execution too.
MAX_LOCK_WAIT_SECONDS = 4 * 60 * 60
#: Counted seconds that whoever has just acknowledged is left alone, for their phone is engaged
#: until they have heard that it was taken down.
POST_ACK_DELAY_SECONDS = 8
#: Seconds that a call takes for each incident that is open before one's own, about: who is far
#: behind need not look often. And how long the wait is at most by that.
SECONDS_EACH, FAR_BEHIND_SECONDS = 2, 120
#: How often in a row a waiting execution may be unable to look before it goes on without.
MAX_FAILED_READS = 3

#: Seconds between two looks, by how long has been waited: up to so many seconds, every so many.
BACKOFF_SCHEDULE = ((120, 10), (1_200, 30), (3_600, 120), (MAX_LOCK_WAIT_SECONDS, 300))


@dataclass(frozen=True)
class LockWait:
    """How long an execution has waited for the line; in the state as `line`.

    Attributes:
        status: one of the constants above; "" at first.
        wait_seconds: how long to wait before the next look.
        waited_seconds: how long has been waited in all.
        beat: the holder and its beat as last seen.
        still_seconds: how long that has been seen unchanged.
        blind: looks in a row that showed nothing.
        first: whom to call first: who has just acknowledged, and is awake.
        outcome, by: what became of the incident meanwhile, and by whom, where it is HANDLED.
    """

    status: str = ""
    wait_seconds: int = 0
    waited_seconds: int = 0
    beat: str = ""
    still_seconds: int = 0
    blind: int = 0
    first: str = ""
    outcome: str = ""
    by: str | None = None

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> LockWait:
        """Read it out of the state; what is missing takes its default."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in state.items() if key in known})  # type: ignore[arg-type]

    def to_state(self) -> dict[str, object]:
        """Give it as the state machine carries it."""
        return asdict(self)

    def after_wait(self) -> LockWait:
        """Give it after the wait that it asked for."""
        return replace(
            self,
            wait_seconds=0,
            waited_seconds=self.waited_seconds + self.wait_seconds,
            still_seconds=self.still_seconds + self.wait_seconds,
        )

    def observed(self, beat: str) -> LockWait:
        """Give it after a look at the line, which another one holds."""
        still = self.still_seconds if beat == self.beat else 0
        return replace(self, beat=beat, still_seconds=still, blind=0)

    @property
    def holder_expired(self) -> bool:
        """Whether whoever holds the line has not been heard of for too long."""
        return bool(self.beat) and self.still_seconds >= LEASE_SECONDS

    @property
    def wait_timed_out(self) -> bool:
        """Whether this has waited so long that it goes on without the line."""
        return self.waited_seconds >= MAX_LOCK_WAIT_SECONDS

    def acquired(self, call_first: str = "") -> LockWait:
        """Give it when it may call; `call_first` counts for one that has waited for its turn."""
        return replace(self, status=HELD, first=call_first if self.waited_seconds else "")

    def acquired_with_delay(self) -> LockWait:
        """Give it when it has the line, and may call soon."""
        return replace(self, status=BUSY, wait_seconds=POST_ACK_DELAY_SECONDS)

    def still_held(self, execution: str, ahead: int = 0) -> LockWait:
        """Give it with the time to the next look.

        Args:
            execution: whose it is.
            ahead: how many open incidents come before its own.
        """
        wait = next(
            (wait for until, wait in BACKOFF_SCHEDULE if self.waited_seconds < until),
            BACKOFF_SCHEDULE[-1][1],
        )
        wait = max(wait, min(ahead * SECONDS_EACH, FAR_BEHIND_SECONDS))
        if not self.waited_seconds:
            wait = _first_wait(wait, execution)
        return replace(self, status=BUSY, wait_seconds=wait)

    def after_failed_read(self, execution: str) -> LockWait:
        """Give it after a look that showed nothing, for the incident table failed.

        Without a table there is no line, and everyone is called: at once by whoever has not
        waited, after some more looks by whoever has, for it knows of somebody who calls.
        """
        if not self.waited_seconds or self.blind >= MAX_FAILED_READS:
            return self.acquired()
        return replace(self.still_held(execution), blind=self.blind + 1)


def _first_wait(wait: int, execution: str) -> int:
    """Spread those that came at once, each by its name, so that they do not look at once."""
    return wait // 2 + sha256(execution.encode()).digest()[0] % wait


def heartbeat_due(before: int, after: int) -> bool:
    """Say whether the holder's beat is due, by the seconds that a call had and has waited."""
    return not before or before // HEARTBEAT_SECONDS < after // HEARTBEAT_SECONDS


def max_lock_polls() -> int:
    """Upper limit of the looks at a line, which an execution's history grows with."""
    looks, since = 2, 0
    for until, wait in BACKOFF_SCHEDULE:
        looks += (until - since) // wait + 1
        since = until
    return looks
