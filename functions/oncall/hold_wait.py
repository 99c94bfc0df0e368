"""How a page waits while something holds it: quiet hours, a mute, or the suppression of its alarm.

SNS is notified, and nobody is called. The state machine waits and checks from time to time whether
the page is still held (docs/decisions/024), so a saved roster ends a hold too. As everywhere, time
is counted in the state: a run with shortened waits behaves like a real one.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from oncall.hold import Hold

#: Status of a hold.
NOT_HELD = "none"
ANNOUNCE = "announce"  # it waits, and SNS is to be notified of that
WAITING = "waiting"
OVER = "over"  # the page calls, or ends if its incident was closed
TAKEN_OVER = "taken_over"  # another execution pages, for an event that is not held

#: Counted seconds after which a page calls, whatever holds it. It bounds an execution's history.
MAX_HOLD_SECONDS = 31 * 24 * 60 * 60
#: Seconds between two checks, by the time waited: (up to, every). So long a change of the roster or
#: of the alarm may take to end a hold; the end that was known at the last check is exact.
CHECK_SCHEDULE = ((600, 60), (7_200, 300), (86_400, 900), (MAX_HOLD_SECONDS, 3_600))


@dataclass(frozen=True)
class HoldWait:
    """A page's hold; in the state as `hold`.

    Attributes:
        status: one of the constants above.
        kind, reason: of the hold (oncall/hold.py); "" if there is none.
        until: when it ends, by the last check: ISO 8601, UTC; "" if that is unknown.
        announced_until: kind and end of the hold of which SNS was last notified.
        wait_seconds: how long to wait before the next check; at least 1.
        waited_seconds: the time since the execution began.
        subject, message: the notification.
    """

    status: str = NOT_HELD
    kind: str = ""
    until: str = ""
    reason: str = ""
    announced_until: str = ""
    wait_seconds: int = 0
    waited_seconds: int = 0
    subject: str = ""
    message: str = ""

    @classmethod
    def from_state(cls, state: Mapping[str, object]) -> HoldWait:
        """Read it from the state; missing keys take their defaults."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in state.items() if key in known})  # type: ignore[arg-type]

    def to_state(self) -> dict[str, object]:
        """Return it as the state machine carries it."""
        return asdict(self)

    def after_wait(self, elapsed: float) -> HoldWait:
        """Return it after its wait, `elapsed` seconds after the start of the execution.

        The clock only corrects the count, by the time that functions and retries took. If waits
        are shortened, the count is ahead of the clock.
        """
        counted = self.waited_seconds + self.wait_seconds
        return replace(self, wait_seconds=0, waited_seconds=max(counted, int(elapsed)))

    def now(self, started: datetime) -> datetime:
        """Return the time of this check."""
        return started + timedelta(seconds=self.waited_seconds)

    @property
    def timed_out(self) -> bool:
        """Whether it has waited so long that the page calls."""
        return self.waited_seconds >= MAX_HOLD_SECONDS

    def over(self) -> HoldWait:
        """Return it at its end."""
        return replace(self, status=OVER)

    def held_by(self, hold: Hold, started: datetime) -> HoldWait:
        """Return it with the time to the next check.

        SNS is notified of the first hold, and if another kind of hold follows or the end is later
        than SNS was notified.
        """
        until = f"{hold.until:%Y-%m-%dT%H:%M:%SZ}" if hold.until else ""
        announced = f"{hold.kind} {until}"
        known, _, known_end = self.announced_until.partition(" ")
        news = known != hold.kind or known_end < until
        wait = next(
            (wait for until, wait in CHECK_SCHEDULE if self.waited_seconds < until),
            CHECK_SCHEDULE[-1][1],
        )
        wait = min(wait, MAX_HOLD_SECONDS - self.waited_seconds)
        if hold.until:
            left = (hold.until - self.now(started)).total_seconds()
            wait = min(wait, math.ceil(left))
        return replace(
            self,
            status=ANNOUNCE if news else WAITING,
            kind=hold.kind,
            until=until,
            reason=hold.reason,
            announced_until=announced if news else self.announced_until,
            wait_seconds=max(1, wait),
        )


def max_hold_checks() -> int:
    """Return the upper limit of checks of a hold, which bounds an execution's history."""
    checks, since = 1, 0
    for until, wait in CHECK_SCHEDULE:
        checks += (until - since) // wait + 1
        since = until
    return checks
