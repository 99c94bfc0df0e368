"""The roster editor understands the reports of validate_roster."""

from __future__ import annotations

import pytest

from local.emulator.system import LocalSystem
from local.phones.event_stream import EventStream
from local.phones.roster_editor import (
    REJECTED_SUBJECT,
    RosterEditor,
    contacts_of,
    problems_in,
)
from oncall.roster.validation_report import RejectedVersion, Report, list_problems, rejected_report

BROKEN = """\
timezone: Asia/Shanghai
contacts:
  - name: Ana
    phone: "12345"
  - name: Li Wei
    phon: "+8613800138000"
rounds: many
"""


def validation_report(text: str) -> Report:
    rejected = RejectedVersion(
        parameter="/x/default", team="default", version=3, problems=list_problems(text)
    )
    return rejected_report(rejected, last_good=2, copy=0, repeated=False)


def test_every_reported_line_is_found() -> None:
    problems = problems_in(validation_report(BROKEN).text)
    assert {problem["line"] for problem in problems} >= {4, 6, 7}
    assert [
        f"line {problem['line']}, column {problem['column']}: {problem['message']}"
        for problem in problems
    ] == list(list_problems(BROKEN))


def test_subject_names_team_and_version() -> None:
    found = REJECTED_SUBJECT.search(validation_report(BROKEN).subject)
    assert found is not None
    assert found.groups() == ("default", "3")


def test_report_without_lines_has_no_problems() -> None:
    assert problems_in("The roster /x/default was deleted.") == []


def test_contacts_have_all_their_numbers_in_order() -> None:
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
def test_invalid_roster_has_no_contacts(text: str) -> None:
    assert contacts_of(text) == []


@pytest.mark.parametrize(
    ("settings", "team"),
    [
        ({}, "default"),
        ({"teams": ["ops", "shop"]}, "ops"),
        ({"teams": ["ops", "shop"], "fallback_team": "shop"}, "shop"),
    ],
)
def test_the_page_shows_the_roster_that_pages_of_every_team_use(
    settings: dict[str, object], team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[tuple[str, str]] = []
    system = LocalSystem(settings=settings)
    monkeypatch.setattr(system, "save_roster", lambda *given: saved.append(given))
    RosterEditor(system, EventStream(lambda: 0.0)).save("x")
    assert saved == [("x", team)]
