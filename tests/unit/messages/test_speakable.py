"""Texts of events are understood by ear."""

# ruff: noqa: RUF001 - Chinese and mathematics have their own signs

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oncall.messages.alarm_reason import describe_reason
from oncall.messages.locale import available_languages, load
from oncall.messages.speakable import MAX_SECONDS, speakable, speakable_name, speech_seconds, spoken
from tests.unit.json_values import any_text

ENGLISH = load("en-US")
UUID = "6f87d04b-9f74-4f04-a780-7acf4b0a9b38"
ARN = "arn:aws:{}:eu-west-1:123456789012:{}"
every_language = pytest.mark.parametrize("language", available_languages())


def heard(text: str, language: str = "en-US", seconds: float = 30) -> str:
    """Return how a text is spoken, without markup."""
    return visible(speakable(text, load(language), seconds))


def visible(ssml: str) -> str:
    """Return the text of SSML."""
    return unescape(re.sub("<[^>]*>", "", ssml))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("free < 5 %", "free less than 5 percent"),
        ("status != 0", "status not equal to 0"),
        ("delta -5", "delta minus 5"),
        ("x<=3 and y>=4", "x less than or equal to 3 and y greater than or equal to 4"),
        ("a == b, c = d", "a equals b, c equals d"),
        ("≈5 ±1, 2 − 1", "about 5 plus or minus 1, 2 minus 1"),
        ("OK -> ALARM & more", "OK to ALARM and more"),
        ("range 10-20, us-east-1, p99", "range 10-20, us-east-1, p99"),
        ("AT&T; o’clock; C++", "AT and T; o'clock; C++"),
    ],
)
def test_relations_and_signs_are_spoken(text: str, expected: str) -> None:
    assert heard(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.example.com/x%20y?b=c#d.", "see a link"),
        ("www.example.com/a and s3://bucket/key", "a link and a link"),
        ("see <https://a.example.com/d/1|dashboard>", "see dashboard"),
        ("[the runbook](https://a.example.com/x_(y)) ![](http://b.example)", "the runbook a link"),
        ("name%22%3A%22PodDown%22%2C+ns%3Dshop", "name: PodDown, ns equals shop"),
        ("https%3A%2F%2Fa.example.com Disk%20full 90%", "a link Disk full 90 percent"),
        ("100% of 50%", "100 percent of 50 percent"),
        ("<b>now</b> <img src=x onerror=y> a &lt; b &amp; c", "now a less than b and c"),
        ("<!here> <@U123> <#C1|ops> :fire: :+1: at 10:30:45", "ops at 10:30:45"),
        ("a %s b %d\\nFile x\\n  y | --- | --- |", "a b File x y"),
        ("# Title **bold** _it_ `code` ~~no~~ 5 * 3", "Title bold it code no 5 times 3"),
        ("on {{ $labels.host }} ${x} {% if %} <no value> %!s(MISSING) $labels.a now", "on now"),
        ("prod-* snake_case 🔥", "prod- snake case"),
        ("\u26a0\ufe0f Disk full \u2764\ufe0f 1\ufe0f\u20e3", "Disk full 1"),
        ("https://me:secret@status.example.com:8443/incidents/7#x", "status.example.com"),
        ("<http://10.0.0.7/x>", "10 dot 0 dot 0 dot 7"),
        ("www.example.com", "www.example.com"),
        ("Ａ\U0001d400", "AA"),
    ],
)
def test_markup_and_machine_text_are_not_spoken(text: str, expected: str) -> None:
    assert heard(text) == expected


