"""The steps that page a team through EventBridge, with the roster as it is."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import typer

from callout.errors import CommandError
from callout.roster.on_call import planned_calls
from callout.send_events import send
from callout.verify.assumptions import (
    ACKNOWLEDGED_PAGE,
    EMAIL,
    RING,
    UNANSWERED_PAGE,
    Finding,
    compare,
    not_measured,
)
from callout.verify.operator_questions import ask, read_answer
from oncall.calls.call import ACKNOWLEDGED
from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.events.replay_entry import replay_entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from callout.aws_session import AwsSession
    from oncall.roster.model import Roster

#: Seconds in which EventBridge starts the execution, and between two looks at it.
START_SECONDS, POLL_SECONDS = 30, 2
#: The outcome of a page that nobody acknowledged.
UNANSWERED = "unanswered"


@dataclass(frozen=True)
class PageSetup:
    """Which team the steps page."""

    aws: AwsSession
    stack: str
    team: str
    roster: Roster

    @property
    def warning(self) -> str:
        """Who will be called, for the question before the page."""
        calls = planned_calls(self.roster, datetime.now(UTC))
        names = ", ".join(dict.fromkeys(call.contact for call in calls))
        return (
            f"PAGES THE TEAM {self.team} with a test: up to {len(calls)} calls, in order to"
            f" {names}, and emails to all subscribers."
        )

    def page(self) -> str:
        """Replay a page event with a dedup key of its own; return the execution's ARN."""
        detail = {"team": self.team, "title": "Verification", "dedup_key": str(uuid4())}
        entry = replay_entry({"source": SOURCE, "detail-type": DETAIL_TYPE, "detail": detail})
        [event] = send(self.aws, self.stack, {"page": entry}, START_SECONDS).events
        if not event.execution:
            raise CommandError(
                f"the event started no execution within {START_SECONDS} s: is `triggers.page` on?"
            )
        return event.execution

    def wait_for_end(self, execution: str) -> dict[str, Any]:
        """Wait for the end of an execution; return its output, or {} if it failed."""
        typer.echo(
            "  waiting for the end of the page (Ctrl-C stops waiting, not the page)", err=True
        )
        client = self.aws.client("stepfunctions")
        while True:
            described = client.describe_execution(executionArn=execution)
            if described["status"] != "RUNNING":
                output: dict[str, Any] = json.loads(described.get("output") or "{}")
                return output
            time.sleep(POLL_SECONDS)


def page(setup: PageSetup) -> list[Finding]:
    """Page, time the first ring, and acknowledge."""
    began = time.monotonic()
    execution = setup.page()
    rang = read_answer("  Press Enter the moment the first phone rings (n if none does) ") != "n"
    seconds = time.monotonic() - began
    ring = compare(RING, holds=seconds <= RING.limit, measured=f"{seconds:.1f} s")
    return [
        ring if rang else compare(RING, holds=False, measured="no phone rang"),
        *_outcome(setup, execution, ACKNOWLEDGED),
    ]


def sns(setup: PageSetup) -> list[Finding]:
    """Page, and let nobody acknowledge."""
    return _outcome(setup, setup.page(), UNANSWERED)


def _outcome(setup: PageSetup, execution: str, expected: str) -> list[Finding]:
    outcome = str(setup.wait_for_end(execution).get("outcome", "the execution failed"))
    arrived = ask("Has the email about this page arrived? Wait for it for a few minutes.")
    email = compare(EMAIL, holds=arrived, measured=f"{outcome}: {'yes' if arrived else 'no'}")
    if expected == UNANSWERED:
        if outcome == ACKNOWLEDGED:
            return [not_measured(UNANSWERED_PAGE, "somebody acknowledged"), email]
        return [compare(UNANSWERED_PAGE, holds=outcome == UNANSWERED, measured=outcome), email]
    if outcome != ACKNOWLEDGED and not ask("Did somebody press 1?"):
        return [not_measured(ACKNOWLEDGED_PAGE, "nobody pressed 1"), email]
    return [compare(ACKNOWLEDGED_PAGE, holds=outcome == ACKNOWLEDGED, measured=outcome), email]


#: Request to the operator, and what measures, by name.
STEPS: dict[str, tuple[str, Callable[[PageSetup], list[Finding]]]] = {
    "page": ("Press Enter here when a phone rings; then answer it, and press 1.", page),
    "sns": ("Ask everyone not to answer, so that the page ends in SNS.", sns),
}
