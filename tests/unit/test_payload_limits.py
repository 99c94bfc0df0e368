"""Promises of how much a page carries: the worst that can be legal still fits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import pytest

from oncall.calls.announcement import Announcement, build_announcement
from oncall.calls.grouping import CallGroup, group_incidents
from oncall.calls.plan import PagePlan, Telephony
from oncall.calls.planner import plan_page
from oncall.calls.progress import Progress, record
from oncall.messages.locale import available_languages
from oncall.roster.defaults_and_limits import MAX_CALLS_PER_PLAN, MAX_NAME_LENGTH
from oncall.roster.parsing.parser import parse
from tests.unit import sample_events

if TYPE_CHECKING:
    from oncall.incident import Incident

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
EXECUTION = f"arn:aws:states:ap-southeast-1:000000000000:execution:{'C' * 80}:{'x' * 80}"
#: Step Functions, "Quotas": bytes "of data as a UTF-8 encoded string". SNS takes as much.
STATE_LIMIT = 256 * 1024
#: Bytes of an e-mail that somebody should read on a telephone.
MAIL_LIMIT = 64 * 1024
#: As many as are looked at (functions/adapters/incident_store.py).
MAX_OPEN = 100
LETTERS = ("a", '"', "\u738b", "\U0001f525")
LONG_REASON = "X" * 100


def longest(letter: str, language: str) -> PagePlan:
    """Plan as many calls as are legal, each to as long a name as is legal."""
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
    plan = plan_page(worst(letter, 0), parse(roster), NOON, telephony=Telephony(120, "alert"))
    assert len(plan.calls) == MAX_CALLS_PER_PLAN
    return replace(plan, fallback_note="A roster that cannot be used. " * 40)


def worst(letter: str, number: int) -> Incident:
    """Give an incident as long as an event can make it, with an id as long as can be."""
    text = letter * 5_000
    alarm = sample_events.event("alarm-alb-latency")
    alarm["detail"]["alarmName"] = text
    alarm["detail"]["configuration"]["description"] = text
    alarm["detail"]["state"]["reason"] = text
    return replace(sample_events.understood(alarm), id=f"{number:064}")


@cache
def storm(letter: str) -> CallGroup:
    """Give what one call tells of as many incidents as are looked at."""
    incidents = [worst(letter, number) for number in range(MAX_OPEN)]
    return group_incidents(incidents[-1], incidents, available_languages())


def ended(plan: PagePlan) -> Progress:
    """Give the progress at the end, where every function died: records and lines are longest."""
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


def told(plan: PagePlan, letter: str) -> Announcement:
    return build_announcement(
        storm(letter), plan, execution=EXECUTION, telephony=Telephony(120, "alert")
    )


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("letter", LETTERS)
def test_the_state_of_the_largest_storm_is_what_an_execution_can_carry(
    letter: str, language: str
) -> None:
    plan = longest(letter, language)
    progress = ended(plan)
    incident = worst(letter, 0).to_state()
    said = told(plan, letter)
    assert len(said.announced_incident_ids) + len(said.deferred_incident_ids) == MAX_OPEN

    state = {
        "incident": incident,
        "team_lock": {
            "status": "held",
            "heartbeat": EXECUTION,
            "call_first": letter * MAX_NAME_LENGTH,
        },
        "plan": plan.to_state(),
        "announcement": said.to_state(),
        "progress": progress.to_state(),
        "fault": {"Error": LONG_REASON, "Cause": "C" * 32_768},
        "result": {"incident": incident, "calls": list(progress.calls)},
    }

    assert len(json.dumps(state, ensure_ascii=False).encode()) <= STATE_LIMIT


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("letter", LETTERS)
def test_the_mail_about_the_largest_storm_can_be_read(letter: str, language: str) -> None:
    plan = longest(letter, language)
    summary, notice = ended(plan).summary, told(plan, letter).email

    unanswered = f"{notice.unanswered}\n\n{summary}\n\n{notice.incident}{notice.others}"
    failed = f"{worst(letter, 0).details}\n{summary}{notice.spoken}{notice.others}"

    assert len(unanswered.encode()) <= MAIL_LIMIT
    assert len(failed.encode()) <= MAIL_LIMIT
