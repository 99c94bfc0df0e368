"""A call about several incidents says how many, how bad, what each is, and what is left."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.connect.quotas import attributes_size
from local.connect.text_to_speech import synthesize
from oncall.calls.announcement import attributes
from oncall.calls.grouping import CallGroup, group_incidents
from oncall.calls.plan import Telephony
from oncall.incident import KINDS, Incident
from oncall.messages.locale import available_languages, nearest
from oncall.messages.voice_message import compose, compose_grouped, short_summary
from tests.unit.calls.test_grouping import storms
from tests.unit.messages.test_voice_message import FACTS, heard, hostile_text, parsed
from tests.unit.sample_events import incident, page

THREE = [incident("root-sign-in"), incident("alarm-alb-latency"), incident("ec2-stopped")]
every_language = pytest.mark.parametrize("language", available_languages())
#: Connect takes 32,768 bytes of attributes in all; a flow of the users may add its own.
FAR_BELOW_THE_LIMIT = 24_000


def said(incidents: list[Incident], language: str, more: int = 0) -> str:
    """Return what a call about incidents says."""
    return heard(compose_grouped(incidents, language, more=more)["message"])


def test_three_incidents_are_told_in_english() -> None:
    assert said(THREE, "en-US", more=2) == (
        "AWS on-call alert. 3 incidents. The most severe is critical. "
        "Number 1: Root user signed in, account 123456789012. "
        "Number 2: Alarm checkout-alb-latency. "
        "Number 3: EC2 instance 0 A B C D 1234 E F G H 5678 is stopped. "
        "And 2 more, in another call. "
        "Press 1 to acknowledge, 2 to pass it on, star to repeat."
    )


def test_three_incidents_are_told_in_chinese() -> None:
    assert said(THREE, "zh-CN", more=2).replace(" ", "") == (
        "您好，这是AWS值班告警。共有3个事件，最高级别：紧急。"
        "第1，root用户登录，账户号123456789012。"
        "第2，告警checkout-alb-latency。"
        "第3，EC2实例0ABCD1234EFGH5678，已经停机。"
        "另有2个事件，稍后再次来电。"
        "确认处理请按1，转给下一位请按2，重听请按星号键。"
    )


@every_language
def test_nothing_is_said_of_more_where_there_is_no_more(language: str) -> None:
    with_more, without = said(THREE, language, more=7), said(THREE, language)

    assert "7" in with_more.replace(without, "")
    assert len(parsed(compose_grouped(THREE, language)["message"])) == 6


@every_language
def test_several_tests_begin_by_saying_so_once(language: str) -> None:
    tests = [replace(one, test=True) for one in THREE]
    first = parsed(compose(tests[0], language, "UTC")["message"])[0].text

    assert said(tests, language) == f"{first} {said(THREE, language)}"


def test_who_takes_several_is_told_how_many() -> None:
    english, chinese = (
        compose_grouped(THREE, tag)["prompt_confirmed"] for tag in available_languages()
    )

    assert heard(english) == "Acknowledged. These 3 incidents are yours. Goodbye."
    assert heard(chinese) == "已确认，这3个事件都由您负责处理。再见。"


@every_language
def test_several_are_told_with_all_that_one_is_told_with(language: str) -> None:
    one, several = compose(THREE[0], language, "UTC"), compose_grouped(THREE, language)

    assert several.keys() == one.keys()
    for same in ("voice", "language", "prompt_declined", "prompt_wrong_key"):
        assert several[same] == one[same]


@every_language
def test_where_no_key_is_asked_for_none_is_spoken_of(language: str) -> None:
    keys = parsed(compose_grouped(THREE, language)["message"])[-1].text or ""

    assert keys not in heard(compose_grouped(THREE, language, keys=False)["message"])


@every_language
def test_one_that_is_told_alone_says_that_more_are_open(language: str) -> None:
    told = CallGroup((THREE[0],), tuple(THREE[1:]))
    alone = [sentence.text for sentence in parsed(compose(THREE[0], language, "UTC")["message"])]

    message = attributes(told, language, "UTC", Telephony(90))["message"]
    *start, more, keys = (sentence.text for sentence in parsed(message))

    assert [*start, keys] == alone
    assert "2" in (more or "")


@every_language
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_can_be_told_briefly_even_if_nothing_is_known(kind: str, language: str) -> None:
    unknown = Incident(id="one", kind=kind, title="", dedup_key="one")

    *_, first, second, _keys = parsed(compose_grouped([unknown] * 2, language)["message"])

    assert any(map(str.isalpha, short_summary(unknown, nearest(language))))
    assert (first.text or "").replace("1", "2") == second.text


@every_language
def test_an_event_cannot_write_a_template(language: str) -> None:
    told = page(title="{account} {number} {brief}")

    assert "account number brief" in said([told, told], language)


@settings(max_examples=200)
@given(found=storms(), waiting=st.integers(0, 99))
def test_any_bundle_can_be_spoken_in_every_language(found: list[Incident], waiting: int) -> None:
    group = group_incidents(found[0], found, available_languages())
    told = CallGroup(group.announced, (*group.deferred, *found[:1] * waiting))

    for language in available_languages():
        given = attributes(told, language, "Asia/Shanghai", Telephony(90, "alert"))
        for name in ("message", "alert", "prompt_confirmed"):
            assert synthesize(given[name]).text  # raises for what Connect would not take
        assert attributes_size(given) <= FAR_BELOW_THE_LIMIT


@given(facts=st.dictionaries(st.sampled_from(FACTS), hostile_text), hostile=hostile_text)
def test_no_text_breaks_out_of_its_sentence(facts: dict[str, str], hostile: str) -> None:
    told = Incident(
        id=hostile, kind="other", title=hostile, dedup_key="k", account=hostile, facts=facts
    )

    for language in available_languages():
        message = parsed(compose_grouped([told, told], language)["message"])
        assert {one.tag for one in message.iter()} <= {"speak", "s", "say-as"}
        assert len(message) == 5  # greeting, how many, two of them, keys
