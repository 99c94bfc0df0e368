"""What a correct escalation does, given roster, phones and faults.

The people on call are called in their order until one presses 1. Then:

1. Somebody acknowledged exactly if their key 1 came before a key 2, while their call was alive,
   and the page had got to them and could see it. Nothing else acknowledges.
2. Whoever does not acknowledge, for whatever reason, is followed by the next.
3. However often it is tried, an attempt rings a phone once at most.
4. Faults that are fewer than the patience change nothing. Of more, one attempt is `failed`.
5. Nobody left: SNS is told `unanswered`, or, where Connect took not one call, `failed`, as where
   whom to call cannot be found out. Only a page that SNS does not take either fails.
6. Of one page, the incident table decides who pages an event that is delivered twice, and
   nothing else: neither the line nor what fails of it changes whom it calls. Storms have laws
   of their own (storm_laws.py).

Where a fault makes two endings right, both are allowed, and `why` says so. It knows nothing of
the functions but whom they plan to call (oncall/calls/planner.py), what they say, and their
patience.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.property.model import retry_limits
from tests.property.model.call_attempts import Attempt, attempts
from tests.property.model.fault_budget import (
    MAYBE,
    NO,
    REFUSED,
    YES,
    FaultBounds,
    FaultBudget,
    Possible,
    step_fails,
)
from tests.property.model.message_duration import fallback_messages, messages

if TYPE_CHECKING:
    from datetime import datetime

    from local.scenarios.scenario import Scenario

ACKNOWLEDGED, UNANSWERED, FAILED = "acknowledged", "unanswered", "failed"
#: In place of an outcome: neither a phone nor SNS took the page, and the execution failed.
NOTIFICATION_FAILED = "nobody told"


@dataclass(frozen=True)
class ExpectedPage:
    """What a page must come to."""

    attempts: tuple[Attempt, ...]  # the calls that are made unless an earlier one is acknowledged
    is_planned: Possible  # whether it can be found out whom to call
    sns: FaultBounds  # what strikes its publications
    other_outcomes: int  # deliveries beyond the first
    may_page_twice: bool  # a further delivery may page as well, since the table did not keep it off
    reasons: tuple[str, ...]  # why two endings are right, where they are

    def possible_outcomes(self, outcome: str) -> set[str]:
        """Say what a page that came to an outcome may end as, by how SNS takes it."""
        enough = retry_limits.NOTIFY_UNANSWERED_TRIES + retry_limits.NOTIFY_FAILURE_TRIES
        most = int(min(self.sns.most, enough))
        return {
            _outcome_after(outcome, injected)
            for injected in ([most] if self.sns.exact else range(most + 1))
        }


def expect_page(scenario: Scenario, at: datetime) -> ExpectedPage:
    """Say what a page must come to."""
    budget = FaultBudget(scenario.faults)
    started = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    may_use_fallback = step_fails(
        budget.bounds("open_incident"), FaultBounds(), retry_limits.OPEN_TRIES
    )
    planning_fails = step_fails(
        budget.bounds("plan_calls"), budget.bounds("ssm", "GetParameter"), retry_limits.PLAN_TRIES
    )
    # What cannot be read is for the default team.
    wrong_team = may_use_fallback if scenario.team != "default" else NO
    if scenario.roster_read() is None or YES in (planning_fails, wrong_team):
        is_planned = NO
    else:
        is_planned = YES if planning_fails == wrong_team == NO else MAYBE
    possible_messages = {
        False: messages(scenario, started),
        True: fallback_messages(scenario, started),
    }
    calls = (
        attempts(
            scenario, at, budget, [possible_messages[fallback] for fallback in may_use_fallback]
        )
        if is_planned != NO
        else ()
    )
    claim = [budget.bounds("dynamodb", operation) for operation in ("GetItem", "PutItem")]
    may_be_unclaimed = any(bounds.most > 1 or bounds.kinds & REFUSED for bounds in claim)
    may_page_twice = scenario.further_deliveries > 0 and (
        may_use_fallback != NO or may_be_unclaimed
    )
    reasons = {
        "whether the calls can be planned is chance": is_planned == MAYBE,
        "no claim in the incident table keeps another delivery from paging": may_page_twice,
    }
    return ExpectedPage(
        attempts=calls,
        is_planned=is_planned,
        sns=budget.bounds("sns", "Publish"),
        other_outcomes=scenario.further_deliveries,
        may_page_twice=may_page_twice,
        reasons=(
            *(no_reason for no_reason, holds in reasons.items() if holds),
            *(f"call {n}: {call.reasons}" for n, call in enumerate(calls, start=1) if call.reasons),
        ),
    )


def _outcome_after(outcome: str, injected: int) -> str:
    """Say what an outcome ends as where so many publications fail."""
    if outcome == ACKNOWLEDGED:
        return outcome  # who has it has it, whether or not the others are told
    if outcome == UNANSWERED and injected >= retry_limits.NOTIFY_UNANSWERED_TRIES:
        outcome, injected = FAILED, injected - retry_limits.NOTIFY_UNANSWERED_TRIES
    if outcome == FAILED and injected >= retry_limits.NOTIFY_FAILURE_TRIES:
        return NOTIFICATION_FAILED
    return outcome
