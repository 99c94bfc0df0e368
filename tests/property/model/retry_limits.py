"""The retry limits of each step and the polling limits of a call.

They are read from the definition and the settings. Only the poll intervals are repeated here, to
check them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from adapters.aws_clients import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT
from local.asl.transitions import load_definition
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from tests.property.model.fault_budget import FaultBounds

_MACHINE = load_definition()


def tries(state: str) -> int:
    """Return the tries for any error but throttling, which the model does not know."""
    *_, retry = _MACHINE["States"][state]["Retry"]
    return 1 + int(retry["MaxAttempts"])


#: Tries of each step before it fails.
OPEN_TRIES, PLAN_TRIES, PLACE_TRIES, CHECK_TRIES = (
    tries(state) for state in ("OpenIncident", "PlanCalls", "PlaceCall", "CheckCall")
)
NOTIFY_ACKNOWLEDGED_TRIES, NOTIFY_UNANSWERED_TRIES, NOTIFY_FAILURE_TRIES = (
    tries(state) for state in ("NotifyAcknowledged", "NotifyUnanswered", "NotifyFailure")
)
#: Tries of a request by the SDK in one invocation.
REQUEST_TRIES = ATTEMPTS
#: Requests for the roster that fail in open_incident, which reads it for quiet hours and mutes: one
#: without a retry, and one for the last good version if access is denied.
HOLD_REQUESTS, HOLD_REQUESTS_IF_DENIED = 1, 2
#: Requests for the roster in all tries of plan_calls.
PLAN_REQUESTS = PLAN_TRIES * REQUEST_TRIES

MAX_CALL_SECONDS = int(Settings().max_call_seconds)
#: Seconds until the first poll of a call, between polls that fail, and until the final poll of a
#: call that ended without a key.
FIRST_POLL_DELAY, POLL_INTERVAL, FINAL_POLL_DELAY = 1, 5, 2
#: Seconds between polls that Connect throttles.
THROTTLED_POLL_INTERVAL = 10

#: The most seconds that a failure takes: a function's timeout (workflow/lambda_function.py, not
#: imported because that loads the CDK), a request's client timeout, and the pauses before retries.
FUNCTION_SECONDS, HANG_SECONDS = 55, CONNECT_TIMEOUT + READ_TIMEOUT
PAUSE, SDK_PAUSE = 8, 1


def polls_while_ringing(ring_seconds: float, interval: float = POLL_INTERVAL) -> int:
    """Return the number of polls until the ring limit if all fail."""
    return 1 + math.ceil((ring_seconds - FIRST_POLL_DELAY) / interval)


def max_polls(ring_seconds: float, interval: float = POLL_INTERVAL) -> int:
    """Return the number of polls before a call is abandoned if all fail."""
    return polls_while_ringing(ring_seconds, interval) + math.ceil(MAX_CALL_SECONDS / interval)


def max_failure_seconds(function: FaultBounds, requests: FaultBounds) -> float:
    """Return the most seconds that these failures take."""
    hang = HANG_SECONDS if requests.hangs else 0
    return (FUNCTION_SECONDS + PAUSE) * function.most + (hang + SDK_PAUSE) * requests.most
