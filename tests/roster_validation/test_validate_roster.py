"""validate_roster labels a valid version and reports an invalid one, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.roster_validation.sample_rosters import BAD, BETTER, BROKEN, GOOD

if TYPE_CHECKING:
    from local.faults.proxy import FaultProxy
    from tests.roster_validation.conftest import IsolatedTeam


@pytest.mark.parametrize("kind", ["String", "SecureString"])
def test_a_valid_version_is_labelled_without_a_notification(
    own_team: IsolatedTeam, kind: str
) -> None:
    own_team.save(GOOD, kind)
    own_team.send_change("Create")
    first = own_team.labelled
    own_team.edit(BETTER, kind)

    assert (first, own_team.labelled) == (1, 2)
    assert own_team.notifications() == []


def test_an_invalid_version_is_reported_with_the_version_in_use(own_team: IsolatedTeam) -> None:
    own_team.edit(GOOD)
    own_team.edit(BROKEN)

    report = own_team.notification()

    assert (
        report.subject == f"Callout: roster of {own_team.name}: version 2 rejected, 1 stays in use"
    )
    assert (
        f"The roster {own_team.parameter}, version 2, cannot be used:\n\nline 3, " in report.message
    )
    assert "contacts[0].phone" in report.message
    assert "put +86 before it" in report.message
    assert "Version 1, the last good one, stays in use" in report.message
    assert "by arn:aws:iam::" in report.message
    assert f"{own_team.parameter}:last-good" in report.message
    assert "13800138000" not in report.message
    assert own_team.labelled == 1


def test_a_mute_that_would_last_for_years_is_reported(own_team: IsolatedTeam) -> None:
    own_team.edit(GOOD)
    own_team.edit(f"{GOOD}mutes: [{{match: a, until: 2199-01-01T09:00, reason: forever}}]\n")

    assert "mutes[0].until: is more than 30 days after now" in own_team.notification().message
    assert own_team.labelled == 1


def test_a_version_with_gaps_is_labelled_and_reported_once(own_team: IsolatedTeam) -> None:
    rotation = "name: office, members: [Ana], starts: 2026-01-05T09:00, every: 1w"
    text = f"{GOOD}escalation: [office]\nrotations: [{{{rotation}, hours: Mon 09:00-17:00}}]\n"
    own_team.edit(text)
    own_team.send_change("Update")

    [report] = own_team.notifications()
    assert report.subject == f"Callout: roster of {own_team.name}: version 1 used, with gaps"
    assert "17:00 to Mon " in report.message
    assert "more within a year" in report.message
    assert own_team.labelled == 1


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_any_invalid_text_is_reported_and_the_last_good_version_stays(
    own_team: IsolatedTeam, text: str
) -> None:
    own_team.edit(GOOD)
    own_team.edit(text)

    assert "line 1" in (message := own_team.notification().message) or "line 3" in message
    assert own_team.labelled == 1


def test_an_invalid_first_version_is_reported_as_leaving_nobody_to_call(
    own_team: IsolatedTeam,
) -> None:
    own_team.save(BROKEN)
    own_team.send_change("Create")

    report = own_team.notification()

    assert "NO VALID VERSION" in report.subject
    assert f"a page of team {own_team.name} calls nobody" in report.message
    assert own_team.labelled is None


def test_a_valid_version_whose_event_was_lost_is_labelled(own_team: IsolatedTeam) -> None:
    for text in (GOOD, BETTER, BROKEN, BROKEN):
        own_team.save(text)
    own_team.send_change()

    assert own_team.labelled == 2
    assert "version 4 rejected, 2 stays in use" in own_team.notification().subject


def test_a_version_saved_during_validation_is_not_labelled_without_validation(
    own_team: IsolatedTeam, ssm: FaultProxy
) -> None:
    own_team.save(GOOD)
    saved: list[str] = [BROKEN]
    ssm.after["GetParameter"] = lambda: own_team.save(saved.pop()) if saved else None

    own_team.send_change()

    assert saved == []
    assert own_team.labelled == 1


def test_a_label_moved_during_validation_is_not_moved_back(
    own_team: IsolatedTeam, ssm: FaultProxy
) -> None:
    own_team.save(GOOD)
    saved: list[str] = [BETTER]

    def save_and_label() -> None:
        if saved:
            own_team.save(saved.pop())
            own_team.label(2)

    ssm.after["GetParameter"] = save_and_label

    own_team.send_change()

    assert own_team.labelled == 2


@pytest.mark.parametrize("copied", [True, False])
def test_a_deleted_roster_is_reported_with_its_consequences(
    own_team: IsolatedTeam, *, copied: bool
) -> None:
    own_team.save(GOOD)
    if copied:
        own_team.plan()
    own_team.delete()
    own_team.send_change("Delete")

    report = own_team.notification()

    assert report.subject.startswith(f"Callout: roster of {own_team.name} deleted")
    expected = "a copy of version 1" if copied else "calls nobody"
    assert expected in report.message
    assert ("aws dynamodb get-item" in report.message) is copied
    assert f"put-parameter --type String --name {own_team.parameter}" in report.message


def test_a_roster_deleted_and_saved_again_at_once_is_valid(own_team: IsolatedTeam) -> None:
    own_team.save(GOOD)
    own_team.send_change("Delete")

    assert own_team.labelled == 1
    assert own_team.notifications() == []


def test_a_duplicate_event_is_reported_once(own_team: IsolatedTeam) -> None:
    own_team.edit(BROKEN)
    own_team.send_change()

    assert "rejected" in own_team.notification().subject
    assert own_team.notifications() == []


def test_every_invalid_save_is_reported(own_team: IsolatedTeam) -> None:
    for _ in range(2):
        own_team.edit(BROKEN)

    assert ["version 1" in report.subject for report in own_team.notifications()] == [
        True,
        False,
    ]
