"""The e-mails say what happened, who was called and what came of it."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from oncall.language import available
from oncall.notice import (
    acknowledged,
    calls_text,
    heading,
    no_calls,
    opening,
    subject,
    unanswered,
)
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


def test_nobody_acknowledged_is_said_first() -> None:
    told = incident("root-sign-in")
    assert unanswered(told, CALLS, language="en-US", timezone=ZONE) == (
        "Nobody acknowledged this incident.\n"
        "\n"
        "Root user signed in to the AWS console, account 123456789012\n"
        "Signed in without multi-factor authentication. Source IP address: 203.0.113.64.\n"
        "Account: 123456789012\n"
        "Region: us-east-1\n"
        "Time: 2026-01-05 11:12:45 (Asia/Shanghai)\n"
        "Severity: critical\n"
        "Incident: 6f87d04b-9f74-4f04-a780-7acf4b0a9b38\n"
        "\n"
        "Calls:\n"
        "1. Li Wei +86*********00: no answer\n"
        "2. Ana +1*******32: passed on\n"
        "3. Ana +1*******78: calls to this number are not allowed (country not allowed)\n"
    )


def test_a_notice_is_written_in_chinese() -> None:
    text = unanswered(incident("root-sign-in"), CALLS, language="zh-CN", timezone=ZONE)
    assert text.startswith(
        "没有人确认这个事件。\n\nroot 用户登录了 AWS 控制台，账户 123456789012\n"
    )
    assert "时间：2026-01-05 11:12:45（Asia/Shanghai）" in text
    assert "1. Li Wei +86*********00：无人接听" in text


def test_who_acknowledged_is_said_first() -> None:
    text = acknowledged(incident("root-sign-in"), "Ana", CALLS, language="en-US", timezone=ZONE)
    assert text.startswith("Acknowledged by: Ana\n")


def test_an_acknowledgement_by_nobody_in_particular_is_by_someone() -> None:
    text = acknowledged(incident("root-sign-in"), "", [], language="en-US", timezone=ZONE)
    assert text.startswith("Acknowledged by: someone\n")


def test_why_nobody_could_be_called_is_said() -> None:
    text = no_calls(incident("root-sign-in"), "no roster", language="en-US", timezone=ZONE)
    assert text.startswith("Nobody could be called.\nReason: no roster\n\nRoot user signed in")


def test_that_nobody_could_be_called_needs_no_reason() -> None:
    text = no_calls(incident("root-sign-in"), "", language="en-US", timezone=ZONE)
    assert text.startswith("Nobody could be called.\n\nRoot user")


@pytest.mark.parametrize(
    ("language", "mark"), [("en-US", "This is a test"), ("zh-CN", "这是一次测试")]
)
def test_a_replay_is_marked_as_a_test(language: str, mark: str) -> None:
    replayed = understood(event("root-sign-in") | {"source": "callout.replay"})
    assert opening(replayed, language, ZONE).startswith(mark)
    assert mark not in opening(incident("root-sign-in"), language, ZONE)


def test_what_is_not_known_has_no_line() -> None:
    assert opening(understood({}), "en-US", ZONE) == (
        "Event of unknown type\nSeverity: high\nIncident: execution-4711"
    )


def test_an_unknown_zone_is_written_as_utc() -> None:
    assert "Time: 2026-01-05 03:12:45 (UTC)" in opening(incident("root-sign-in"), "en-US", "Mars")


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
    assert heading("acknowledged", "en-US") == "Acknowledged by:"
    assert heading("unanswered", "zh-CN") == "没有人确认这个事件。"


def test_a_subject_says_what_happened() -> None:
    told = incident("ec2-stopped")
    assert subject(told) == "EC2 instance i-0abcd1234efgh5678 is stopped"
    assert subject(replace(told, test=True)).startswith("TEST: EC2 instance")


def test_the_subject_of_a_title_without_ascii_is_the_incidents_id() -> None:
    assert subject(page(title="数据库备份失败")) == "e1"


@given(title=any_text)
def test_a_subject_is_one_that_sns_takes_after_an_outcome(title: str) -> None:
    line = subject(page(title=title))
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
    for language in available():
        for text in (
            unanswered(told, calls, language=language, timezone=reason),
            acknowledged(told, contact, calls, language=language, timezone=ZONE),
            no_calls(told, reason, language=language, timezone=ZONE),
        ):
            assert len(text.encode("utf-8")) < 30_000
            assert all(line.isprintable() for line in text.split("\n"))
