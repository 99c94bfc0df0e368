"""The format of a roster: keys, defaults, YAML and JSON, size."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from oncall.messages.locale import available_languages
from oncall.roster.hours import parse_hours
from oncall.roster.model import (
    Contact,
    EscalationEntry,
    Mute,
    Override,
    QuietHours,
    Roster,
    RosterError,
    Rotation,
)
from oncall.roster.parsing.parser import parse

ROSTERS = Path(__file__).parents[2] / "fixtures/rosters"
LI_WEI = Contact("Li Wei", ("+8613800138000",), "en-US")


def read(text: str) -> Roster:
    return parse(text)


def test_omitted_keys_have_defaults() -> None:
    assert read((ROSTERS / "minimal.yaml").read_text()) == Roster(
        timezone="UTC",
        language="en-US",
        contacts=(LI_WEI,),
        escalation=(EscalationEntry("Li Wei"),),
        rounds=2,
        ring_seconds=45,
    )


def test_all_keys_are_read() -> None:
    assert read((ROSTERS / "two-languages.yaml").read_text()) == Roster(
        timezone="Asia/Shanghai",
        language="zh-CN",
        contacts=(
            Contact("Li Wei", ("+8613800138000",), "zh-CN"),
            Contact("Ana", ("+14155550132", "+14155550178"), "en-US"),
        ),
        escalation=(EscalationEntry("Li Wei"), EscalationEntry("Ana")),
        rounds=2,
        ring_seconds=30,
    )


def test_rotations_and_overrides_are_read() -> None:
    roster = read((ROSTERS / "rotation.yaml").read_text())
    starts = datetime(2026, 1, 5, 9)  # noqa: DTZ001 (local time of the roster's zone)
    christmas = (datetime(2026, 12, 24), datetime(2026, 12, 26))  # noqa: DTZ001
    members, week, zone = ("Ana", "Li Wei"), timedelta(days=7), "Asia/Shanghai"
    assert roster.rotations == (Rotation("primary", members, starts, week, zone),)
    assert roster.overrides == (Override(*christmas, "Ana", "Li Wei"),)


@pytest.mark.parametrize("name", ["no", "012", "2026-01-05", "1e3", "null", "~", "0x1F", "1_000"])
def test_an_unquoted_name_keeps_its_spelling(name: str) -> None:
    roster = read(f"contacts: [{{name: {name}, phone: +8613800138000}}]")
    assert roster.contacts[0].name == name


JSON = {"contacts": [{"name": "𠮷野 \U0001f4de", "phone": ["+8613800138000"]}], "rounds": 3}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(JSON),
        json.dumps(JSON, ensure_ascii=False),
        json.dumps(JSON, indent="\t"),
        json.dumps(JSON, separators=(",", ":")),
        json.dumps(JSON, indent=2).replace("\n", "\r\n"),
        json.dumps(JSON).replace("+", "\\u002b"),
    ],
)
def test_json_is_read_in_any_layout(text: str) -> None:
    roster = read(text)
    assert roster.contacts[0].name == "𠮷野 \U0001f4de"
    assert roster.rounds == 3


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffcontacts: [{name: Li Wei, phone: +8613800138000}]",
        "contacts:\r\n- name: Li Wei\r\n  phone: +8613800138000\r\n",
        "contacts:\n- name:\tLi Wei\t\n  phone:\t+8613800138000\t# mobile\n",
        "%YAML 1.1\n---\ncontacts:\n- {name: ' Li Wei ', phone: '+86 138 0013 8000'}\n...\n",
    ],
)
def test_byte_order_marks_line_ends_and_tabs_are_ignored(text: str) -> None:
    assert read(text).contacts == (LI_WEI,)


def test_the_default_size_limit_is_that_of_a_standard_parameter() -> None:
    text = "contacts: [{name: Li Wei, phone: +8613800138000}]\n# 值班"
    text += "x" * (4096 - len(text.encode()))
    read(text)
    with pytest.raises(RosterError) as rejected:
        read(text + "x")
    assert str(rejected.value) == (
        "line 1, column 1: roster: has 4097 bytes, but the parameter holds at most 4096; shorten it"
    )
    parse(text + "x", limit_bytes=8192)


def test_a_large_roster_is_rejected_with_its_other_problems() -> None:
    with pytest.raises(RosterError) as rejected:
        read("contacts: []\n#" + "x" * 5000)
    assert [problem.field for problem in rejected.value.problems] == ["roster", "contacts"]


def test_available_languages_are_accepted() -> None:
    tag = available_languages()[0]
    roster = parse(f"language: {tag}\ncontacts: [{{name: Li Wei, phone: +8613800138000}}]")
    assert roster.contacts[0].language == tag


def test_quiet_hours_and_mutes_are_read() -> None:
    roster = read((ROSTERS / "quiet.yaml").read_text())
    night, weekend, morning = map(
        parse_hours, ("22:00-07:00", "Sat-Sun 00:00-24:00", "Mon-Fri 01:00-05:00")
    )
    assert roster.quiet_hours == (
        QuietHours(("low", "medium"), (night, weekend), "Asia/Shanghai"),
        QuietHours(("high",), (morning,), "America/New_York"),
    )
    first, second = roster.mutes
    times = (datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 11))  # noqa: DTZ001 (local times)
    assert first == Mute("prod-batch-*", *times, "migration of the batch hosts")
    assert second.until - second.starts == timedelta(days=30), "the earliest possible start"
