"""`callout ack` and `callout resolve`: what they change, and the name they record."""

from __future__ import annotations

import getpass
from dataclasses import replace

import pytest

from callout.aws_session import AwsSession
from callout.errors import CommandError
from callout.incidents import acknowledge
from callout.incidents.store import IncidentQueries
from callout.time_format import format_time
from local.environment import NOWHERE, local_environment
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, timestamp
from tests.cli.incident_table_stack import MINUTE, IncidentStack, call

ID = "5f2c7a10-burns"


def queries(stack: IncidentStack) -> IncidentQueries:
    return IncidentQueries(stack.client("dynamodb"), stack.name)


def test_ack_closes_an_open_incident_by_name(stack: IncidentStack) -> None:
    record = stack.open_incident(ID)

    result = stack.callout("ack", "5f2c", "--by", "Ana")

    known = stack.read(record)
    assert (known.open, known.outcome, known.closed_by) == (False, ACKNOWLEDGED, "Ana")
    assert stack.table.open_ids(record.incident) == []
    assert result.out.startswith(f"{ID} (It burns: {ID}) is acknowledged by Ana at 20")
    assert result.out.endswith(
        " UTC; calls about it end at their next poll, unless they announce other incidents\n"
    )
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize("outcome", [UNANSWERED, FAILED])
def test_ack_of_an_unacknowledged_incident_keeps_its_first_outcome(
    stack: IncidentStack, outcome: str
) -> None:
    record = stack.open_incident(ID)
    stack.close_incident(record, outcome, calls=[call(1, "Li Wei", "no_answer")])
    closed_at = stack.read(record).closed_at

    result = stack.callout("ack", ID, "--by", "Ana")

    known = stack.read(record)
    assert (known.outcome, known.closed_by) == (ACKNOWLEDGED, "Ana")
    assert (known.unacked_at, known.unacked_outcome, len(known.calls)) == (closed_at, outcome, 1)
    assert result.out.endswith(f"; it was reported to SNS at {format_time(closed_at)}\n")
    assert result.code == 0


@pytest.mark.parametrize("outcome", [ACKNOWLEDGED, RESOLVED])
def test_ack_does_not_change_a_closed_incident(stack: IncidentStack, outcome: str) -> None:
    record = stack.open_incident(ID)
    stack.close_incident(record, outcome, "Li Wei")
    before = stack.read(record)
    result = stack.callout("ack", ID, "--by", "Ana")
    assert stack.read(record) == before
    assert f" was already {outcome} by Li Wei at 20" in result.out
    assert result.out.endswith(" UTC: nothing changed\n")
    assert (result.code, result.err) == (0, "")


def test_json_reports_whether_ack_changed_the_incident(stack: IncidentStack) -> None:
    stack.open_incident(ID)
    first = stack.callout("ack", ID, "--by", "Ana", "--json").json
    second = stack.callout("ack", ID, "--by", "Bo", "--json").json
    assert (first["changed"], first["closed_by"], first["state"]) == (True, "Ana", ACKNOWLEDGED)
    assert (second["changed"], second["closed_by"]) == (False, "Ana")


@pytest.mark.parametrize(
    ("acknowledged_by", "outcome"),
    [("", RESOLVED), ("Li Wei", ACKNOWLEDGED)],
    ids=["open", "acknowledged"],
)
def test_resolve_works_once_and_keeps_who_acknowledged(
    stack: IncidentStack, acknowledged_by: str, outcome: str
) -> None:
    record = stack.open_incident(ID)
    if acknowledged_by:
        stack.close_incident(record, ACKNOWLEDGED, acknowledged_by)

    result = stack.callout("resolve", ID, "--by", "Ana")
    again = stack.callout("resolve", ID, "--by", "Bo")

    known = stack.read(record)
    assert (known.open, known.outcome, known.closed_by) == (
        False,
        outcome,
        acknowledged_by or "Ana",
    )
    assert known.resolved_by == "Ana"
    assert acknowledged_by or known.resolved == known.closed_at
    assert " is resolved by Ana at 20" in result.out
    assert " was already resolved by Ana at 20" in again.out
    assert (result.code, again.code) == (0, 0)


