"""What validate_roster says is understood as it says it."""

from __future__ import annotations

import pytest

from local.phones.roster_editor import contacts_of, problems_in
from oncall.roster.validation_report import Refused, problems_of, refused

BROKEN = """\
timezone: Asia/Shanghai
contacts:
  - name: Ana
    phone: "12345"
  - name: Li Wei
    phon: "+8613800138000"
rounds: many
"""


def guards_message(text: str) -> str:
    what = Refused(parameter="/x/default", team="default", version=3, problems=problems_of(text))
    return refused(what, last_good=2, copy=0, again=False).text


def test_every_line_that_the_guard_names_is_found() -> None:
    found = problems_in(guards_message(BROKEN))
    assert {one["line"] for one in found} >= {4, 6, 7}
    assert [f"line {one['line']}, column {one['column']}: {one['what']}" for one in found] == list(
        problems_of(BROKEN)
    )


def test_a_message_about_no_line_marks_none() -> None:
    assert problems_in("The roster /x/default is not there any more.") == []


def test_a_phone_for_each_number_of_each_contact_in_order() -> None:
    text = """\
language: zh-CN
contacts:
  - {name: Ana, phone: ["+14155550132", "+14155550178"], language: en-US}
  - {name: Li Wei, phone: "+8613800138000"}
"""
    assert contacts_of(text) == [
        {"name": "Ana", "language": "en-US", "numbers": ["+14155550132", "+14155550178"]},
        {"name": "Li Wei", "language": "zh-CN", "numbers": ["+8613800138000"]},
    ]


@pytest.mark.parametrize("text", [BROKEN, "", "[", "contacts: []"])
def test_a_roster_that_cannot_be_used_has_no_phones(text: str) -> None:
    assert contacts_of(text) == []
