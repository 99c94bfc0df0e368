"""Promises of a page's plan: all that its calls and its notification need, made beforehand."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from oncall.incident import Incident
from oncall.page import PagePlan, Telephony, console_link, plan_page
from oncall.progress import Progress, record
from oncall.roster import parse
from oncall.roster.limits import LONGEST_NAME, MOST_CALLS_PER_PLAN
from tests.unit import sample_events

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
EXECUTION = "arn:aws:states:eu-north-1:000000000000:execution:Callout:4711"
#: Step Functions, "Quotas": bytes "of data as a UTF-8 encoded string".
STATE_LIMIT = 256 * 1024
ROSTER = """
language: zh-CN
ring_seconds: 20
contacts:
  - {name: Li Wei, phone: +8613800138000}
  - {name: Ana, phone: [+14155550132, +14155550178], language: en-US}
"""
NUMBERS = ("+8613800138000", "+14155550132", "+14155550178")


def planned(text: str = ROSTER, incident: Incident | None = None) -> PagePlan:
    return plan_page(
        incident or sample_events.incident("root-sign-in"),
        parse(text),
        NOON,
        execution=EXECUTION,
        telephony=Telephony(90),
    )


def test_the_calls_are_those_of_the_roster_in_order() -> None:
    plan = planned()

    assert [(one.attempt, one.round, one.contact) for one in plan.calls] == [
        (1, 1, "Li Wei"), (2, 1, "Ana"), (3, 1, "Ana"), (4, 2, "Li Wei"), (5, 2, "Ana"),
        (6, 2, "Ana"),
    ]  # fmt: skip
    assert {(one.ring_seconds, one.talk_seconds) for one in plan.calls} == {(20, 90)}
    assert plan.to_state()["count"] == 6


def test_every_call_has_its_number_and_its_line() -> None:
    plan = planned()

    assert plan.numbers == NUMBERS * 2
    assert len(plan.lines) == len(plan.calls)
    assert plan.lines[1].startswith("2. Ana +1********32")


def test_no_full_number_is_anywhere_but_among_the_numbers() -> None:
    state = planned().to_state()
    del state["numbers"]

    told = json.dumps(state)

    for number in NUMBERS:
        assert number[3:] not in told


def test_each_contact_is_called_in_their_own_language() -> None:
    plan = planned()

    assert {one.contact: one.language for one in plan.calls} == {"Li Wei": "zh-CN", "Ana": "en-US"}
    assert {tag: one["language"] for tag, one in plan.messages.items()} == {
        "en-US": "en-US",
        "zh-CN": "cmn-CN",
    }


def test_a_language_that_nobody_on_the_list_speaks_is_not_prepared() -> None:
    only_ana = ROSTER + "escalation: [Ana]\n"

    assert set(planned(only_ana).messages) == {"en-US"}


def test_the_notification_is_in_the_rosters_language_and_links_to_the_execution() -> None:
    plan = planned()

    assert plan.language == "zh-CN"
    assert "root 用户登录了 AWS 控制台" in plan.notice.incident
    assert plan.notice.incident.endswith(console_link(EXECUTION))
    assert plan.notice.subject.isascii()


def test_the_link_opens_the_execution_in_its_own_region() -> None:
    link = console_link(EXECUTION)

    assert link.startswith("https://eu-north-1.console.aws.amazon.com/states/")
    assert link.endswith(f"/{EXECUTION}")


@pytest.mark.parametrize(
    ("partition", "region", "console"),
    [
        ("aws-us-gov", "us-gov-west-1", "https://console.amazonaws-us-gov.com/"),
        ("aws-cn", "cn-north-1", "https://console.amazonaws.cn/"),
        ("aws", "eu-west-2", "https://eu-west-2.console.aws.amazon.com/"),
    ],
)
def test_the_link_opens_the_console_of_its_own_partition(
    partition: str, region: str, console: str
) -> None:
    link = console_link(f"arn:{partition}:states:{region}:123456789012:execution:Page:one")

    assert link.startswith(f"{console}states/home?region={region}#/v2/executions/details/arn:")


def test_a_retry_plans_the_very_same_page() -> None:
    assert planned() == planned()


def test_a_plan_of_no_calls_has_every_field_that_the_state_machine_reads() -> None:
    assert PagePlan().to_state().keys() == planned().to_state().keys()
    assert PagePlan().to_state()["count"] == 0


def longest(letter: str) -> str:
    """Give a roster of as many calls as are legal, each to as long a name as is legal."""
    name = letter * (LONGEST_NAME - 1)
    phones = [", ".join(f"+8613800138{person}0{n}" for n in range(5)) for person in range(2)]
    calls_in_a_round = 10
    return (
        f"rounds: {MOST_CALLS_PER_PLAN // calls_in_a_round}\n"
        "contacts:\n"
        f"  - {{name: {name}a, phone: [{phones[0]}], language: en-US}}\n"
        f"  - {{name: {name}b, phone: [{phones[1]}], language: zh-CN}}\n"
    )


@pytest.mark.parametrize("letter", ["a", "\u738b", "\U0001f525"])
def test_the_state_of_the_largest_legal_page_is_what_an_execution_can_carry(letter: str) -> None:
    incident = sample_events.incident("hostile-page")
    plan = planned(longest(letter), incident)
    assert len(plan.calls) == MOST_CALLS_PER_PLAN

    # At its end: every function died, which makes records and lines the longest.
    long_reason = "X" * 100
    calls = tuple(
        record(replace(call, contact_id="c" * 36, reason=long_reason)) for call in plan.calls
    )
    progress = Progress(
        next=len(calls),
        call=plan.calls[-1],
        calls=calls,
        summary="\n".join(plan.lines),
        reason=long_reason,
    )
    state = {
        "incident": incident.to_state(),
        "duplicate": False,
        "plan": plan.to_state(),
        "progress": progress.to_state(),
        "fault": {"Error": long_reason, "Cause": "C" * 32_768},
    }

    assert len(json.dumps(state, ensure_ascii=False).encode()) <= STATE_LIMIT


def test_a_flow_of_the_users_is_given_the_message_under_the_name_that_it_reads() -> None:
    lab = Telephony(90, message_attribute="rootloginalarm", acknowledge="answer")
    plan = plan_page(
        sample_events.incident("root-sign-in"),
        parse(ROSTER),
        NOON,
        execution=EXECUTION,
        telephony=lab,
    )

    spoken = plan.messages["zh-CN"]["rootloginalarm"]

    assert "root 用户登录" in spoken
    assert "请按1" not in spoken
    assert {call.acknowledge for call in plan.calls} == {"answer"}
