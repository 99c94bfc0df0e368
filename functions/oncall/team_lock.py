"""The team lock: which execution calls for a team, and how long the others wait.

Only one execution at a time calls for a team (docs/decisions/013). The lock is a lease without a
clock: its holder sends heartbeats, and a waiting execution counts the seconds of its own waits in
which the heartbeat did not change. So a run with shortened waits behaves like a real one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Status of the lock for an execution.
NOT_TRIED = "new"
HELD = "held"  # it may call
BUSY = "busy"  # another execution is calling
HANDLED = "handled"  # its incident is not open any more

#: Counted seconds without a heartbeat after which the lock expires: longer than place_call takes
#: with seven tries.
LEASE_SECONDS = 180
#: Counted seconds between two heartbeats of a holder that polls a call.
HEARTBEAT_SECONDS = 30
#: Counted seconds of waiting after which an execution calls without the lock: more than the
#: longest page takes. It bounds the history of an execution too.
MAX_LOCK_WAIT_SECONDS = 4 * 60 * 60
#: Counted seconds from an acknowledgement to the next call: until the confirmation has been played,
#: that responder's phone is busy.
POST_ACK_DELAY_SECONDS = 8
#: Approximate seconds that a call takes for each open incident ahead of one's own, so that an
#: execution far behind polls less often; and the limit of the resulting wait.
SECONDS_PER_INCIDENT, MAX_QUEUE_WAIT_SECONDS = 2, 120
#: Failed reads in a row after which a waiting execution continues without the lock.
MAX_FAILED_READS = 3

#: Seconds between two polls of the lock, by the time waited: (up to, every).
BACKOFF_SCHEDULE = ((120, 10), (1_200, 30), (3_600, 120), (MAX_LOCK_WAIT_SECONDS, 300))


@dataclass(frozen=True)
class LockWait:
    """How long an execution has waited for the lock; in the state as `team_lock`.

    Attributes:
        status: one of the constants above; "" at first.
        wait_seconds: how long to wait before the next poll.
        waited_seconds: total time waited.
        heartbeat: the heartbeat and its holder as last read.
        stale_seconds: how long that has not changed.
        failed_reads: failed reads in a row.
        call_first: the responder who has just acknowledged, to be called first.
        outcome, closed_by: how and by whom the incident was closed, if the status is HANDLED.
    """

    status: str = ""
    wait_seconds: int = 0
    waited_seconds: int = 0
    heartbeat: str = ""
    stale_seconds: int = 0
    failed_reads: int = 0
    call_first: str = ""
    outcome: str = ""
    closed_by: str | None = None

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> LockWait:
        """Read it from the state; missing keys take their defaults."""
        known = {field.name for field in fields(cls)} & state.keys()
        return cls(**{name: state[name] for name in known})

    def to_state(self) -> dict[str, object]:
        """Return it as the state machine carries it."""
        return asdict(self)

    def after_wait(self) -> LockWait:
        """Return it after its wait."""
        return replace(
            self,
            wait_seconds=0,
            waited_seconds=self.waited_seconds + self.wait_seconds,
            stale_seconds=self.stale_seconds + self.wait_seconds,
        )

    def observed(self, heartbeat: str) -> LockWait:
        """Return it after a read of the lock, which another execution holds."""
        stale = self.stale_seconds if heartbeat == self.heartbeat else 0
        return replace(self, heartbeat=heartbeat, stale_seconds=stale, failed_reads=0)

    @property
    def holder_expired(self) -> bool:
        """Whether the holder has sent no heartbeat for too long."""
        return bool(self.heartbeat) and self.stale_seconds >= LEASE_SECONDS

    @property
    def wait_timed_out(self) -> bool:
        """Whether it has waited so long that it continues without the lock."""
        return self.waited_seconds >= MAX_LOCK_WAIT_SECONDS

    def acquired(self, call_first: str = "") -> LockWait:
        """Return it with the lock acquired; `call_first` applies if it has waited."""
        return replace(self, status=HELD, call_first=call_first if self.waited_seconds else "")

    def acquired_with_delay(self) -> LockWait:
        """Return it with the lock acquired, to call after a short delay."""
        return replace(self, status=BUSY, wait_seconds=POST_ACK_DELAY_SECONDS)

    def still_held(self, execution: str, ahead: int = 0) -> LockWait:
        """Return it with the time to the next poll, by the number of open incidents ahead."""
        waits = (wait for until, wait in BACKOFF_SCHEDULE if self.waited_seconds < until)
        wait = next(waits, BACKOFF_SCHEDULE[-1][1])
        wait = max(wait, min(ahead * SECONDS_PER_INCIDENT, MAX_QUEUE_WAIT_SECONDS))
        if not self.waited_seconds:
            # Spread the first polls of executions that started together, by a hash of their ARNs.
            wait = wait // 2 + sha256(execution.encode()).digest()[0] % wait
        return replace(self, status=BUSY, wait_seconds=wait)

    def after_failed_read(self, execution: str) -> LockWait:
        """Return the state after a failed table read.

        Without the table there is no lock. An execution that has not waited calls at once. One that
        has waited retries a few times first, because another one is probably calling.
        """
        if not self.waited_seconds or self.failed_reads >= MAX_FAILED_READS:
            return self.acquired()
        return replace(self.still_held(execution), failed_reads=self.failed_reads + 1)


def heartbeat_due(before: int, after: int) -> bool:
    """Return whether a heartbeat is due, by the seconds that a call had and has waited."""
    return not before or before // HEARTBEAT_SECONDS < after // HEARTBEAT_SECONDS