@pytest.mark.parametrize(
    ("outcome", "by", "owner"), [(ACKNOWLEDGED, "Li Wei", "Li Wei"), (UNANSWERED, "", "Ana")]
)
def test_ack_after_a_concurrent_close_respects_an_acknowledgement(
    stack: IncidentStack, outcome: str, by: str, owner: str
) -> None:
    seen = stack.open_incident(ID)
    stack.close_incident(seen, outcome, by)
    known, changed = acknowledge.acknowledge(queries(stack), seen, "Ana")
    assert (known.closed_by, changed) == (owner, owner == "Ana")
    assert known.unacked_outcome == ("" if by else UNANSWERED)


@pytest.mark.parametrize("verb", ["ack", "resolve"])
def test_calls_of_the_page_are_recorded_once_after_ack_or_resolve(
    stack: IncidentStack, verb: str
) -> None:
    record = stack.open_incident(ID)
    stack.callout(verb, ID, "--by", "Ana")
    acknowledged = stack.read(record)
    stack.close_incident(record, ACKNOWLEDGED, "Ana", calls=[call(1, "Li Wei", "handled")])
    stack.close_incident(record, ACKNOWLEDGED, "Bo", calls=[call(1, "Bo", "acknowledged")])
    known = stack.read(record)
    assert [made["contact"] for made in known.calls] == ["Li Wei"]
    assert (known.closed_at, known.closed_by) == (acknowledged.closed_at, "Ana")


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::123456789012:user/ops/ana", "ana"),
        ("arn:aws:iam::123456789012:root", "root"),
        (
            "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Ops/ana@example.com",
            "ana@example.com",
        ),
        ("arn:aws:sts::123456789012:federated-user/ana", "ana"),
    ],
)
def test_operator_name_is_read_from_the_arn(arn: str, name: str) -> None:
    assert acknowledge.name_from_arn(arn) == name


def test_default_name_comes_from_iam(stack: IncidentStack) -> None:
    record = stack.open_incident(ID)
    stack.callout("ack", ID)
    assert (
        stack.read(record).closed_by == "root"
    )  # the emulator treats every key as the root user's


def test_default_name_without_iam_is_the_local_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in local_environment(NOWHERE).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    aws = AwsSession(endpoint_url=None, region=None, profile=None)
    assert acknowledge.operator_name(aws, None) == getpass.getuser()


@pytest.mark.parametrize("by", ["", " \x1b\n", "x" * 65])
def test_invalid_name_is_rejected(stack: IncidentStack, by: str) -> None:
    record = stack.open_incident(ID)
    result = stack.callout("ack", ID, "--by", by)
    assert result.error_line.startswith("callout: --by ")
    assert stack.read(record).open


def test_control_characters_are_removed_from_a_name(stack: IncidentStack) -> None:
    record = stack.open_incident(ID)
    result = stack.callout("ack", ID, "--by", "Ana \x1b[2J[red]\u202e")
    assert stack.read(record).closed_by == "Ana [2J[red]"
    assert "\x1b" not in result.out


def test_second_delivery_does_not_reopen_an_acknowledged_incident(
    stack: IncidentStack,
) -> None:
    record = stack.open_incident(ID)
    stack.callout("ack", ID, "--by", "Ana")
    late = stack.now + 60 * MINUTE
    second = replace(record, execution="2", opened=timestamp(late), claimed_until=late)
    assert not stack.table.open(second, now=late, expires_at=late)


def test_given_name_needs_no_iam_request() -> None:
    class NoAws:
        def client(self, service: str) -> None:
            raise AssertionError(service)

    assert acknowledge.operator_name(NoAws(), "Ana") == "Ana"  # type: ignore[arg-type]
    with pytest.raises(CommandError):
        acknowledge.operator_name(NoAws(), " ")  # type: ignore[arg-type]
