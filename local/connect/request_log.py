"""What the simulated Connect keeps of each request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RequestRecord:
    """A request as it came in.

    Attributes:
        operation: what was asked for; None if the path names no operation.
        params: its input, or what could be read of it.
        status: the HTTP status answered; None if the connection was dropped.
        error: the error answered, if any.
        at: story seconds since the server's epoch.
    """

    operation: str | None
    params: Mapping[str, Any]
    status: int | None
    error: str | None
    at: float
