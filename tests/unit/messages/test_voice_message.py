"""Calls announce what a person just woken needs; events cannot inject markup."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.incident import KINDS, Incident
from oncall.messages.locale import available_languages
from oncall.messages.voice_message import compose
from tests.unit.json_values import any_event, any_text
from tests.unit.sample_events import NAMES, ORDINARY, event, incident, incident_from, page

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


def syllables(text: str) -> float:
    """Return about how many syllables a text has in Chinese."""
    latin = sum(character.isascii() and character.isalpha() for character in text)
    others = sum(not character.isascii() or character.isdigit() for character in text)
    return others + latin / 3


def test_a_root_sign_in_is_announced_in_english() -> None:
    assert spoken(incident("root-sign-in")) == (
        "AWS on-call alert. The root user signed in to the AWS console. Account 123456789012. "
        "From IP address 203 dot 0 dot 113 dot 64. Signed in without multi-factor authentication. "
        "Monday, January 5, 11:12 AM, Shanghai time. Severity critical. "
        "Press 1 to acknowledge, 2 to pass it on, star to repeat."
    )


def test_a_root_sign_in_is_announced_in_chinese() -> None:
    assert spoken(incident("root-sign-in"), "zh-CN").replace(" ", "") == (
        "您好，这是AWS值班告警。有人以root用户登录了AWS控制台。账户号：123456789012。"
        "来源IP地址：203点0点113点64。登录时没有使用多因素认证。"
        "北京时间1月5日星期一上午11点12分。级别：紧急。"
        "确认处理请按1，转给下一位请按2，重听请按星号键。"
    )


@every_language
def test_a_replay_is_announced_as_a_test_first(language: str) -> None:
    real = compose(incident("root-sign-in"), language, "UTC")["message"]
    replayed = incident_from(event("root-sign-in") | {"source": "callout.replay"})
    test = compose(replayed, language, "UTC")["message"]
    first = parsed(test)[0].text or ""
    assert ("test" in first) or ("测试" in first)
    assert heard(test) == f"{first} {heard(real)}"


def test_the_language_chooses_the_voice() -> None:
    chinese = compose(incident("root-sign-in"), "zh-CN", "UTC")
    assert (chinese["voice"], chinese["language"]) == ("Zhiyu", "cmn-CN")
    english = compose(incident("root-sign-in"), "en-US", "UTC")
    assert (english["voice"], english["language"]) == ("Joanna", "en-US")


@every_language
def test_account_ids_and_ip_addresses_are_spoken_digit_by_digit(language: str) -> None:
    assert "123456789012" in digits(compose(incident("alarm-ok"), language, "UTC")["message"])
    message = compose(incident("root-sign-in"), language, "UTC")["message"]
    assert digits(message)[1:] == ["203", "0", "113", "64"]


@pytest.mark.parametrize(
    ("name", "detail", "languages", "text"),
    [  # an IPv6 address is spoken as far as its network, other text as it is
        ("federated-sign-in", {}, "en-US", "version 6, beginning 2001 colon D B 8 colon 85 A 3."),
        ("root-sign-in", {"sourceIPAddress": "AWS Internal"}, "en-US", "address AWS Internal."),
        ("ec2-stopped", {}, "en-US zh-CN", "0 A B C D 1234 E F G H 5678"),
    ],
)
def test_addresses_and_instance_ids_are_spelled(
    name: str, detail: dict[str, object], languages: str, text: str
) -> None:
    for language in languages.split():
        assert text in spoken(incident(name, **detail), language)


def test_identifiers_are_spelled_in_free_text_too() -> None:
    result = page(title="Host 10.0.0.7 (i-0a1b2c3d) of 123456789012 is down")
    message = compose(result, "en-US", "UTC")["message"]
    assert digits(message)[:4] == ["10", "0", "0", "7"]
    assert "123456789012" in digits(message)
    assert "Host 10 dot 0 dot 0 dot 7 (0 A 1 B 2 C 3 D) of 123456789012 is down." in heard(message)


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
    result = incident("root-sign-in")
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
    result = replace(incident("root-sign-in"), time=time)
    assert f"January 5, {english}," in spoken(result, "en-US", "UTC")
    assert chinese in spoken(result, "zh-CN", "UTC")


def test_an_unknown_time_or_account_is_not_spoken() -> None:
    text = spoken(incident_from({"source": "shop", "detail-type": "Down"}))
    assert "Account" not in text
    assert "time" not in text


@pytest.mark.parametrize("name", ORDINARY)
def test_a_call_takes_half_a_minute_at_most(name: str) -> None:
    replayed = replace(incident(name), test=True)
    assert len(spoken(replayed)) <= 420
    assert syllables(spoken(replayed, "zh-CN")) <= 150


@every_language
def test_a_name_that_cannot_be_spoken_is_replaced(language: str) -> None:
    named = spoken(incident("alarm-alb-latency", alarmName="🔥🔥"), language)
    assert "with an unknown name" in named or "名称未知" in named


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
    assert sum(len((key + value).encode()) for key, value in attributes.items()) <= 6_000
