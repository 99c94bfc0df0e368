"""Record the requests of a boto3 client of Amazon Connect, with their times."""

from __future__ import annotations

import time
from typing import Any

from callout.verify.contact_record import ConnectRequest, ContactRecord


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
