"""Daily validation, repeated notifications, and failures of AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from adapters import roster_notifications
from local.environment import LOOPBACK, free_port
from tests.roster_validation.sample_rosters import BETTER, BROKEN, GOOD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.faults.proxy import FaultProxy, Refusal
    from tests.roster_validation.conftest import IsolatedTeam


def test_the_daily_run_validates_and_labels_every_roster(own_team: IsolatedTeam) -> None:
    own_team.save(GOOD)
    own_team.validate_all()

    assert own_team.labelled == 1


def test_an_unchanged_problem_is_reported_again_after_a_day(
    own_team: IsolatedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_team.edit(BROKEN)
    first = own_team.notification()
    own_team.validate_all()
    too_soon = own_team.notifications()
    monkeypatch.setattr(roster_notifications, "RENOTIFY_SECONDS", 0)
    own_team.validate_all()

    assert "once a day" not in first.message
    assert too_soon == []
    assert "repeated once a day until it is fixed" in own_team.notification().message


def test_a_missing_roster_of_a_configured_team_is_reported_once_a_day(
    own_team: IsolatedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS", f"{own_team.name}")
    own_team.validate_all()
    own_team.validate_all()

    assert "was deleted" in own_team.notification().message
    assert own_team.notifications() == []


def test_a_failure_for_one_roster_does_not_stop_the_others(
    own_team: IsolatedTeam, ssm: FaultProxy
) -> None:
    own_team.save(GOOD)
    other = replace(own_team, name=f"{own_team.name}-other")
    other.save(GOOD)

    def refuse_one(_operation: str, request: Mapping[str, Any]) -> Refusal | None:
        return (500, "InternalServerError") if request.get("Name") == own_team.parameter else None

    ssm.refuse = refuse_one
    with pytest.raises(ClientError, match="InternalServerError"):
        own_team.validate_all()

    assert (own_team.labelled, other.labelled) == (None, 1)
    other.delete()


@pytest.mark.parametrize("operation", ["GetParameter", "LabelParameterVersion"])
def test_errors_are_raised_so_that_lambda_retries(
    own_team: IsolatedTeam, ssm: FaultProxy, operation: str
) -> None:
    own_team.save(GOOD)
    ssm.refuse = lambda called, _: (500, "InternalServerError") if called == operation else None

    with pytest.raises(ClientError, match="InternalServerError"):
        own_team.send_change()


def test_a_failed_notification_is_sent_again(
    own_team: IsolatedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_team.save(BROKEN)
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SNS", f"http://{LOOPBACK}:{free_port()}")
        client = own_team.validate_roster.client
        notifier = own_team.validate_roster.RosterNotifier(client("sns"), client("dynamodb"))
        patch.setattr(own_team.validate_roster, "notifier", notifier)
        with pytest.raises(EndpointConnectionError):
            own_team.send_change()
    own_team.send_change()

    assert "rejected" in own_team.notification().subject


def test_a_missing_table_does_not_stop_a_notification(
    own_team: IsolatedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")
    own_team.edit(BROKEN)

    assert "rejected" in own_team.notification().subject


def test_a_roster_that_cannot_be_decrypted_is_reported_with_a_fix(
    own_team: IsolatedTeam, ssm: FaultProxy
) -> None:
    own_team.edit(GOOD)
    own_team.save(BETTER, "SecureString")
    ssm.refuse = lambda _, request: (400, "InvalidKeyId") if request.get("WithDecryption") else None

    own_team.send_change()

    report = own_team.notification()
    assert (
        "cannot be decrypted (InvalidKeyId); save it with the key alias/aws/ssm" in report.message
    )
    assert "1 stays in use" in report.subject
    assert own_team.labelled == 1
