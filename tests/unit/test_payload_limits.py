"""The largest valid page fits into the state of an execution and into an email."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest

from oncall.calls.announcement import CallGroup, build_announcement, group_incidents
from oncall.calls.call import PagePlan, Progress, Telephony, record
from oncall.calls.planner import plan_page
from oncall.messages.locale import available_languages
from oncall.roster.defaults_and_limits import MAX_CALLS_PER_PLAN, MAX_NAME_LENGTH
from oncall.roster.parsing.parser import parse
from tests.unit import sample_events

if TYPE_CHECKING:
    from oncall.incident import Incident

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
EXECUTION = f"arn:aws:states:ap-southeast-1:000000000000:execution:{'C' * 80}:{'x' * 80}"
#: Step Functions, "Quotas": bytes "of data as a UTF-8 encoded string". SNS has the same limit.
STATE_LIMIT = 256 * 1024
#: Bytes of an email that is readable on a phone.
EMAIL_LIMIT = 64 * 1024
#: The most open incidents that a query returns (functions/adapters/incident_store.py).
MAX_OPEN = 100
LETTERS = ("a", '"', "\u738b", "\U0001f525")
LONG_REASON = "X" * 100
TELEPHONY = Telephony(120, "alert")


def longest_plan(letter: str, language: str) -> PagePlan:
    """Return a plan with the most calls and the longest names that are valid."""
    name = ("b" if letter == '"' else letter) * (MAX_NAME_LENGTH - 1)
    phones = [", ".join(f"+8613800138{person}0{n}" for n in range(5)) for person in range(2)]
    calls_in_a_round = 10
    roster = (
        f"language: {language}\n"
        f"rounds: {MAX_CALLS_PER_PLAN // calls_in_a_round}\n"
        "contacts:\n"
        f"  - {{name: {name}a, phone: [{phones[0]}], language: en-US}}\n"
        f"  - {{name: {name}b, phone: [{phones[1]}], language: zh-CN}}\n"
    )
    plan = plan_page(longest_incident(letter, 0), parse(roster), NOON, telephony=TELEPHONY)
    assert len(plan.calls) == MAX_CALLS_PER_PLAN
    return replace(plan, fallback_note="A roster that cannot be used. " * 40)


def longest_incident(letter: str, number: int) -> Incident:
    """Return an incident as long as an event can make it, with the longest ID."""
    text = letter * 5_000
    alarm = sample_events.event("alarm-alb-latency")
    alarm["detail"]["alarmName"] = text
    alarm["detail"]["configuration"]["description"] = text
    alarm["detail"]["state"]["reason"] = text
    return replace(sample_events.incident_from(alarm), id=f"{number:064}")


@cache
def largest_group(letter: str) -> CallGroup:
    """Return the group of the most incidents that can be open."""
    incidents = [longest_incident(letter, number) for number in range(MAX_OPEN)]
    return group_incidents(incidents[-1], incidents, available_languages())


def longest_progress(plan: PagePlan) -> Progress:
    """Return the progress after all functions failed: records and lines are longest."""
    calls = tuple(
        record(replace(call, contact_id="c" * 36, reason=LONG_REASON)) for call in plan.calls
    )
    return Progress(
        next=len(calls),
        call=plan.calls[-1],
        calls=calls,
        summary="\n".join(plan.failed_call_lines),
        reason=LONG_REASON,
    )


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("letter", LETTERS)
def test_the_largest_alert_storm_fits_into_an_execution_and_an_email(
    letter: str, language: str
) -> None:
    plan = longest_plan(letter, language)
    progress = longest_progress(plan)
    longest = longest_incident(letter, 0)
    incident = longest.to_state()
    announcement = build_announcement(
        largest_group(letter), plan, execution=EXECUTION, telephony=TELEPHONY
    )
    ids = (*announcement.announced_incident_ids, *announcement.deferred_incident_ids)
    assert len(ids) == MAX_OPEN

    state = {
        "incident": incident,
        "team_lock": {
            "status": "held",
            "heartbeat": EXECUTION,
            "call_first": letter * MAX_NAME_LENGTH,
        },
        "plan": plan.to_state(),
        "announcement": announcement.to_state(),
        "progress": progress.to_state(),
        "fault": {"Error": LONG_REASON, "Cause": "C" * 32_768},
        "result": {"incident": incident, "calls": list(progress.calls)},
    }

    assert len(json.dumps(state, ensure_ascii=False).encode()) <= STATE_LIMIT

    email = announcement.email
    unanswered = f"{email.unanswered}\n\n{progress.summary}\n\n{email.incident}{email.others}"
    failed = f"{longest.details}\n{progress.summary}{email.spoken}{email.others}"
    assert len(unanswered.encode()) <= EMAIL_LIMIT
    assert len(failed.encode()) <= EMAIL_LIMIT
