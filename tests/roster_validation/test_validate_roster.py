"""validate_roster labels a valid version and reports an invalid one, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.roster_validation.sample_rosters import BAD, BETTER, BROKEN, GOOD
from tests.roster_validation.send_change_event import notifications_about, report, send_change

if TYPE_CHECKING:
    from types import ModuleType

    from local.faults.proxy import FaultProxy
    from tests.roster_validation.conftest import Team


@pytest.mark.parametrize("kind", ["String", "SecureString"])
def test_a_valid_version_is_labelled_without_a_notification(
    own_team: Team, validate_roster: ModuleType, kind: str
) -> None:
    own_team.save(GOOD, kind)
    send_change(validate_roster, own_team, "Create")
    first = own_team.labelled
    own_team.save(BETTER, kind)
    send_change(validate_roster, own_team)

    assert (first, own_team.labelled) == (1, 2)
    assert notifications_about(own_team) == []


def test_an_invalid_version_is_reported_with_the_version_in_use(
    own_team: Team, validate_roster: ModuleType
) -> None:
    own_team.save(GOOD)
    send_change(validate_roster, own_team)
    own_team.save(BROKEN)
    send_change(validate_roster, own_team)

    notice = report(own_team)

    assert (
        notice.subject == f"Callout: roster of {own_team.name}: version 2 rejected, 1 stays in use"
    )
    assert (
        f"The roster {own_team.parameter}, version 2, cannot be used:\n\nline 3, " in notice.message
    )
    assert "contacts[0].phone" in notice.message
    assert "put +86 before it" in notice.message
    assert "Version 1, the last good one, stays in use" in notice.message
    assert "by arn:aws:iam::" in notice.message
    assert f"{own_team.parameter}:last-good" in notice.message
    assert "13800138000" not in notice.message
    assert own_team.labelled == 1


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_any_invalid_text_is_reported_and_the_last_good_version_stays(
    own_team: Team, validate_roster: ModuleType, text: str
) -> None:
    own_team.save(GOOD)
    send_change(validate_roster, own_team)
    own_team.save(text)
    send_change(validate_roster, own_team)

    assert "line 1" in (message := report(own_team).message) or "line 3" in message
    assert own_team.labelled == 1


def test_an_invalid_first_version_is_reported_as_leaving_nobody_to_call(
    own_team: Team, validate_roster: ModuleType
) -> None:
    own_team.save(BROKEN)
    send_change(validate_roster, own_team, "Create")

    notice = report(own_team)

    assert "NO VALID VERSION" in notice.subject
    assert f"a page of team {own_team.name} calls nobody" in notice.message
    assert own_team.labelled is None


def test_a_valid_version_whose_event_was_lost_is_labelled(
    own_team: Team, validate_roster: ModuleType
) -> None:
    for text in (GOOD, BETTER, BROKEN, BROKEN):
        own_team.save(text)
    send_change(validate_roster, own_team)

    assert own_team.labelled == 2
    assert "version 4 rejected, 2 stays in use" in report(own_team).subject


def test_a_version_saved_during_validation_is_not_labelled_without_validation(
    own_team: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    own_team.save(GOOD)
    saved: list[str] = [BROKEN]
    ssm.after["GetParameter"] = lambda: own_team.save(saved.pop()) if saved else None

    send_change(validate_roster, own_team)

    assert saved == []
    assert own_team.labelled == 1


def test_a_label_moved_during_validation_is_not_moved_back(
    own_team: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    own_team.save(GOOD)
    saved: list[str] = [BETTER]

    def save_and_label() -> None:
        if saved:
            own_team.save(saved.pop())
            own_team.label(2)

    ssm.after["GetParameter"] = save_and_label

    send_change(validate_roster, own_team)

    assert own_team.labelled == 2


@pytest.mark.parametrize("copied", [True, False])
def test_a_deleted_roster_is_reported_with_its_consequences(
    own_team: Team, validate_roster: ModuleType, plan_calls: ModuleType, *, copied: bool
) -> None:
    own_team.save(GOOD)
    if copied:
        own_team.plan(plan_calls)
    own_team.delete()
    send_change(validate_roster, own_team, "Delete")

    notice = report(own_team)

    assert notice.subject.startswith(f"Callout: roster of {own_team.name} deleted")
    expected = "a copy of version 1" if copied else "calls nobody"
    assert expected in notice.message
    assert ("aws dynamodb get-item" in notice.message) is copied
    assert f"put-parameter --type String --name {own_team.parameter}" in notice.message


def test_a_roster_deleted_and_saved_again_at_once_is_valid(
    own_team: Team, validate_roster: ModuleType
) -> None:
    own_team.save(GOOD)
    send_change(validate_roster, own_team, "Delete")

    assert own_team.labelled == 1
    assert notifications_about(own_team) == []


def test_a_duplicate_event_is_reported_once(own_team: Team, validate_roster: ModuleType) -> None:
    own_team.save(BROKEN)
    send_change(validate_roster, own_team)
    send_change(validate_roster, own_team)

    assert "rejected" in report(own_team).subject
    assert notifications_about(own_team) == []


def test_every_invalid_save_is_reported(own_team: Team, validate_roster: ModuleType) -> None:
    for _ in range(2):
        own_team.save(BROKEN)
        send_change(validate_roster, own_team)

    assert ["version 1" in notice.subject for notice in notifications_about(own_team)] == [
        True,
        False,
    ]
