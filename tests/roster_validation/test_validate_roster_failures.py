"""Promises of validate_roster: a daily look without nagging, and what fails is tried again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from adapters import roster_notifications
from local.environment import LOOPBACK, free_port
from tests.roster_validation.sample_rosters import BETTER, BROKEN, GOOD
from tests.roster_validation.send_change_event import about, changed, report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

    from local.faults.proxy import FaultProxy, Refusal
    from tests.roster_validation.conftest import Team

EVERY_ROSTER = {"check": "every roster"}


def test_once_a_day_every_roster_is_looked_at_and_labelled(
    alone: Team, validate_roster: ModuleType
) -> None:
    alone.save(GOOD)
    validate_roster.handler(EVERY_ROSTER, None)

    assert alone.labelled == 1


def test_what_has_not_changed_is_told_again_a_day_later_and_not_before(
    alone: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.save(BROKEN)
    changed(validate_roster, alone)
    first = report(alone)
    validate_roster.handler(EVERY_ROSTER, None)
    too_soon = about(alone)
    monkeypatch.setattr(roster_notifications, "RENOTIFY_SECONDS", 0)
    validate_roster.handler(EVERY_ROSTER, None)

    assert "once a day" not in first.message
    assert too_soon == []
    assert "repeated once a day until it is fixed" in report(alone).message


def test_a_roster_of_the_settings_that_is_not_there_is_told_once_a_day(
    alone: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS", f"{alone.name}")
    validate_roster.handler(EVERY_ROSTER, None)
    validate_roster.handler(EVERY_ROSTER, None)

    assert "is not there any more" in report(alone).message
    assert about(alone) == []


def test_one_roster_that_cannot_be_looked_at_hinders_no_other(
    alone: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    alone.save(GOOD)
    other = type(alone)(alone.system, f"{alone.name}-other", alone.prefix)
    other.save(GOOD)

    def only_the_first(_operation: str, given: Mapping[str, Any]) -> Refusal | None:
        return (500, "InternalServerError") if given.get("Name") == alone.parameter else None

    ssm.refuse = only_the_first
    with pytest.raises(ClientError, match="InternalServerError"):
        validate_roster.handler(EVERY_ROSTER, None)

    assert (alone.labelled, other.labelled) == (None, 1)
    other.delete()


@pytest.mark.parametrize("operation", ["GetParameter", "LabelParameterVersion"])
def test_what_fails_is_raised_so_that_lambda_tries_again(
    alone: Team, validate_roster: ModuleType, ssm: FaultProxy, operation: str
) -> None:
    alone.save(GOOD)
    ssm.refuse = lambda asked, _: (500, "InternalServerError") if asked == operation else None

    with pytest.raises(ClientError, match="InternalServerError"):
        changed(validate_roster, alone)


def test_a_message_that_sns_does_not_take_is_not_taken_for_told(
    alone: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.save(BROKEN)
    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_SNS", f"http://{LOOPBACK}:{free_port()}")
        patch.setattr(validate_roster, "sns", validate_roster.client("sns"))
        with pytest.raises(EndpointConnectionError):
            changed(validate_roster, alone)
    changed(validate_roster, alone)

    assert "refused" in report(alone).subject


def test_a_table_that_is_not_there_hinders_no_message(
    alone: Team, validate_roster: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")
    alone.save(BROKEN)
    changed(validate_roster, alone)

    assert "refused" in report(alone).subject


def test_a_roster_under_a_key_that_we_may_not_use_is_told_with_the_way_out(
    alone: Team, validate_roster: ModuleType, ssm: FaultProxy
) -> None:
    alone.save(GOOD)
    changed(validate_roster, alone)
    alone.save(BETTER, "SecureString")
    ssm.refuse = lambda _, given: (400, "InvalidKeyId") if given.get("WithDecryption") else None

    changed(validate_roster, alone)

    told = report(alone)
    assert "cannot be decrypted (InvalidKeyId); save it with the key alias/aws/ssm" in told.message
    assert "1 stays in use" in told.subject
    assert alone.labelled == 1
