"""The record that the simulated Connect keeps of each request."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RequestRecord:
    """A request as received.

    Attributes:
        operation: the requested operation; None if the path matches no operation.
        params: its input, as far as it could be parsed.
        status: the HTTP status of the response; None if the connection was dropped.
        error: the error code of the response, if any.
        at: scenario seconds since the server's epoch.
    """

    operation: str | None
    params: Mapping[str, Any]
    status: int | None
    error: str | None
    at: float
