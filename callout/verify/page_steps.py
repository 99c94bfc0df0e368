"""The steps that page a team through EventBridge, with its saved roster."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import typer

from callout.errors import CommandError
from callout.roster.on_call import planned_calls
from callout.send_events import send
from callout.verify.assumptions import Assumption, Finding
from callout.verify.call_steps import Setup
from callout.verify.operator_questions import ask, read_answer
from oncall.calls.call import ACKNOWLEDGED
from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.events.replay_entry import replay_entry

#: Seconds to wait for EventBridge to start the execution; seconds between two polls.
START_SECONDS, POLL_SECONDS = 30, 2


def warning(setup: Setup) -> str:
    """Return the warning, with who will be called, that precedes the question to start."""
    calls = planned_calls(setup.roster, datetime.now(UTC))
    names = ", ".join(dict.fromkeys(call.contact for call in calls))
    return (
        f"SENDS A TEST PAGE TO TEAM {setup.team}: up to {len(calls)} calls, in this order: {names};"
        " and an email to every subscriber."
    )


def page(setup: Setup) -> list[Finding]:
    """Page, time the first ring, and acknowledge."""
    began = time.monotonic()
    execution = _start(setup)
    if read_answer("  Press Enter as soon as the first phone rings (n if none does) ") == "n":
        ring = Finding(Assumption.RING, "no phone rang", holds=False)
    else:
        seconds = time.monotonic() - began
        ring = Finding(Assumption.RING, f"{seconds:.1f} s", seconds <= Assumption.RING.limit)
    outcome, email = _end(setup, execution)
    holds = outcome == ACKNOWLEDGED or (False if ask("Did someone press 1?") else None)
    return [ring, Finding(Assumption.ACKNOWLEDGED_PAGE, outcome, holds), email]


def sns(setup: Setup) -> list[Finding]:
    """Page, and let nobody acknowledge."""
    outcome, email = _end(setup, _start(setup))
    holds = None if outcome == ACKNOWLEDGED else outcome == "unanswered"
    return [Finding(Assumption.UNANSWERED_PAGE, outcome, holds), email]


def _start(setup: Setup) -> str:
    """Replay a page event with a dedup key of its own; return the execution's ARN."""
    detail = {"team": setup.team, "title": "Verification", "dedup_key": str(uuid4())}
    entry = replay_entry({"source": SOURCE, "detail-type": DETAIL_TYPE, "detail": detail})
    [event] = send(setup.aws, setup.stack, {"page": entry}, START_SECONDS).events
    if not event.execution:
        raise CommandError(
            f"no execution started within {START_SECONDS} s: check that `triggers.page` is on"
        )
    return event.execution


def _end(setup: Setup, execution: str) -> tuple[str, Finding]:
    """Wait for the end of the page; return its outcome, and whether its email arrived."""
    typer.echo("  waiting for the page to end; Ctrl-C stops waiting, not the page", err=True)
    client = setup.aws.client("stepfunctions")
    while (ended := client.describe_execution(executionArn=execution))["status"] == "RUNNING":
        time.sleep(POLL_SECONDS)
    output = json.loads(ended.get("output") or "{}")
    outcome = str(output.get("outcome", "the execution failed"))
    arrived = ask("Did the email about this page arrive? It can take a few minutes.")
    return outcome, Finding(Assumption.EMAIL, f"after a page that ended as {outcome}", arrived)


#: Instruction to the operator, and function that measures, by step.
STEPS: dict[str, tuple[str, Callable[[Setup], list[Finding]]]] = {
    "page": ("When a phone rings, press Enter here, then answer it and press 1.", page),
    "sns": ("Ask everyone not to answer, so that the page ends in SNS.", sns),
}
