"""Emails: the incident, the calls with their outcomes, and the subject."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from oncall.calls.call import calls_text
from oncall.messages.email import console_link, email_heading, incident_details, subject
from oncall.messages.locale import available_languages
from tests.unit.json_values import any_event, any_text
from tests.unit.sample_events import event, incident, incident_from, page

NOT_ALLOWED = {"outcome": "not_allowed", "reason": "country not allowed"}
CALLS: list[dict[str, object]] = [
    {"contact": "Li Wei", "phone": "+86*********00", "outcome": "no_answer"},
    {"contact": "Ana", "phone": "+1*******32", "outcome": "declined"},
    {"contact": "Ana", "phone": "+1*******78", **NOT_ALLOWED},
]
ZONE = "Asia/Shanghai"


def test_incident_details_have_a_line_for_each_known_fact() -> None:
    assert incident_details([incident("root-sign-in")], "en-US", ZONE) == (
        "Root user signed in to the AWS console, account 123456789012\n"
        "Signed in without multi-factor authentication. Source IP address: 203.0.113.64.\n"
        "Account: 123456789012\n"
        "Region: us-east-1\n"
        "Time: 2026-01-05 11:12:45 (Asia/Shanghai)\n"
        "Severity: critical\n"
        "Incident: 6f87d04b-9f74-4f04-a780-7acf4b0a9b38"
    )


def test_an_email_can_be_in_chinese() -> None:
    details = incident_details([incident("root-sign-in")], "zh-CN", ZONE)
    assert details.startswith("root 用户登录了 AWS 控制台，账户 123456789012\n")
    assert "时间：2026-01-05 11:12:45（Asia/Shanghai）" in details
    assert calls_text(CALLS, "zh-CN").startswith("1. Li Wei +86*********00：无人接听")


@pytest.mark.parametrize(
    ("language", "mark"), [("en-US", "This is a test"), ("zh-CN", "这是一次测试")]
)
def test_a_replay_is_marked_as_a_test(language: str, mark: str) -> None:
    replayed = incident_from(event("root-sign-in") | {"source": "callout.replay"})
    assert incident_details([replayed], language, ZONE).startswith(mark)
    assert mark not in incident_details([incident("root-sign-in")], language, ZONE)


def test_unknown_facts_have_no_line() -> None:
    assert incident_details([incident_from({})], "en-US", ZONE) == (
        "Event of unknown type\nSeverity: high\nIncident: execution-4711"
    )


def test_in_an_unknown_zone_the_time_is_utc() -> None:
    assert "Time: 2026-01-05 03:12:45 (UTC)" in incident_details(
        [incident("root-sign-in")], "en-US", "Mars"
    )


@pytest.mark.parametrize(
    ("calls", "lines"),
    [
        (
            CALLS,
            [
                "1. Li Wei +86*********00: no answer",
                "2. Ana +1*******32: declined",
                "3. Ana +1*******78: calls to this number are not allowed (country not allowed)",
            ],
        ),
        ([CALLS[1] | {"outcome": "abducted"}], ["1. Ana +1*******32: abducted"]),
    ],
)
def test_each_call_has_a_numbered_line(calls: list[dict[str, object]], lines: list[str]) -> None:
    assert calls_text(calls, "en-US").split("\n") == lines


def test_headings_are_translated() -> None:
    assert email_heading("acknowledged", "en-US") == "Acknowledged by:"
    assert email_heading("unanswered", "zh-CN") == "没有人确认这个事件。"


def test_the_subject_has_the_number_of_incidents_and_the_first_title() -> None:
    incidents = [incident("ec2-stopped"), incident("root-sign-in")]
    tests = [replace(real, test=True) for real in incidents]
    title = "EC2 instance i-0abcd1234efgh5678 is stopped"
    assert subject(incidents[:1]) == title
    assert subject(incidents) == f"2 incidents: {title}"
    assert subject(tests[:1]).startswith("TEST: EC2 instance")
    assert subject(tests).startswith("TEST: 2 incidents: EC2 instance")


@pytest.mark.parametrize("title", ["数据库备份失败", "订单数据库 (prod) 挂了，请马上处理，谢谢"])
def test_the_subject_of_a_title_that_is_not_ascii_has_severity_and_team(title: str) -> None:
    assert subject([page(title=title)]) == "high page for team default"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Łódź: latency ≥ 5 ms", "Lodz: latency >= 5 ms"),
        ("db\u2011prod \u2013 größer als „normal“ …", 'db-prod - grosser als "normal" ...'),
        ("Ошибка базы данных", "Oshibka bazy dannykh"),
        ("checkout-数据库 is down", "checkout-ShuJuKu is down"),
        ("🔥 disk full", "disk full"),
    ],
)
def test_the_subject_transliterates_letters_and_signs(title: str, expected: str) -> None:
    found = subject([page(title=title)])
    assert found.removeprefix(":fire: ") == expected


@given(title=any_text)
def test_sns_accepts_any_subject_after_an_outcome(title: str) -> None:
    for long_or_short in (title, title * 50, "x" * 500):
        for count in (1, 100):
            line = subject([page(title=long_or_short)] * count)
            assert 0 < len(line) <= 64
            assert line.isascii()
            assert line.isprintable()


@given(value=any_event, contact=any_text, reason=any_text)
def test_any_event_makes_a_bounded_email_in_every_language(
    value: Any,  # noqa: ANN401 - any JSON value
    contact: str,
    reason: str,
) -> None:
    result = incident_from(value)
    calls = [{"contact": contact, "phone": None, "outcome": reason, "reason": reason}]
    for language in available_languages():
        for text in (incident_details([result], language, reason), calls_text(calls, language)):
            assert len(text.encode("utf-8")) < 30_000
            assert all(line.isprintable() for line in text.split("\n"))


@pytest.mark.parametrize(
    ("partition", "region", "console"),
    [
        ("aws-us-gov", "us-gov-west-1", "https://console.amazonaws-us-gov.com/"),
        ("aws-cn", "cn-north-1", "https://console.amazonaws.cn/"),
        ("aws", "eu-north-1", "https://eu-north-1.console.aws.amazon.com/"),
    ],
)
def test_the_link_opens_the_execution_in_its_partition_and_region(
    partition: str, region: str, console: str
) -> None:
    execution = f"arn:{partition}:states:{region}:123456789012:execution:Callout:4711"

    path = f"states/home?region={region}#/v2/executions/details/{execution}"
    assert console_link(execution) == console + path
