"""The requests about one call, and the delay with which they showed each change.

Connect's timestamps are related to this machine's clock through the start of the call: its
InitiationTimestamp lies between the beginning and the end of StartOutboundVoiceContact. So the
clocks need not agree, and a slow network widens a delay instead of distorting it.
"""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from oncall.calls.call_evaluation import RESPONSES

DESCRIBE, GET_ATTRIBUTES, STOP = "DescribeContact", "GetContactAttributes", "StopContact"
#: DescribeContact's fields (Connect API reference, Contact).
INITIATION, CONNECTED = "InitiationTimestamp", "ConnectedToSystemTimestamp"
DISCONNECTED = "DisconnectTimestamp"


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
    """The seconds until something was shown; `at_most` is infinite if it never was."""

    at_least: float
    at_most: float

    def __str__(self) -> str:
        if math.isinf(self.at_most):
            return f"not within {self.at_least:.1f} s"
        return f"{self.at_least:.1f} to {self.at_most:.1f} s"


@dataclass(frozen=True)
class ContactRecord:
    """The requests of one call, in order, from StartOutboundVoiceContact."""

    requests: tuple[ConnectRequest, ...]

    def of(self, *operations: str) -> list[ConnectRequest]:
        """Return the requests of these operations."""
        return [request for request in self.requests if request.operation in operations]

    def shows(self, name: str) -> bool:
        """Whether any request shows this field of the contact."""
        return any(name in request.contact for request in self.requests)

    @property
    def key_operations(self) -> list[str]:
        """The operations that showed a key, in the order in which they did."""
        return list(dict.fromkeys(each.operation for each in self.requests if each.shows_key))

    def happened(self, name: str) -> tuple[float, float] | None:
        """Return the earliest and latest time of a timestamp; None if it was never shown."""
        times: dict[str, Any] = {}
        for request in self.requests:
            times |= request.contact
        if not {name, INITIATION} <= times.keys():
            return None
        after = (times[name] - times[INITIATION]).total_seconds()
        return self.requests[0].began + after, self.requests[0].ended + after

    def delay_of(self, name: str) -> Delay | None:
        """Return the delay until DescribeContact showed a timestamp; None if it never did."""
        return self._delay(name, lambda poll: name in poll.contact, DESCRIBE)

    def delay_of_key(self) -> Delay | None:
        """Return how long after the call's end a request showed the key; None without an end."""
        return self._delay(DISCONNECTED, lambda poll: poll.shows_key, DESCRIBE, GET_ATTRIBUTES)

    def _delay(
        self, since: str, shows: Callable[[ConnectRequest], bool], *operations: str
    ) -> Delay | None:
        """Return the delay of what these operations show; throttled polls do not count."""
        if (when := self.happened(since)) is None:
            return None
        earliest, latest = when
        at_least = 0.0
        for poll in self.of(*operations):
            if shows(poll):
                return Delay(at_least, max(at_least, poll.ended - earliest))
            if poll.error in ("", "ResourceNotFoundException"):
                at_least = max(at_least, poll.began - latest)
        return Delay(at_least, math.inf)


class RequestRecorder:
    """Record the requests of a client (botocore's events `before-call` and `after-call`)."""

    def __init__(self, connect: Any) -> None:  # noqa: ANN401 - boto3 creates its client classes at run time
        self._began = 0.0
        self._requests: list[ConnectRequest] = []
        self._events = connect.meta.events
        self._events.register("before-call.connect", self._before)
        self._events.register("after-call.connect", self._after)

    @property
    def record(self) -> ContactRecord:
        """The requests so far."""
        return ContactRecord(tuple(self._requests))

    def stop(self) -> None:
        """Stop recording."""
        self._events.unregister("before-call.connect", self._before)
        self._events.unregister("after-call.connect", self._after)

    def _before(self, **_: object) -> None:
        self._began = time.monotonic()

    def _after(self, parsed: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's
        contact = parsed.get("Contact", {})
        if "Attributes" in parsed:
            contact = {"Attributes": parsed["Attributes"]}
        error = str(parsed.get("Error", {}).get("Code", ""))
        self._requests.append(
            ConnectRequest(model.name, self._began, time.monotonic(), contact, error)
        )
