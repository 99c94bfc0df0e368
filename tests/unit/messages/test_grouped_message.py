"""Grouped calls: the number of incidents, the highest severity, each in brief, and the rest."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.connect.quotas import attributes_size
from local.connect.text_to_speech import synthesize
from oncall.calls.announcement import CallGroup, attributes, group_incidents
from oncall.calls.call import Telephony
from oncall.incident import KINDS, Incident
from oncall.messages.locale import available_languages, nearest
from oncall.messages.voice_message import compose, compose_grouped, short_summary
from tests.unit.calls.test_grouping import storms
from tests.unit.messages.test_voice_message import FACTS, heard, hostile_text, parsed
from tests.unit.sample_events import incident, page

THREE = [incident("root-sign-in"), incident("alarm-alb-latency"), incident("ec2-stopped")]
every_language = pytest.mark.parametrize("language", available_languages())
#: Bytes. Connect accepts 32,768 in all, and a custom contact flow may add its own.
MAX_ATTRIBUTES_SIZE = 24_000


def spoken(incidents: list[Incident], language: str, more: int = 0) -> str:
    """Return the text of a call about incidents."""
    return heard(compose_grouped(incidents, language, more=more)["message"])


def test_three_incidents_are_announced_in_english() -> None:
    assert spoken(THREE, "en-US", more=2) == (
        "AWS on-call alert. 3 incidents. The most severe is critical. "
        "Number 1: Root user signed in, account ending in 9012. "
        "Number 2: Alarm checkout-alb-latency. "
        "Number 3: EC2 instance ending in 5678 is stopped. "
        "And 2 more, in another call. "
        "Press 1 to acknowledge, 2 to pass it on, star to repeat."
    )


def test_three_incidents_are_announced_in_chinese() -> None:
    assert spoken(THREE, "zh-CN", more=2).replace(" ", "") == (
        "AWS值班告警。共有3个事件，最高级别：紧急。"
        "第1，root用户登录，账户尾号9012。"
        "第2，告警checkout-alb-latency。"
        "第3，EC2实例尾号5678，已经停机。"
        "另有2个事件，稍后再次来电。"
        "处理请按1，转给下一位请按2，重听请按星号键。"
    )


@every_language
def test_other_incidents_are_mentioned_only_if_there_are_any(language: str) -> None:
    with_more, without = spoken(THREE, language, more=7), spoken(THREE, language)

    assert "7" in with_more.replace(without, "")
    assert len(parsed(compose_grouped(THREE, language)["message"])) == 6


@every_language
def test_several_tests_are_announced_as_tests_once(language: str) -> None:
    tests = [replace(real, test=True) for real in THREE]
    first = parsed(compose(tests[0], language, "UTC")["message"])[0].text

    assert spoken(tests, language) == f"{first} {spoken(THREE, language)}"


def test_the_confirmation_has_the_number_of_incidents() -> None:
    english, chinese = (
        compose_grouped(THREE, tag)["prompt_confirmed"] for tag in ("en-US", "zh-CN")
    )

    assert heard(english) == "Acknowledged. These 3 incidents are yours. Goodbye."
    assert heard(chinese) == "已确认，这3个事件都由您负责处理。再见。"


@every_language
def test_grouped_calls_have_the_attributes_of_single_calls(language: str) -> None:
    single, grouped = compose(THREE[0], language, "UTC"), compose_grouped(THREE, language)

    assert grouped.keys() == single.keys()
    for name in ("voice", "language", "prompt_declined", "prompt_wrong_key"):
        assert grouped[name] == single[name]


@every_language
def test_keys_are_mentioned_only_if_the_flow_accepts_them(language: str) -> None:
    keys = parsed(compose_grouped(THREE, language)["message"])[-1].text or ""

    assert keys not in heard(compose_grouped(THREE, language, keys=False)["message"])


@every_language
def test_a_single_announcement_mentions_other_open_incidents(language: str) -> None:
    short = page(title="x")
    group = CallGroup((short,), tuple(THREE[1:]))
    alone = [sentence.text for sentence in parsed(compose(short, language, "UTC")["message"])]

    message = attributes(group, language, "UTC", Telephony(90))["message"]
    *start, more, keys = (sentence.text for sentence in parsed(message))

    assert [*start, keys] == alone
    assert "2" in (more or "")


@every_language
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_short_summary_without_any_fact(kind: str, language: str) -> None:
    unknown = Incident(id="id", kind=kind, title="", dedup_key="key")

    *_, first, second, _keys = parsed(compose_grouped([unknown] * 2, language)["message"])

    assert any(map(str.isalpha, short_summary(unknown, nearest(language))))
    assert (first.text or "").replace("1", "2") == second.text


@every_language
def test_an_event_cannot_inject_a_template(language: str) -> None:
    hostile = page(title="{account} {number} {brief}")

    assert "account number brief" in spoken([hostile, hostile], language)


@settings(max_examples=200)
@given(incidents=storms(), more=st.integers(0, 99))
def test_any_group_can_be_spoken_in_every_language(incidents: list[Incident], more: int) -> None:
    group = group_incidents(incidents[0], incidents, available_languages())
    group = replace(group, deferred=(*group.deferred, *incidents[:1] * more))

    for language in available_languages():
        contact_attributes = attributes(group, language, "Asia/Shanghai", Telephony(90, "alert"))
        for name in ("message", "alert", "prompt_confirmed"):
            assert synthesize(contact_attributes[name]).text  # raises for invalid SSML
        assert attributes_size(contact_attributes) <= MAX_ATTRIBUTES_SIZE


@given(facts=st.dictionaries(st.sampled_from(FACTS), hostile_text), hostile=hostile_text)
def test_no_text_breaks_out_of_its_sentence(facts: dict[str, str], hostile: str) -> None:
    incident = Incident(
        id=hostile, kind="other", title=hostile, dedup_key="k", account=hostile, facts=facts
    )

    for language in available_languages():
        message = parsed(compose_grouped([incident] * 2, language)["message"])
        assert {element.tag for element in message.iter()} <= {"speak", "s", "say-as"}
        assert len(message) == 5  # greeting, count, two summaries, keys
