"""Promises of validate_roster: a good version is labelled, a bad one is told, once and in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.roster_validation.sample_rosters import BAD, BETTER, BROKEN, GOOD
from tests.roster_validation.send_change_event import about, changed, report

if TYPE_CHECKING:
    from types import ModuleType

    from local.faults.proxy import FaultProxy
    from tests.roster_validation.conftest import Team


@pytest.mark.parametrize("kind", ["String", "SecureString"])
def test_a_good_version_is_labelled_and_nothing_is_said(
    alone: Team, validate_roster: ModuleType, kind: str
) -> None:
    alone.save(GOOD, kind)
    changed(validate_roster, alone, "Create")
    first = alone.labelled
    alone.save(BETTER, kind)
    changed(validate_roster, alone)

    assert (first, alone.labelled) == (1, 2)
    assert about(alone) == []


def test_a_bad_version_is_told_with_all_that_is_to_be_known(
    alone: Team, validate_roster: ModuleType
) -> None:
    alone.save(GOOD)
    changed(validate_roster, alone)
    alone.save(BROKEN)
    changed(validate_roster, alone)

    told = report(alone)

    assert told.subject == f"Callout: roster of {alone.name}: version 2 refused, 1 stays in use"
    assert f"The roster {alone.parameter}, version 2, cannot be used:\n\nline 3, " in told.message
    assert "contacts[0].phone" in told.message
    assert "write" in told.message
    assert "Version 1, the last good one, stays in use" in told.message
    assert "by arn:aws:iam::" in told.message
    assert f"{alone.parameter}:last-good" in told.message
    assert "13800138000" not in told.message
    assert alone.labelled == 1


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_whatever_is_pasted_is_told_and_the_last_good_version_stays(
    alone: Team, validate_roster: ModuleType, text: str
) -> None:
    alone.save(GOOD)
    changed(validate_roster, alone)
    alone.save(text)
    changed(validate_roster, alone)

    assert "line 1" in (message := report(alone).message) or "line 3" in message
    assert alone.labelled == 1


def test_a_first_version_that_is_bad_is_told_to_leave_nobody_to_call(
    alone: Team, validate_roster: ModuleType
) -> None:
    alone.save(BROKEN)
    changed(validate_roster, alone, "Create")

    told = report(alone)

    assert "NONE IS GOOD" in told.subject
    assert f"a page of team {alone.name} rings nobody" in told.message
    assert alone.labelled is None


def test_a_version_whose_event_was_lost_is_found_and_labelled(
    alone: Team, validate_roster: ModuleType
) -> None:
    for text in (GOOD, BETTER, BROKEN, BROKEN):
        alone.save(text)
    changed(validate_roster, alone)

    assert alone.labelled == 2
    assert "version 4 refused, 2 stays in use" in report(alone).subject


def test_a_version_saved_while_another_is_looked_at_is_not_labelled_unseen(
    alone: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    alone.save(GOOD)
    saved: list[str] = [BROKEN]
    ssm.after["GetParameter"] = lambda: alone.save(saved.pop()) if saved else None

    changed(validate_roster, alone)

    assert saved == []
    assert alone.labelled == 1


def test_a_label_that_has_moved_on_meanwhile_is_not_moved_back(
    alone: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    alone.save(GOOD)
    saved: list[str] = [BETTER]

    def another_look() -> None:
        if saved:
            alone.save(saved.pop())
            alone.label(2)

    ssm.after["GetParameter"] = another_look

    changed(validate_roster, alone)

    assert alone.labelled == 2


@pytest.mark.parametrize("copied", [True, False])
def test_a_deleted_roster_is_told_with_what_happens_now(
    alone: Team, validate_roster: ModuleType, plan_calls: ModuleType, *, copied: bool
) -> None:
    alone.save(GOOD)
    if copied:
        alone.plan(plan_calls)
    alone.delete()
    changed(validate_roster, alone, "Delete")

    told = report(alone)

    assert told.subject.startswith(f"Callout: roster of {alone.name} deleted")
    expected = "a copy of version 1" if copied else "rings nobody"
    assert expected in told.message
    assert ("aws dynamodb get-item" in told.message) is copied
    assert f"put-parameter --type String --name {alone.parameter}" in told.message


def test_a_roster_that_was_deleted_and_saved_again_at_once_is_there(
    alone: Team, validate_roster: ModuleType
) -> None:
    alone.save(GOOD)
    changed(validate_roster, alone, "Delete")

    assert alone.labelled == 1
    assert about(alone) == []


def test_an_event_that_comes_twice_is_told_once(alone: Team, validate_roster: ModuleType) -> None:
    alone.save(BROKEN)
    changed(validate_roster, alone)
    changed(validate_roster, alone)

    assert "refused" in report(alone).subject
    assert about(alone) == []


def test_every_bad_save_is_told(alone: Team, validate_roster: ModuleType) -> None:
    for _ in range(2):
        alone.save(BROKEN)
        changed(validate_roster, alone)

    assert ["version 1" in one.subject for one in about(alone)] == [True, False]
