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
    NO,
    PERHAPS,
    REFUSED,
    YES,
    Possible,
    Strikes,
    Weather,
    gives_up,
)
from tests.property.model.message_duration import messages, messages_unread

if TYPE_CHECKING:
    from datetime import datetime

    from local.scenarios.scenario import Scenario

ACKNOWLEDGED, UNANSWERED, FAILED = "acknowledged", "unanswered", "failed"
#: In place of an outcome: neither a phone nor SNS took the page, and the execution failed.
NOBODY_TOLD = "nobody told"


@dataclass(frozen=True)
class Expected:
    """What a page must come to."""

    attempts: tuple[Attempt, ...]  # the calls that are made unless an earlier one is acknowledged
    planned: Possible  # whether it can be found out whom to call
    sns: Strikes  # what strikes its publications
    further: int  # deliveries beyond the first
    paged_twice: bool  # a further delivery may page as well, since the table did not keep it off
    why: tuple[str, ...]  # why two endings are right, where they are

    def endings(self, outcome: str) -> set[str]:
        """Say what a page that came to an outcome may end as, by how SNS takes it."""
        enough = retry_limits.TELL_UNANSWERED + retry_limits.TELL_FAILURE
        most = int(min(self.sns.most, enough))
        return {
            _told(outcome, struck) for struck in ([most] if self.sns.exact else range(most + 1))
        }


def expected(scenario: Scenario, at: datetime) -> Expected:
    """Say what a page must come to."""
    weather = Weather(scenario.faults)
    started = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    unread = gives_up(weather.at("open_incident"), Strikes(), retry_limits.OPEN)
    unplanned = gives_up(
        weather.at("plan_calls"), weather.at("ssm", "GetParameter"), retry_limits.PLAN
    )
    # What cannot be read is for the default team.
    strangers = unread if scenario.team != "default" else NO
    if scenario.roster_read() is None or YES in (unplanned, strangers):
        planned = NO
    else:
        planned = YES if unplanned == strangers == NO else PERHAPS
    spoken = {False: messages(scenario, started), True: messages_unread(scenario, started)}
    made = attempts(scenario, at, weather, [spoken[one] for one in unread]) if planned != NO else ()
    claim = [weather.at("dynamodb", operation) for operation in ("GetItem", "PutItem")]
    unclaimed = any(one.most > 1 or one.kinds & REFUSED for one in claim)
    paged_twice = scenario.further_deliveries > 0 and (unread != NO or unclaimed)
    reasons = {
        "whether the calls can be planned is chance": planned == PERHAPS,
        "no claim in the incident table keeps another delivery from paging": paged_twice,
    }
    return Expected(
        attempts=made,
        planned=planned,
        sns=weather.at("sns", "Publish"),
        further=scenario.further_deliveries,
        paged_twice=paged_twice,
        why=(
            *(reason for reason, holds in reasons.items() if holds),
            *(f"call {n}: {one.why}" for n, one in enumerate(made, start=1) if one.why),
        ),
    )


def _told(outcome: str, struck: int) -> str:
    """Say what an outcome ends as where so many publications fail."""
    if outcome == ACKNOWLEDGED:
        return outcome  # who has it has it, whether or not the others are told
    if outcome == UNANSWERED and struck >= retry_limits.TELL_UNANSWERED:
        outcome, struck = FAILED, struck - retry_limits.TELL_UNANSWERED
    if outcome == FAILED and struck >= retry_limits.TELL_FAILURE:
        return NOBODY_TOLD
    return outcome
