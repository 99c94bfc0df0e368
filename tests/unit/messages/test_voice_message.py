"""Calls announce what a person just woken needs; events cannot inject markup."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.events.trigger_metadata import mark_elsewhere
from oncall.incident import KINDS, Incident
from oncall.messages.locale import available_languages, load
from oncall.messages.speakable import speech_seconds
from oncall.messages.voice_message import MAX_SECONDS, compose, compose_grouped
from tests.unit.json_values import any_event, any_text
from tests.unit.sample_events import NAMES, event, incident, incident_from, page

every_language = pytest.mark.parametrize("language", available_languages())
every_event = pytest.mark.parametrize("name", NAMES)


def parsed(message: str) -> ET.Element:
    """Return a parsed SSML document."""
    return ET.fromstring(message)  # noqa: S314 - trusted: made by compose()


def heard(message: str) -> str:
    """Return the visible text of an SSML document, a space between sentences."""
    return " ".join("".join(sentence.itertext()) for sentence in parsed(message))


def spoken(incident: Incident, language: str = "en-US", timezone: str = "Asia/Shanghai") -> str:
    """Return the text of a call about an incident."""
    return heard(compose(incident, language, timezone)["message"])


def digits(message: str) -> list[str]:
    """Return what is spoken digit by digit."""
    return [
        element.text or ""
        for element in parsed(message).iter("say-as")
        if element.get("interpret-as") == "digits"
    ]


def test_a_root_sign_in_is_announced_in_english() -> None:
    assert spoken(incident("root-sign-in")) == (
        "AWS on-call alert. The root user signed in to the AWS console. Account ending in 9012. "
        "From IP address 203 dot 0 dot 113 dot 64. Signed in without multi-factor authentication. "
        "Severity critical. Monday, January 5, 11:12 AM, Shanghai time. "
        "Press 1 to acknowledge, 2 to pass it on, star to repeat."
    )


def test_an_alarm_is_announced_in_chinese() -> None:
    assert spoken(incident("alarm-no-data"), "zh-CN").replace(" ", "") == (
        "AWS值班告警。CloudWatch告警数据不足，无法判断状态，告警名称：orders-per-minute。"
        "没有收到数据。账户：尾号9012。区域：USeast1。级别：中等。北京时间1月6日星期二凌晨2点整。"
        "处理请按1，转给下一位请按2，重听请按星号键。"
    )


@every_language
def test_a_replay_is_announced_as_a_test_first(language: str) -> None:
    real = compose(page(title="x"), language, "UTC")["message"]
    test = compose(replace(page(title="x"), test=True), language, "UTC")["message"]
    assert parsed(test)[0].text == load(language).call["test"]
    assert heard(test) == f"{parsed(test)[0].text} {heard(real)}"


@every_language
def test_the_language_chooses_the_voice(language: str) -> None:
    attributes = compose(incident("root-sign-in"), language, "UTC")
    words = load(language)
    assert (attributes["voice"], attributes["language"]) == (words.voice, words.code)


@every_language
def test_an_ip_address_is_spoken_in_full_and_an_account_by_its_last_digits(language: str) -> None:
    message = compose(incident("root-sign-in"), language, "UTC")["message"]
    assert digits(message)[-4:] == ["203", "0", "113", "64"]
    assert digits(compose(page(title="x", account="x"), language, "UTC")["message"]) == []
    assert "9012" in digits(compose(incident("ec2-stopped"), language, "UTC")["message"])


def test_an_account_with_a_name_is_spoken_by_it() -> None:
    names = {"123456789012": "production & more"}
    for message in (
        compose(incident("root-sign-in"), "en-US", "UTC", account_names=names)["message"],
        compose_grouped([incident("root-sign-in")], "en-US", account_names=names)["message"],
    ):
        assert re.search("[Aa]ccount production & more[.]", heard(message))


@every_language
def test_another_account_and_region_are_spoken_also_in_a_group_and_for_a_page(
    language: str,
) -> None:
    home = "arn:aws:states:eu-west-2:123456789012:execution:Page:one"
    names = {"444455556666": "production"}
    sample = event("callout-page") | {"account": "444455556666"}
    there = mark_elsewhere(incident_from(sample | {"region": "eu-west-1"}), home)
    here = mark_elsewhere(incident_from(sample | {"region": "eu-west-2"}), home)
    for message, regions in (
        (compose(there, language, "UTC", account_names=names)["message"], 1),
        (compose_grouped([there], language, account_names=names)["message"], 1),
        (compose_grouped([here], language, account_names=names)["message"], 0),
    ):
        assert message.count("production") == 1
        assert message.count(" west 1") == regions


@pytest.mark.parametrize(
    ("name", "detail", "text"),
    [  # an IPv6 address is spoken as far as its network, other text as it is
        ("federated-sign-in", {}, "version 6, beginning 2001 colon D B 8 colon 85 A 3."),
        ("root-sign-in", {"sourceIPAddress": "AWS Internal"}, "address AWS Internal."),
        ("ec2-stopped", {}, "An EC2 instance is stopped. Instance ending in 5678."),
    ],
)
def test_addresses_and_instance_ids_are_spelled(
    name: str, detail: dict[str, object], text: str
) -> None:
    assert text in spoken(incident(name, **detail))


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        (
            {"title": "数据库故障"},
            "The title is in another script. Team default. The email has the full text. Severity",
        ),
        (  # once, however many texts there are
            {"title": "数据库故障", "details": "Основной сервер недоступен"},
            "The title is in another script. Team default. The email has the full text. Severity",
        ),
        (
            {"title": "🔥", "details": "💥", "team": "shop"},
            "Page without a description. Team shop. Severity",
        ),
        ({"title": "https://a.example.com/x"}, "a.example.com. Severity"),
    ],
)
def test_a_title_that_cannot_be_spoken_leaves_severity_and_team(
    detail: dict[str, object], text: str
) -> None:
    assert text in spoken(page(**detail))


@every_event
def test_only_markup_that_every_voice_supports_is_used(name: str) -> None:
    message = compose(incident(name), "en-US", "UTC")["message"]
    for element in parsed(message).iter():
        assert element.tag in ("speak", "s", "say-as")
        assert element.attrib in ({}, {"interpret-as": "digits"})
    assert "{account}" not in heard(message)  # in a template of the event hostile-page


@pytest.mark.parametrize(
    ("timezone", "english", "chinese"),
    [
        (
            "Asia/Shanghai",
            "Monday, January 5, 11:12 AM, Shanghai",
            "北京时间1月5日星期一上午11点12分",
        ),
        ("America/Denver", "Sunday, January 4, 8:12 PM, Denver", "丹佛时间1月4日星期日晚上8点12分"),
        ("Asia/Kolkata", "Monday, January 5, 8:42 AM, Kolkata", "印度时间1月5日星期一上午8点42分"),
        ("UTC", "Monday, January 5, 3:12 AM, UTC.", "世界标准时间1月5日星期一凌晨3点12分"),
    ],
)
def test_the_time_is_spoken_in_the_responders_zone_with_its_name(
    timezone: str, english: str, chinese: str
) -> None:
    result = replace(page(title="x"), time="2026-01-05T03:12:45Z")
    assert english in spoken(result, "en-US", timezone)
    assert chinese in spoken(result, "zh-CN", timezone)


@pytest.mark.parametrize("timezone", ["Mars/Olympus", "", "../etc/passwd", "Asia", "\x00", "中国"])
def test_an_unknown_zone_is_replaced_by_utc_and_named(timezone: str) -> None:
    assert "3:12 AM, UTC." in spoken(incident("root-sign-in"), timezone=timezone)


@pytest.mark.parametrize(
    ("time", "english", "chinese"),
    [
        ("2026-01-05T00:00:00Z", "12 AM", "凌晨0点整"),
        ("2026-01-05T00:05:00Z", "12:05 AM", "凌晨0点05分"),
        ("2026-01-05T12:30:00Z", "12:30 PM", "中午12点30分"),
        ("2026-01-05T15:00:00Z", "3 PM", "下午3点整"),
        ("2026-01-05T23:59:00Z", "11:59 PM", "晚上11点59分"),
    ],
)
def test_the_hour_is_unambiguous(time: str, english: str, chinese: str) -> None:
    result = replace(page(title="x"), time=time)
    assert f"January 5, {english}," in spoken(result, "en-US", "UTC")
    assert chinese in spoken(result, "zh-CN", "UTC")


def test_an_unknown_time_or_account_is_not_spoken() -> None:
    text = spoken(incident_from({"source": "shop", "detail-type": "Down"}))
    assert "Account" not in text
    assert "time" not in text


@every_language
@every_event
def test_a_call_takes_25_seconds_at_most(name: str, language: str) -> None:
    for result in (
        incident(name),
        replace(incident(name), test=True, previously_acknowledged_by="x" * 500),
    ):
        assert speech_seconds(compose(result, language, "Asia/Shanghai")["message"]) <= MAX_SECONDS


@every_language
def test_a_name_that_cannot_be_spoken_is_replaced(language: str) -> None:
    named = spoken(incident("alarm-alb-latency", alarmName="🔥🔥"), language)
    assert load(language).unknown["name"] in named


@given(value=any_event, timezone=st.sampled_from(["Asia/Shanghai", "UTC"]) | any_text)
def test_any_event_can_be_spoken_in_every_language(
    value: Any,  # noqa: ANN401 - any JSON value
    timezone: str,
) -> None:
    result = incident_from(value)
    for language in available_languages():
        assert_speakable(compose(result, language, timezone))


hostile_text = any_text | st.sampled_from(
    ["&" * 500, "'" * 500, "1.2.3.4 " * 100, "i-0a1b2c3d4e5f6a7b8 " * 50, "0a" * 300, "火" * 900]
)


FACTS = (
    *("title", "details", "principal", "ip", "role", "mfa", "name", "about", "instance", "state"),
    *("finding", "service", "event", "description", "type", "source", "status", "resource"),
)


@given(
    facts=st.dictionaries(st.sampled_from(FACTS), hostile_text),
    kind=st.sampled_from(KINDS) | any_text,
    hostile=hostile_text,
)
def test_any_incident_can_be_spoken(facts: dict[str, str], kind: str, hostile: str) -> None:
    result = Incident(
        id=hostile, kind=kind, title=hostile, severity=hostile, dedup_key="k", account=hostile,
        region=hostile, time=hostile, facts=facts,
    )  # fmt: skip
    for language in available_languages():
        assert_speakable(compose(result, language, "UTC"))


@every_language
def test_a_wrong_key_repeats_the_valid_keys(language: str) -> None:
    attributes = compose(page(), language, "UTC")
    *_, keys = (sentence.text for sentence in parsed(attributes["message"]))
    wrong, right = (sentence.text for sentence in parsed(attributes["prompt_wrong_key"]))
    assert wrong != right == keys


def assert_speakable(attributes: dict[str, str]) -> None:
    """Check that Connect and Polly accept contact attributes."""
    assert set(attributes) == {
        "message", "voice", "language", "prompt_confirmed", "prompt_declined", "prompt_wrong_key"
    }  # fmt: skip
    for name in ("message", "prompt_confirmed", "prompt_declined", "prompt_wrong_key"):
        root = parsed(attributes[name])
        assert root.tag == "speak"
        assert heard(attributes[name]).strip()
        assert speech_seconds(attributes[name]) <= MAX_SECONDS
    assert sum(len((key + value).encode()) for key, value in attributes.items()) <= 6_000
