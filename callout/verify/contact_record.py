"""The requests of one call, and how late they showed what happened.

Connect's timestamps and this machine's clock are related through the start of the call: Connect's
InitiationTimestamp lies between the beginning and the end of StartOutboundVoiceContact. So the
clocks need not agree, and a slow network widens a delay instead of distorting it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from oncall.calls.call_evaluation import RESPONSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

START, DESCRIBE = "StartOutboundVoiceContact", "DescribeContact"
GET_ATTRIBUTES, STOP = "GetContactAttributes", "StopContact"
#: DescribeContact's fields (Connect API reference, Contact).
INITIATION, CONNECTED = "InitiationTimestamp", "ConnectedToSystemTimestamp"
DISCONNECTED = "DisconnectTimestamp"
NOT_FOUND = "ResourceNotFoundException"


@dataclass(frozen=True)
class ConnectRequest:
    """A request to Amazon Connect; times are seconds of a monotonic clock."""

    operation: str
    began: float
    ended: float
    contact: Mapping[str, Any] = field(default_factory=dict)  # of DescribeContact; or Attributes
    error: str = ""  # an error code

    @property
    def shows_key(self) -> bool:
        """Whether it shows a key that the contact flow has stored."""
        return self.contact.get("Attributes", {}).get("response") in RESPONSES


@dataclass(frozen=True)
class Delay:
    """Seconds for which something was not shown; `at_most` is infinite if it never was."""

    at_least: float
    at_most: float

    def __str__(self) -> str:
        if math.isinf(self.at_most):
            return f"not shown within {self.at_least:.1f} s"
        return f"shown after {self.at_least:.1f} to {self.at_most:.1f} s"


@dataclass(frozen=True)
class ContactRecord:
    """The requests of one call, in order."""

    requests: tuple[ConnectRequest, ...]

    def of(self, *operations: str) -> list[ConnectRequest]:
        """Return the requests of these operations."""
        return [request for request in self.requests if request.operation in operations]

    def shows(self, name: str) -> bool:
        """Whether any request shows this field of the contact."""
        return any(name in request.contact for request in self.requests)

    @property
    def shows_key(self) -> bool:
        """Whether any request shows a key."""
        return any(request.shows_key for request in self.requests)

    def happened(self, name: str) -> tuple[float, float] | None:
        """Return the earliest and latest time at which a timestamp was reached, if it is known."""
        times: dict[str, Any] = {}
        for request in self.requests:
            times.update(request.contact)
        placed = self.of(START)
        if not placed or INITIATION not in times or name not in times:
            return None
        after = (times[name] - times[INITIATION]).total_seconds()
        return placed[0].began + after, placed[0].ended + after

    def delay_of(self, name: str) -> Delay | None:
        """Return how late DescribeContact showed a timestamp; None if it never did."""
        when = self.happened(name)
        if when is None:
            return None
        return _delay(when, self.of(DESCRIBE), lambda poll: name in poll.contact)

    def delay_of_contact(self) -> Delay | None:
        """Return how late DescribeContact found the call; None if it was not placed."""
        placed = self.of(START)
        if not placed:
            return None
        when = placed[0].began, placed[0].ended
        return _delay(when, self.of(DESCRIBE), lambda poll: INITIATION in poll.contact)

    def delay_of_key(self) -> Delay | None:
        """Return how long after the call's end a request showed the key; None without an end."""
        when = self.happened(DISCONNECTED)
        if when is None:
            return None
        return _delay(when, self.of(DESCRIBE, GET_ATTRIBUTES), lambda poll: poll.shows_key)

    def key_operations(self) -> list[str]:
        """Return the operations that showed the key, in the order in which they did."""
        return list(
            dict.fromkeys(request.operation for request in self.requests if request.shows_key)
        )


def _delay(
    when: tuple[float, float],
    polls: Iterable[ConnectRequest],
    shows: Callable[[ConnectRequest], bool],
) -> Delay:
    """Return the delay since an event; polls that failed for other reasons do not count."""
    earliest, latest = when
    at_least = 0.0
    for poll in polls:
        if shows(poll):
            return Delay(at_least, max(at_least, poll.ended - earliest))
        if poll.error in ("", NOT_FOUND):
            at_least = max(at_least, poll.began - latest)
    return Delay(at_least, math.inf)
