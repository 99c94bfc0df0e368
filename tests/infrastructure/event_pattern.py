"""Match event patterns with the emulator's TestEventPattern.

It runs in this process, and rejects invalid patterns with EventBridge's messages.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The fields that EventBridge adds to every event.
ENVELOPE = {
    "id": "0",
    "account": "123456789012",
    "time": "2026-01-05T09:00:00Z",
    "region": "us-east-1",
    "resources": [],
}
OK = 200


class PatternRefusedError(Exception):
    """EventBridge rejects the pattern, with this message."""


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Check whether a pattern matches an event."""
    request = {"EventPattern": json.dumps(pattern), "Event": json.dumps({**ENVELOPE, **event})}
    emulator = import_module("ministack.services.eventbridge")
    status, _, response = emulator._test_event_pattern(request)  # noqa: SLF001 - HTTP would ask this
    if status != OK:
        raise PatternRefusedError(str(response))
    return bool(json.loads(response)["Result"])
