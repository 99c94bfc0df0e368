"""plan_calls uses the best available roster, whatever is wrong with the roster or AWS."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.environment import LOOPBACK, free_port
from tests.functions.invoke import imported
from tests.monitoring.emf import metric, written
from tests.roster_validation.sample_rosters import ANA, BROKEN, GOOD

if TYPE_CHECKING:
    from local.faults.proxy import FaultProxy, Refusal
    from tests.roster_validation.conftest import IsolatedTeam

OUTAGES: list[Refusal] = [
    (400, "ThrottlingException"),
    (500, "InternalServerError"),
    (503, "ServiceUnavailable"),
    (400, "AccessDeniedException"),
]


def numbers(answer: dict[str, Any]) -> list[str]:
    """Return the numbers that a plan calls."""
    phones: list[str] = answer["plan"]["numbers"]
    return phones


def notification_text(answer: dict[str, Any]) -> str:
    """Return the text of the notification about the incident."""
    return str(answer["announcement"]["email"]["incident"])


def test_after_an_invalid_edit_the_last_good_version_is_used_and_mentioned(
    own_team: IsolatedTeam, capsys: pytest.CaptureFixture[str]
) -> None:
    own_team.save(GOOD)
    own_team.label(1)
    own_team.save(BROKEN)

    answer = own_team.plan()

    assert numbers(answer) == [ANA]
    assert answer["plan"]["roster"] == {"source": "last-good", "version": 1}
    assert "version 1 of the roster, the last good one" in notification_text(answer)
    assert "version 2:\nline 3" in notification_text(answer)
    assert "last good" not in str(answer["announcement"]["messages"])
    assert written(capsys) == {metric("RosterFallback"): 1}


def test_the_fallback_is_mentioned_in_the_rosters_language(own_team: IsolatedTeam) -> None:
    own_team.save(f"{GOOD}language: zh-CN\n")
    own_team.label(1)
    own_team.save(BROKEN)

    assert "第 1 版" in notification_text(own_team.plan())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (BROKEN, "{} cannot be used: version 1:\nline 3"),
        (None, "there is no parameter {}"),
    ],
)
def test_without_a_good_version_the_plan_has_no_calls_and_a_reason(
    own_team: IsolatedTeam,
    capsys: pytest.CaptureFixture[str],
    text: str | None,
    reason: str,
) -> None:
    if text:
        own_team.save(text)

    answer = own_team.plan()

    assert answer["plan"]["count"] == 0
    assert reason.format(own_team.parameter) in answer["progress"]["reason"]
    assert written(capsys).keys() == {metric("RosterUnusable"), metric("NobodyCalled")}


def test_a_version_that_was_used_but_never_labelled_is_available_as_the_copy(
    own_team: IsolatedTeam,
) -> None:
    own_team.save(GOOD)
    own_team.plan()
    own_team.save(BROKEN)

    answer = own_team.plan()

    assert numbers(answer) == [ANA]
    assert answer["plan"]["roster"] == {"source": "copy", "version": 1}


@pytest.mark.parametrize("refusal", OUTAGES, ids=str)
def test_while_ssm_fails_the_copy_is_used_at_once(
    own_team: IsolatedTeam, ssm: FaultProxy, refusal: Refusal
) -> None:
    own_team.save(GOOD)
    own_team.plan()
    ssm.refuse = lambda _operation, _request: refusal

    answer = own_team.plan()

    assert numbers(answer) == [ANA]
    assert answer["plan"]["roster"] == {"source": "copy", "version": 1}
    assert f"SSM could not return {own_team.parameter} ({refusal[1]})" in notification_text(answer)
    assert ssm.operations.count("GetParameter") <= 3, "retries delay the calls"


def test_a_single_failed_request_is_retried(own_team: IsolatedTeam, ssm: FaultProxy) -> None:
    own_team.save(GOOD)
    refusals: list[Refusal] = [(500, "InternalServerError")]
    ssm.refuse = lambda _operation, _request: refusals.pop() if refusals else None

    answer = own_team.plan()

    assert answer["plan"]["roster"] == {"source": "latest", "version": 1}
    assert "roster" not in notification_text(answer)


def test_while_ssm_is_unreachable_the_copy_is_used(
    own_team: IsolatedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_team.save(GOOD)
    own_team.plan()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", f"http://{LOOPBACK}:{free_port()}")
    monkeypatch.setattr(own_team.plan_calls, "ssm", own_team.plan_calls.client("ssm"))

    answer = own_team.plan()

    assert numbers(answer) == [ANA]
    assert "(EndpointConnectionError)" in notification_text(answer)


@pytest.mark.parametrize("unusable", ["", "contacts: []"])
def test_without_a_usable_roster_the_fallback_team_is_called(
    own_team: IsolatedTeam, unusable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fallback = replace(own_team, name=f"{own_team.name}-fallback")
    monkeypatch.setenv("FALLBACK_TEAM", fallback.name)
    if unusable:
        own_team.save(unusable)
    fallback.save(GOOD)

    answer = own_team.plan()

    fallback.delete()
    assert numbers(answer) == [ANA]
    assert answer["incident"]["team"] == own_team.name  # the page holds the lock of this team
    assert f"For team {own_team.name}, which has no roster" in notification_text(answer)
    assert own_team.parameter in answer["plan"]["fallback_note"]
    assert own_team.copy is None


def test_without_a_copy_the_error_is_raised_for_a_retry(
    own_team: IsolatedTeam, ssm: FaultProxy, capsys: pytest.CaptureFixture[str]
) -> None:
    own_team.save(GOOD)
    ssm.refuse = lambda _operation, _request: (400, "ThrottlingException")

    with pytest.raises(ClientError, match="ThrottlingException"):
        own_team.plan()

    assert written(capsys) == {metric("DependencyErrors"): 1}


def test_with_all_services_down_the_error_is_raised_for_a_retry(own_team: IsolatedTeam) -> None:
    closed_endpoint = f"http://{LOOPBACK}:{free_port()}"
    environment = {
        "AWS_ENDPOINT_URL_SSM": closed_endpoint,
        "ROSTER_PREFIX": own_team.prefix,
        "INCIDENT_TABLE": "Incidents",
    }
    with (
        imported("plan_calls", closed_endpoint, environment) as module,
        pytest.raises(EndpointConnectionError),
    ):
        own_team.plan(module)


def test_a_missing_table_does_not_stop_a_page(
    own_team: IsolatedTeam, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")
    own_team.save(GOOD)

    assert numbers(own_team.plan()) == [ANA]


def test_the_copy_is_the_text_and_expires(own_team: IsolatedTeam) -> None:
    own_team.save(GOOD)
    own_team.plan()

    copy = own_team.copy

    assert copy is not None
    assert copy["text"] == {"S": GOOD}
    seconds = int(copy["expires_at"]["N"]) - int(copy["cached_at"]["N"])
    assert 7 <= seconds / 86_400 <= 365


def test_a_page_that_uses_the_copy_does_not_renew_it(own_team: IsolatedTeam) -> None:
    own_team.save(GOOD)
    own_team.plan()
    before = own_team.copy
    own_team.delete()
    own_team.plan()

    assert own_team.copy == before


def test_an_invalid_copy_is_not_used(own_team: IsolatedTeam) -> None:
    own_team.system.client("dynamodb").put_item(
        TableName=own_team.system.deployment.incident_table_name,
        Item={
            "pk": {"S": f"roster#{own_team.name}"},
            "sk": {"S": "copy"},
            "text": {"S": BROKEN},
            "version": {"N": "4"},
            "cached_at": {"N": "1767000000"},
        },
    )

    answer = own_team.plan()

    assert answer["plan"]["count"] == 0
    assert "the copy of version 4:\nline 3" in answer["progress"]["reason"]


def test_an_encrypted_roster_is_read(own_team: IsolatedTeam) -> None:
    own_team.save(GOOD, "SecureString")
    own_team.label(1)
    own_team.save(BROKEN, "SecureString")

    assert numbers(own_team.plan()) == [ANA]
