"""Short histories, as GetExecutionHistory returns them."""

from __future__ import annotations

import json
from typing import Any

ARN = "arn:aws:states:us-east-1:123456789012:execution:Callout:a-name"
BEGAN = "2026-01-05T03:12:00.000Z"

Event = dict[str, Any]


def started(given: object) -> Event:
    details = {"input": json.dumps(given)}
    return {
        "type": "ExecutionStarted",
        "timestamp": BEGAN,
        "executionStartedEventDetails": details,
    }


def entered(state: str) -> Event:
    return {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state, "input": "{}"}}


def tried(*ends: Event) -> list[Event]:
    """Return the events of some tries."""
    given = {"parameters": json.dumps({"Payload": {"execution": ARN}})}
    scheduled = {"type": "TaskScheduled", "taskScheduledEventDetails": given}
    return [event for end in ends for event in (scheduled, {"type": "TaskStarted"}, end)]


def returned(result: object) -> Event:
    details = {"output": json.dumps(result)}
    return {"type": "TaskSucceeded", "taskSucceededEventDetails": details}


def failed(error: str) -> Event:
    return {"type": "TaskFailed", "taskFailedEventDetails": {"error": error, "cause": "simulated"}}


def timed_out() -> Event:
    return {"type": "TaskTimedOut", "taskTimedOutEventDetails": {"resource": "invoke"}}


def succeeded(output: object) -> Event:
    details = {"output": json.dumps(output)}
    return {"type": "ExecutionSucceeded", "executionSucceededEventDetails": details}