@pytest.mark.parametrize(
    ("service", "resource", "expected"),
    [
        ("elasticloadbalancing", "loadbalancer/app/shop/50dc6c495c0c9188", "load balancer shop"),
        ("elasticloadbalancing", "loadbalancer/classic", "load balancer classic"),
        ("elasticloadbalancing", "targetgroup/web/50dc6c495c0c9188", "target group web"),
        ("lambda", "function:orders", "function orders"),
        ("lambda", "function:orders:live", "function orders, alias live"),
        ("logs", "log-group:/aws/lambda/orders:*", "log group aws/lambda/orders"),
        ("states", f"execution:nightly:{UUID}", "execution nightly, ID ending in 9 B 38"),
        ("ec2", "instance/i-0123456789abcdef0", "instance ending in D E F 0"),
        ("ecs", "service/prod/checkout", "service checkout"),
        ("iam", "role/service-role/deploy", "role deploy"),
        ("sts", "assumed-role/deploy/session", "role deploy"),
        ("sqs", "orders", "queue orders"),
        ("autoscaling", f"autoScalingGroup:{UUID}:autoScalingGroupName/web",
         "Auto Scaling group web"),
        ("cloudformation", f"stack/network/{UUID}", "network"),
        ("kms", f"key/{UUID}", "key ID ending in 9 B 38"),
    ],
)  # fmt: skip
def test_an_arn_is_spoken_as_its_name(service: str, resource: str, expected: str) -> None:
    assert heard(f"failed: {ARN.format(service, resource)}, twice") == f"failed: {expected}, twice"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"request {UUID} failed", "request ID ending in 9 B 38 failed"),
        ("commit a1b2c3d4e5 and 1234567890", "commit ID ending in D 4 E 5 and ID ending in 7890"),
        ("vol-0a1b2c3d4e5f60789 is full", "volume ending in 0789 is full"),
        ("The EC2 instance i-0123456789abcdef0 talks", "The EC2 instance ending in D E F 0 talks"),
        ("payments-7d9f8b6c5d-x2x4z", "payments ending in 2 X 4 Z"),
        ("user AIDACKCEVSQ6C2EXAMPLE", "user ID ending in M P L E"),
        ("error 0x80070005, call +14155550132", "error ID ending in 0005, call ID ending in 0132"),
        ("in account 123456789012", "in account ID ending in 9012"),
        ("10.0.0.7:80, 10.0.0.0/16", "10 dot 0 dot 0 dot 7:80, 10 dot 0 dot 0 dot 0/16"),
        ("at 2026-11-30T03:12:45.123456789Z", "at 2026-11-30 03:12 UTC"),
        ("92.333333333 ms > 1073741824", "92.3 ms greater than 1.07 billion"),
        ("2001:db8:85a3::8a2e", "version 6, beginning 2001 colon D B 8 colon 85 A 3"),
        ("[::1]:80, fe80::1", "version 6, beginning colon colon 1:80, version 6, beginning F E 80"),
        ("::ffff:10.0.0.7", "ffff:10 dot 0 dot 0 dot 7"),
        ("a :: b at 00:00:00", "a:: b at 00:00:00"),
        ("link 00:1A:2B:3C:4D:5E is down", "link ID ending in 4 D 5 E is down"),
        ("00-1a-2b-3c-4d-5e, 001a.2b3c.4d5e", "ID ending in 4 D 5 E, ID ending in 4 D 5 E"),
        ("version 1.24 at 10:30:45 on 2026-11-30", "version 1.24 at 10:30:45 on 2026-11-30"),
    ],
)
def test_identifiers_are_shortened_and_addresses_are_not(text: str, expected: str) -> None:
    assert heard(text) == expected


@pytest.mark.parametrize(
    "name", ["🔥🔥🔥", "...", "", "\u200b", "<>", "—", "{{ $x }}", "\ue100%EE%84%80"]
)
def test_unspeakable_text_is_empty(name: str) -> None:
    assert speakable(name, ENGLISH) == ""


def test_text_in_another_script_is_announced_once() -> None:
    assert heard("Сервер db-1 не отвечает (10.0.0.7)") == (
        "text in another script, db-1 (10 dot 0 dot 0 dot 7)"
    )
    assert heard("数据库主库不可用", "zh-CN") == "数据库主库不可用"
    assert spoken("title", "数据库主库不可用", ENGLISH) == "The title is in another script"


@pytest.mark.parametrize("name", ["Jürgen O'Neill", "Anne-Marie", "payments-deadbeef01"])
def test_names_of_people_and_teams_are_spoken_as_they_are(name: str) -> None:
    assert visible(speakable_name(name, ENGLISH)) == name
    assert visible(spoken("team", name, ENGLISH)) == name


def test_accounts_are_spoken_by_name() -> None:
    named = ENGLISH.with_account_names({"123456789012": "production"})
    assert spoken("account", "123456789012", named) == "production"
    assert speakable("in 123456789012", named) == "in production"
    assert visible(spoken("account", "210987654321", named)) == "ending in 4321"


