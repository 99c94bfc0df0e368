"""The model: what a correct escalation does, given roster, phones and faults.

The contacts are called in order until one presses 1:

1. A call is acknowledged if and only if its callee pressed 1 before 2 while the call was alive
   and the page could read the key.
2. A call that is not acknowledged, for any reason, is followed by the next call.
3. An attempt places at most one call, however often it is retried.
4. Faults up to the retry limits change nothing. With more faults the attempt is `failed`.
5. If no call is left, SNS is notified with `unanswered`, or with `failed` if Connect accepted no
   call or the calls could not be planned. The execution fails only if SNS fails as well.
6. For a single page only the incident table decides which delivery of an event pages. The team
   lock and its failures do not change who is called. Storms have invariants of their own
   (storm_invariants.py, team_lock_invariants.py).

If a fault makes two outcomes correct, the model allows both. It uses nothing of the functions but
the plan of the calls (oncall/calls/planner.py), the messages and the retry limits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.faults.fault_types import FaultKind
from oncall.events.parse_event import incident_from_event
from tests.property.hold_invariants import may_wait, released_at
from tests.property.model import retry_limits
from tests.property.model.call_attempts import Attempt, attempts
from tests.property.model.call_lifecycle import fallback_messages, messages
from tests.property.model.fault_budget import (
    MAYBE,
    NO,
    REFUSED,
    UNKNOWN,
    YES,
    FaultBounds,
    FaultBudget,
    Possible,
    step_fails,
)

if TYPE_CHECKING:
    from datetime import datetime

    from local.scenarios.scenario import Scenario

ACKNOWLEDGED, UNANSWERED, FAILED = "acknowledged", "unanswered", "failed"
#: The execution failed because SNS failed as well.
NOTIFICATION_FAILED = "FAILED"


@dataclass(frozen=True)
class ExpectedPage:
    """What the model expects of a page."""

    attempts: tuple[Attempt, ...]  # each is made unless an earlier one is acknowledged
    is_planned: Possible  # whether the calls can be planned
    sns: FaultBounds  # faults of Publish
    other_deliveries: int  # the number of deliveries after the first
    may_page_twice: bool  # another delivery may page, because the table failed
    may_wait: bool  # something may hold it (hold_invariants.py)
    #: faults may end its hold or close the incident, its alarm may end it, or a person answers
    #: by link or callback
    unpredictable: bool

    def possible_outcomes(self, outcome: str) -> set[str]:
        """Return how a page with an outcome may end, given the faults of SNS."""
        enough = retry_limits.NOTIFY_UNANSWERED_TRIES + retry_limits.NOTIFY_FAILURE_TRIES
        most = int(min(self.sns.most, enough))
        return {
            _outcome_after(outcome, injected)
            for injected in ([most] if self.sns.exact else range(most + 1))
        }


def expect_page(scenario: Scenario, at: datetime) -> ExpectedPage:
    budget = FaultBudget(scenario.faults)
    started = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    waits = may_wait(scenario, at)
    if waits and not scenario.faults:
        incident = incident_from_event(scenario.event_sent, fallback_id="-")
        at = released_at(scenario.roster_read(), incident, at)
    opening = budget.bounds("open_incident")
    may_use_fallback = step_fails(opening, FaultBounds(), retry_limits.OPEN_TRIES)
    _spend_reads_for_holds(budget, opening)
    planning_fails = step_fails(
        budget.bounds("plan_calls"), budget.bounds("ssm", "GetParameter"), retry_limits.PLAN_TRIES
    )
    # An event that cannot be parsed pages team `default`.
    wrong_team = may_use_fallback if scenario.team != "default" else NO
    if scenario.roster_read() is None or YES in (planning_fails, wrong_team):
        is_planned = NO
    else:
        is_planned = YES if planning_fails == wrong_team == NO else MAYBE
    possible_messages = [
        fallback_messages(scenario, started) if fallback else messages(scenario, started)
        for fallback in may_use_fallback
    ]
    claim = [
        budget.bounds("dynamodb", operation) for operation in ("GetItem", "PutItem", "UpdateItem")
    ]
    may_be_unclaimed = any(bounds.most > 1 or bounds.kinds & REFUSED for bounds in claim)
    # A message of SNS names its execution, so it starts only one.
    other_deliveries = 0 if scenario.sns else scenario.further_deliveries
    may_page_twice = other_deliveries > 0 and (may_use_fallback != NO or may_be_unclaimed)
    # With links, check_call closes the incident at key 1. If it dies then, the next call ends.
    dies_after = {FaultKind.KILLED_AFTER, FaultKind.TIMEOUT_AFTER}
    dying = budget.bounds("check_call")
    may_close = dying.most >= retry_limits.CHECK_TRIES and bool(dying.kinds & dies_after)
    return ExpectedPage(
        attempts=attempts(scenario, at, budget, possible_messages) if is_planned != NO else (),
        is_planned=is_planned,
        sns=budget.bounds("sns", "Publish"),
        other_deliveries=other_deliveries,
        may_page_twice=may_page_twice,
        may_wait=waits,
        unpredictable=bool(scenario.opens_link or scenario.calls_back)  # answer_invariants.py
        or may_close
        or (waits and bool(scenario.faults or scenario.alarms)),
    )


def _spend_reads_for_holds(budget: FaultBudget, opening: FaultBounds) -> None:
    """Spend the faults of the roster's reads in open_incident, in each try that gets that far."""
    denied = budget.bounds("ssm", "GetParameter").kinds & REFUSED
    other = budget.bounds("ssm", "GetParameter").kinds - REFUSED
    requests = retry_limits.HOLD_REQUESTS_IF_DENIED if denied else retry_limits.HOLD_REQUESTS
    uncertain = opening.most or (denied and other)
    budget.spend(UNKNOWN if uncertain else requests, "ssm", "GetParameter")


def _outcome_after(outcome: str, injected: int) -> str:
    """Return how an outcome ends if this many publications fail."""
    if outcome == ACKNOWLEDGED:
        return outcome  # valid without a notification
    if outcome == UNANSWERED and injected >= retry_limits.NOTIFY_UNANSWERED_TRIES:
        outcome, injected = FAILED, injected - retry_limits.NOTIFY_UNANSWERED_TRIES
    if outcome == FAILED and injected >= retry_limits.NOTIFY_FAILURE_TRIES:
        return NOTIFICATION_FAILED
    return outcome
