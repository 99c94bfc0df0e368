"""The e-mails say what happened, who was called and what came of it."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from oncall.messages.call_log import calls_text
from oncall.messages.email import console_link, email_heading, incident_details, subject
from oncall.messages.locale import available_languages
from tests.unit.json_values import any_event, any_text
from tests.unit.sample_events import event, incident, page, understood

CALLS: list[dict[str, object]] = [
    {
        "contact": "Li Wei",
        "phone": "+86*********00",
        "outcome": "no_answer",
        "attempt": 1,
        "round": 1,
    },
    {"contact": "Ana", "phone": "+1*******32", "outcome": "declined", "attempt": 2, "round": 1},
    {
        "contact": "Ana",
        "phone": "+1*******78",
        "outcome": "not_allowed",
        "attempt": 3,
        "round": 1,
        "reason": "country not allowed",
    },
]
ZONE = "Asia/Shanghai"


def test_the_opening_says_what_is_known_line_by_line() -> None:
    assert incident_details([incident("root-sign-in")], "en-US", ZONE) == (
        "Root user signed in to the AWS console, account 123456789012\n"
        "Signed in without multi-factor authentication. Source IP address: 203.0.113.64.\n"
        "Account: 123456789012\n"
        "Region: us-east-1\n"
        "Time: 2026-01-05 11:12:45 (Asia/Shanghai)\n"
        "Severity: critical\n"
        "Incident: 6f87d04b-9f74-4f04-a780-7acf4b0a9b38"
    )


def test_the_calls_are_a_line_each() -> None:
    assert calls_text(CALLS, "en-US") == (
        "1. Li Wei +86*********00: no answer\n"
        "2. Ana +1*******32: passed on\n"
        "3. Ana +1*******78: calls to this number are not allowed (country not allowed)"
    )


def test_a_notice_is_written_in_chinese() -> None:
    told = incident_details([incident("root-sign-in")], "zh-CN", ZONE)
    assert told.startswith("root 用户登录了 AWS 控制台，账户 123456789012\n")
    assert "时间：2026-01-05 11:12:45（Asia/Shanghai）" in told
    assert calls_text(CALLS, "zh-CN").startswith("1. Li Wei +86*********00：无人接听")


@pytest.mark.parametrize(
    ("language", "mark"), [("en-US", "This is a test"), ("zh-CN", "这是一次测试")]
)
def test_a_replay_is_marked_as_a_test(language: str, mark: str) -> None:
    replayed = understood(event("root-sign-in") | {"source": "callout.replay"})
    assert incident_details([replayed], language, ZONE).startswith(mark)
    assert mark not in incident_details([incident("root-sign-in")], language, ZONE)


def test_what_is_not_known_has_no_line() -> None:
    assert incident_details([understood({})], "en-US", ZONE) == (
        "Event of unknown type\nSeverity: high\nIncident: execution-4711"
    )


def test_an_unknown_zone_is_written_as_utc() -> None:
    assert "Time: 2026-01-05 03:12:45 (UTC)" in incident_details(
        [incident("root-sign-in")], "en-US", "Mars"
    )


def test_no_calls_are_not_an_empty_list() -> None:
    assert calls_text([], "en-US") == "Nobody was called."


def test_an_outcome_without_a_word_is_told_as_it_is() -> None:
    call = {"contact": "Ana", "phone": "+1*******32", "outcome": "abducted"}
    assert calls_text([call], "en-US") == "1. Ana +1*******32: abducted"


def test_lines_can_continue_the_numbers_of_others() -> None:
    lines = calls_text(CALLS[1:], "en-US", first=2)
    assert lines.startswith("2. Ana +1*******32: passed on\n3. Ana")


def test_a_very_long_list_of_calls_is_cut() -> None:
    lines = calls_text(CALLS * 100, "en-US").splitlines()
    assert len(lines) == 101
    assert lines[-1] == "And 200 more."


def test_a_heading_is_in_the_readers_language() -> None:
    assert email_heading("acknowledged", "en-US") == "Acknowledged by:"
    assert email_heading("unanswered", "zh-CN") == "没有人确认这个事件。"


def test_a_subject_says_what_happened() -> None:
    told = incident("ec2-stopped")
    assert subject([told]) == "EC2 instance i-0abcd1234efgh5678 is stopped"
    assert subject([replace(told, test=True)]).startswith("TEST: EC2 instance")


def test_a_subject_of_several_says_how_many_and_what_the_first_is() -> None:
    told = [incident("ec2-stopped"), incident("root-sign-in")]
    assert subject(told) == "2 incidents: EC2 instance i-0abcd1234efgh5678 is stopped"
    tests = [replace(one, test=True) for one in told]
    assert subject(tests).startswith("TEST: 2 incidents: EC2 instance")


def test_the_subject_of_a_title_that_is_not_ascii_says_what_can_be_said_of_it() -> None:
    expected = "high page for team default"

    assert subject([page(title="数据库备份失败")]) == expected
    assert subject([page(title="订单数据库 (prod) 挂了，请马上处理，谢谢")]) == expected


@given(title=any_text)
def test_a_subject_is_one_that_sns_takes_after_an_outcome(title: str) -> None:
    for long_or_short in (title, title * 50, "x" * 500):
        for count in (1, 100):
            line = subject([page(title=long_or_short)] * count)
            assert 0 < len(line) <= 64
            assert line.isascii()
            assert line.isprintable()


@given(value=any_event, contact=any_text, reason=any_text)
def test_any_event_makes_a_bounded_notice_in_every_language(
    value: Any,  # noqa: ANN401 - that is the promise
    contact: str,
    reason: str,
) -> None:
    told = understood(value)
    calls = [{"contact": contact, "phone": None, "outcome": reason, "reason": reason}]
    for language in available_languages():
        for text in (incident_details([told], language, reason), calls_text(calls, language)):
            assert len(text.encode("utf-8")) < 30_000
            assert all(line.isprintable() for line in text.split("\n"))


def test_the_link_opens_the_execution_in_its_own_region() -> None:
    execution = "arn:aws:states:eu-north-1:000000000000:execution:Callout:4711"
    link = console_link(execution)

    assert link.startswith("https://eu-north-1.console.aws.amazon.com/states/")
    assert link.endswith(f"/{execution}")


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
