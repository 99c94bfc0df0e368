"""Promises of plan_calls: whatever is wrong with roster or AWS, the best there is is called by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from local.environment import LOOPBACK, free_port
from tests.functions.invoke import imported
from tests.monitoring.emf import metric, written
from tests.roster_validation.sample_rosters import ANA, BETTER, BROKEN, GOOD, LI_WEI

if TYPE_CHECKING:
    from types import ModuleType

    from local.faults.proxy import FaultProxy, Refusal
    from tests.roster_validation.conftest import Team

ILL: list[Refusal] = [
    (400, "ThrottlingException"),
    (500, "InternalServerError"),
    (503, "ServiceUnavailable"),
    (400, "AccessDeniedException"),
]


def numbers(answer: dict[str, Any]) -> list[str]:
    """Give whom a plan calls."""
    found: list[str] = answer["plan"]["numbers"]
    return found


def told(answer: dict[str, Any]) -> str:
    """Give what a notification will say of the incident."""
    return str(answer["announcement"]["email"]["incident"])


def test_an_edit_takes_effect_with_the_next_page(alone: Team, plan_calls: ModuleType) -> None:
    alone.save(GOOD)
    before = alone.plan(plan_calls)
    alone.save(BETTER)
    after = alone.plan(plan_calls)

    assert (numbers(before), numbers(after)) == ([ANA], [LI_WEI])
    assert after["plan"]["roster"] == {"source": "latest", "version": 2}
    assert "roster" not in told(after)


def test_a_broken_edit_leaves_the_last_good_version_and_the_page_says_so(
    alone: Team, plan_calls: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    alone.save(GOOD)
    alone.label(1)
    alone.save(BROKEN)

    answer = alone.plan(plan_calls)

    assert numbers(answer) == [ANA]
    assert answer["plan"]["roster"] == {"source": "last-good", "version": 1}
    assert "version 1 of the roster, the last good one" in told(answer)
    assert "version 2:\nline 3" in told(answer)
    assert "last good" not in str(answer["announcement"]["messages"])
    assert written(capsys) == {metric("RosterFallback"): 1}


def test_the_notification_says_it_in_the_rosters_language(
    alone: Team, plan_calls: ModuleType
) -> None:
    alone.save(f"{GOOD}language: zh-CN\n")
    alone.label(1)
    alone.save(BROKEN)

    assert "第 1 版" in told(alone.plan(plan_calls))


def test_without_a_good_version_there_is_a_plan_of_no_calls_that_says_why(
    alone: Team, plan_calls: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    alone.save(BROKEN)

    answer = alone.plan(plan_calls)

    assert answer["plan"]["count"] == 0
    assert f"{alone.parameter} cannot be used: version 1:\nline 3" in answer["progress"]["reason"]
    assert written(capsys).keys() == {metric("RosterUnusable"), metric("NobodyCalled")}


def test_a_version_that_was_paged_by_but_never_labelled_is_not_lost(
    alone: Team, plan_calls: ModuleType
) -> None:
    alone.save(GOOD)
    alone.plan(plan_calls)
    alone.save(BROKEN)

    answer = alone.plan(plan_calls)

    assert numbers(answer) == [ANA]
    assert answer["plan"]["roster"] == {"source": "copy", "version": 1}


def test_a_deleted_roster_leaves_the_copy_of_the_last_page_and_the_page_says_so(
    alone: Team, plan_calls: ModuleType
) -> None:
    alone.save(GOOD)
    alone.plan(plan_calls)
    alone.delete()

    answer = alone.plan(plan_calls)

    assert numbers(answer) == [ANA]
    assert f"there is no parameter {alone.parameter}" in told(answer)


def test_a_roster_that_never_was_is_said_to_be_missing(alone: Team, plan_calls: ModuleType) -> None:
    answer = alone.plan(plan_calls)

    assert answer["plan"]["count"] == 0
    assert f"there is no parameter {alone.parameter}" in answer["progress"]["reason"]


@pytest.mark.parametrize("refusal", ILL, ids=str)
def test_while_parameter_store_is_ill_pages_go_by_the_copy_at_once(
    alone: Team, plan_calls: ModuleType, ssm: FaultProxy, refusal: Refusal
) -> None:
    alone.save(GOOD)
    alone.plan(plan_calls)
    ssm.refuse = lambda _operation, _given: refusal

    answer = alone.plan(plan_calls)

    assert numbers(answer) == [ANA]
    assert answer["plan"]["roster"] == {"source": "copy", "version": 1}
    assert f"SSM did not give {alone.parameter} ({refusal[1]})" in told(answer)
    assert ssm.operations.count("GetParameter") <= 3, "waiting costs the person time"


def test_a_fault_that_passes_at_the_second_try_is_not_noticed(
    alone: Team, plan_calls: ModuleType, ssm: FaultProxy
) -> None:
    alone.save(GOOD)
    refusals: list[Refusal] = [(500, "InternalServerError")]
    ssm.refuse = lambda _operation, _given: refusals.pop() if refusals else None

    assert alone.plan(plan_calls)["plan"]["roster"]["source"] == "latest"


def test_while_parameter_store_cannot_be_reached_pages_go_by_the_copy(
    alone: Team, plan_calls: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone.save(GOOD)
    alone.plan(plan_calls)
    with monkeypatch.context() as patch:
        patch.setattr(plan_calls, "ssm", closed(plan_calls, patch))

        answer = alone.plan(plan_calls)

    assert numbers(answer) == [ANA]
    assert "(EndpointConnectionError)" in told(answer)


def closed(plan_calls: ModuleType, patch: pytest.MonkeyPatch) -> object:
    """Give a client of a Parameter Store that nobody listens at."""
    patch.setenv("AWS_ENDPOINT_URL_SSM", f"http://{LOOPBACK}:{free_port()}")
    client: object = plan_calls.client("ssm")
    return client


def test_without_a_copy_the_state_machine_tries_again(
    alone: Team, plan_calls: ModuleType, ssm: FaultProxy, capsys: pytest.CaptureFixture[str]
) -> None:
    alone.save(GOOD)
    ssm.refuse = lambda _operation, _given: (400, "ThrottlingException")

    with pytest.raises(ClientError, match="ThrottlingException"):
        alone.plan(plan_calls)

    assert written(capsys) == {metric("DependencyErrors"): 1}


def test_with_everything_down_the_state_machine_tries_again(alone: Team) -> None:
    nobody_there = f"http://{LOOPBACK}:{free_port()}"
    environment = {"ROSTER_PREFIX": alone.prefix, "INCIDENT_TABLE": "Incidents"}
    with (
        imported("plan_calls", nobody_there, environment) as module,
        pytest.raises(EndpointConnectionError),
    ):
        alone.plan(module)


def test_a_table_that_is_not_there_hinders_no_page(
    alone: Team, plan_calls: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INCIDENT_TABLE", "not-deployed")
    alone.save(GOOD)

    assert numbers(alone.plan(plan_calls)) == [ANA]


def test_the_copy_is_the_text_and_is_forgotten_in_time(alone: Team, plan_calls: ModuleType) -> None:
    alone.save(GOOD)
    alone.plan(plan_calls)

    copy = alone.copy

    assert copy is not None
    assert copy["text"] == {"S": GOOD}
    kept = int(copy["expires_at"]["N"]) - int(copy["cached_at"]["N"])
    assert 7 <= kept / 86_400 <= 365


def test_a_page_by_the_copy_makes_the_copy_no_younger(alone: Team, plan_calls: ModuleType) -> None:
    alone.save(GOOD)
    alone.plan(plan_calls)
    before = alone.copy
    alone.delete()
    alone.plan(plan_calls)

    assert alone.copy == before


def test_a_copy_that_can_no_longer_be_read_is_not_called_by(
    alone: Team, plan_calls: ModuleType
) -> None:
    alone.system.client("dynamodb").put_item(
        TableName=alone.system.deployment.incident_table_name,
        Item={
            "pk": {"S": f"roster#{alone.name}"},
            "sk": {"S": "copy"},
            "text": {"S": BROKEN},
            "version": {"N": "4"},
            "cached_at": {"N": "1767000000"},
        },
    )

    answer = alone.plan(plan_calls)

    assert answer["plan"]["count"] == 0
    assert "the copy of version 4:\nline 3" in answer["progress"]["reason"]


def test_an_encrypted_roster_is_read_like_any_other(alone: Team, plan_calls: ModuleType) -> None:
    alone.save(GOOD, "SecureString")
    alone.label(1)
    alone.save(BROKEN, "SecureString")

    assert numbers(alone.plan(plan_calls)) == [ANA]