def test_text_is_cut_after_a_word_but_an_address_is_kept() -> None:
    text = heard("the quick brown fox jumps over the dog at 10.0.0.7", seconds=1)
    assert text == "the quick… 10 dot 0 dot 0 dot 7"
    assert heard("state: FAILED, pipeline: deploy-prod", seconds=2) == "state: FAILED…"
    assert heard(f"execution nightly, {UUID}", seconds=2) == "execution nightly…"
    assert len(heard("数据库连接数过高" * 30, "zh-CN", 5)) in range(20, 25)


PIECES = any_text | st.sampled_from(
    ["https://a.example.com/x", "arn:aws:sqs:us-east-1:123456789012:q", UUID, "10.20.30.40", "<b>",
     "%2F%20", "{{ x }}", "数据", "Сервер", " ", "i-0123456789abcdef0", "1" * 400, "%EE%84%80"]
)  # fmt: skip


@given(pieces=st.lists(PIECES, max_size=12))
@example(["%68ttps://a.example.com"])
@example(["\ue000", "arn:arn:aws:x"])
@example(["000000000: 000000000: 000000000:0.0.0.0"])
def test_any_text_is_bounded_without_urls_arns_and_ids(pieces: list[str]) -> None:
    text = "".join(pieces)
    for tag in available_languages():
        ssml = speakable(text, load(tag))
        for pattern in ("://", "arn:aws", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", r"\d{12}"):
            assert not re.search(pattern, visible(ssml))
        assert speech_seconds(ssml) <= MAX_SECONDS + 6  # an address after the rest


@given(before=any_text, after=any_text, octets=st.tuples(*[st.integers(0, 255)] * 4))
def test_an_ipv4_address_is_always_kept(
    before: str, after: str, octets: tuple[int, int, int, int]
) -> None:
    address = ".".join(map(str, octets))
    for tag in available_languages():
        language = load(tag)
        expected = spoken("ip", address, language)
        assert expected in speakable(f"{before} {address} {after}", language)


CROSSED = "Threshold Crossed: "
TRANSITION = " (minimum 2 datapoints for OK -> ALARM transition)."


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        (
            f"{CROSSED}1 datapoint [92.3 (x)] was greater than or equal to the threshold (90.0).",
            "The value was at least 90, most recently 92.3",
        ),
        (
            (
                f"{CROSSED}3 out of the last 3 datapoints were greater than the threshold (2.0)."
                " The most recent datapoints which crossed the threshold: [3.7 (x), 2.9 (x)]"
                f"{TRANSITION}"
            ),
            "The value was above 2 in 3 of the last 3 periods, most recently 3.7",
        ),
        (
            (
                f"{CROSSED}2 out of the last 3 datapoints [-0.123456 (05/01/26 16:59:00), 1.5 (x)]"
                f" were less than the threshold (1.0){TRANSITION}"
            ),
            "The value was below 1 in 2 of the last 3 periods, most recently minus 0.123",
        ),
        (
            f"{CROSSED}1 datapoint [1.0 (x)] was not greater than the threshold (5.5E12).",
            "The value was at most 5.5 trillion, most recently 1",
        ),
        (
            (
                "Thresholds Crossed: 1 out of the last 1 datapoints [3.0 (30/11/26 03:11:00)] was"
                " less than the lower thresholds [21.4] or greater than the upper thresholds [88.1]"
                f"{TRANSITION}"
            ),
            "The value was outside the expected range, most recently 3",
        ),
        (
            (
                f"{CROSSED}no datapoints were received for 2 periods and 2 missing datapoints were"
                " treated as [Breaching]."
            ),
            "No data was received, which counts as a breach",
        ),
        ("Insufficient Data: 3 datapoints were unknown.", "No data was received"),
        ("Unchecked: Initial alarm creation", ""),
        ("6 out of 7 time series evaluated to ALARM", "6 of 7 time series are in alarm"),
        ("100+ time series evaluated to ALARM", "100 time series are in alarm"),
        (
            "arn:aws:cloudwatch:us-east-1:123456789012:alarm:shop errors transitioned to ALARM at",
            "CloudWatch alarm shop errors is in alarm",
        ),
        ("Set by hand. For a test.", "Set by hand"),
        ("", ""),
    ],
)
def test_the_reason_of_an_alarm_is_a_sentence(reason: str, sentence: str) -> None:
    assert describe_reason(reason, ENGLISH) == sentence
    for tag in available_languages():
        assert bool(describe_reason(reason, load(tag))) == bool(sentence)
