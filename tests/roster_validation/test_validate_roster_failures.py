"""Daily validation, repeated notifications, and failures of AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from adapters import roster_notifications
from local.environment import LOOPBACK, free_port
from tests.roster_validation.sample_rosters import BETTER, BROKEN, GOOD
from tests.roster_validation.send_change_event import notifications_about, report, send_change

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from local.faults.proxy import FaultProxy, Refusal
    from tests.roster_validation.conftest import Team

EVERY_ROSTER = {"check": "every roster"}


def test_the_daily_run_validates_and_labels_every_roster(
    own_team: Team, validate_roster: ModuleType
) -> None:
    own_team.save(GOOD)
    validate_roster.handler(EVERY_ROSTER, None)

    assert own_team.labelled == 1


def test_an_unchanged_problem_is_reported_again_after_a_day(
    own_team: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_team.save(BROKEN)
    send_change(validate_roster, own_team)
    first = report(own_team)
    validate_roster.handler(EVERY_ROSTER, None)
    too_soon = notifications_about(own_team)
    monkeypatch.setattr(roster_notifications, "RENOTIFY_SECONDS", 0)
    validate_roster.handler(EVERY_ROSTER, None)

    assert "once a day" not in first.message
    assert too_soon == []
    assert "repeated once a day until it is fixed" in report(own_team).message


def test_a_missing_roster_of_a_configured_team_is_reported_once_a_day(
    own_team: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS", f"{own_team.name}")
    validate_roster.handler(EVERY_ROSTER, None)
    validate_roster.handler(EVERY_ROSTER, None)

    assert "was deleted" in report(own_team).message
    assert notifications_about(own_team) == []


def test_a_failure_for_one_roster_does_not_stop_the_others(
    own_team: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    own_team.save(GOOD)
    other = type(own_team)(own_team.system, f"{own_team.name}-other", own_team.prefix)
    other.save(GOOD)

    def refuse_one(_operation: str, request: Mapping[str, Any]) -> Refusal | None:
        return (500, "InternalServerError") if request.get("Name") == own_team.parameter else None

    ssm.refuse = refuse_one
    with pytest.raises(ClientError, match="InternalServerError"):
        validate_roster.handler(EVERY_ROSTER, None)

    assert (own_team.labelled, other.labelled) == (None, 1)
    other.delete()


@pytest.mark.parametrize("operation", ["GetParameter", "LabelParameterVersion"])
def test_errors_are_raised_so_that_lambda_retries(
    own_team: Team, validate_roster: ModuleType, ssm: FaultProxy, operation: str
) -> None:
    own_team.save(GOOD)
    ssm.refuse = lambda called, _: (500, "InternalServerError") if called == operation else None

    with pytest.raises(ClientError, match="InternalServerError"):
        send_change(validate_roster, own_team)


def test_a_failed_notification_is_sent_again(
    own_team: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_team.save(BROKEN)
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SNS", f"http://{LOOPBACK}:{free_port()}")
        client = validate_roster.client
        notifier = validate_roster.RosterNotifier(client("sns"), client("dynamodb"))
        patch.setattr(validate_roster, "notifier", notifier)
        with pytest.raises(EndpointConnectionError):
            send_change(validate_roster, own_team)
    send_change(validate_roster, own_team)

    assert "rejected" in report(own_team).subject


def test_a_missing_table_does_not_stop_a_notification(
    own_team: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")
    own_team.save(BROKEN)
    send_change(validate_roster, own_team)

    assert "rejected" in report(own_team).subject


def test_a_roster_that_cannot_be_decrypted_is_reported_with_a_fix(
    own_team: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    own_team.save(GOOD)
    send_change(validate_roster, own_team)
    own_team.save(BETTER, "SecureString")
    ssm.refuse = lambda _, request: (400, "InvalidKeyId") if request.get("WithDecryption") else None

    send_change(validate_roster, own_team)

    notice = report(own_team)
    assert (
        "cannot be decrypted (InvalidKeyId); save it with the key alias/aws/ssm" in notice.message
    )
    assert "1 stays in use" in notice.subject
    assert own_team.labelled == 1
