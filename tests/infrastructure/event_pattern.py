"""EventBridge's matching, by the emulator's own TestEventPattern.

Asked within this process, so that it costs nothing. It refuses a pattern that EventBridge
would refuse, in EventBridge's words.
"""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What EventBridge itself gives every event, whatever was put.
ENVELOPE = {
    "id": "0",
    "account": "123456789012",
    "time": "2026-01-05T09:00:00Z",
    "region": "us-east-1",
    "resources": [],
}
OK = 200


class PatternRefusedError(Exception):
    """EventBridge would not take the pattern; the text is its answer."""


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Say whether a rule with this pattern is started by this event."""
    asked = {"EventPattern": json.dumps(pattern), "Event": json.dumps({**ENVELOPE, **event})}
    emulator = import_module("ministack.services.eventbridge")
    status, _, answer = emulator._test_event_pattern(asked)  # noqa: SLF001 - HTTP would ask this
    if status != OK:
        raise PatternRefusedError(str(answer))
    return bool(json.loads(answer)["Result"])
