"""What is survived: how often each step is tried, and how long a call is watched.

Read where it is written; only the rhythm of the looks is said again, to be held to it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from adapters.aws_clients import ATTEMPTS, CONNECT_TIMEOUT, READ_TIMEOUT
from tests.state_machine import definition
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from tests.property.model.fault_budget import FaultBounds

_MACHINE = definition.load_definition()


def tries(state: str) -> int:
    """Count how often a task is tried in all."""
    [retry] = _MACHINE["States"][state]["Retry"]
    return 1 + int(retry["MaxAttempts"])


#: Invocations of a function, or publications, before the step is given up.
OPEN_TRIES, PLAN_TRIES, PLACE_TRIES, CHECK_TRIES = (
    tries(state) for state in ("OpenIncident", "PlanCalls", "PlaceCall", "CheckCall")
)
ACQUIRE_TRIES, COLLECT_TRIES, FINISH_TRIES = (
    tries(state) for state in ("AcquireTeamLock", "CollectOpenIncidents", "FinishPage")
)
NOTIFY_ACKNOWLEDGED_TRIES, NOTIFY_UNANSWERED_TRIES, NOTIFY_FAILURE_TRIES = (
    tries(state) for state in ("NotifyAcknowledged", "NotifyUnanswered", "NotifyFailure")
)
#: Requests that one invocation makes where the SDK tries again.
REQUEST_TRIES = ATTEMPTS

MAX_CALL_SECONDS = int(Settings().max_call_seconds)
#: Seconds: the first look at a call comes so soon, the others so far apart at most, which is where
#: they show nothing, and one more this long after the call was over without an answer.
FIRST_POLL_DELAY, POLL_INTERVAL, FINAL_POLL_DELAY = 1, 5, 2
#: The same after a look for which Connect had too many requests.
THROTTLED_POLL_INTERVAL = 10

#: Seconds that one failure costs at most: a function's timeout (workflow/lambda_function.py,
#: not imported because that loads the CDK), a request's client timeout, then the pause before
#: the next try.
FUNCTION_SECONDS, HANG_SECONDS = 55, CONNECT_TIMEOUT + READ_TIMEOUT
PAUSE, SDK_PAUSE = 8, 1


def polls_while_ringing(ring_seconds: float, interval: float = POLL_INTERVAL) -> int:
    """Count the looks at a call up to its ring limit, if nothing is ever seen."""
    return 1 + math.ceil((ring_seconds - FIRST_POLL_DELAY) / interval)


def max_polls(ring_seconds: float, interval: float = POLL_INTERVAL) -> int:
    """Count the looks at a call of which nothing is ever seen, before it is given up."""
    return polls_while_ringing(ring_seconds, interval) + math.ceil(MAX_CALL_SECONDS / interval)


def max_failure_seconds(function: FaultBounds, requests: FaultBounds) -> float:
    """Say how long failing may take at most."""
    hang = HANG_SECONDS if requests.hangs else 0
    return (FUNCTION_SECONDS + PAUSE) * function.most + (hang + SDK_PAUSE) * requests.most
