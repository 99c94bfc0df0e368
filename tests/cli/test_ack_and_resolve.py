"""`callout ack` and `callout resolve`: what is noted, what is left alone, and by whose name."""

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
from tests.cli.incident_table_stack import MINUTE, TableAlone, call

ID = "5f2c7a10-burns"


def history(alone: TableAlone) -> IncidentQueries:
    return IncidentQueries(alone.client("dynamodb"), alone.name)


def test_an_open_incident_is_taken_by_name_and_is_open_no_more(alone: TableAlone) -> None:
    record = alone.opens(ID)

    done = alone.callout("ack", "5f2c", "--by", "Ana")

    known = alone.known(record)
    assert (known.open, known.outcome, known.closed_by) == (False, ACKNOWLEDGED, "Ana")
    assert alone.table.open_ids(record.incident) == []
    assert done.out.startswith(f"{ID} (It burns: {ID}) is acknowledged by Ana at 20")
    assert done.out.endswith(
        " UTC; calls about it end at their next poll, unless they announce other incidents\n"
    )
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("outcome", [UNANSWERED, FAILED])
def test_what_sns_was_told_of_can_be_taken_and_that_it_was_told_stays_known(
    alone: TableAlone, outcome: str
) -> None:
    record = alone.opens(ID)
    alone.ends(record, outcome, calls=[call(1, "Li Wei", "no_answer")])
    told = alone.known(record).closed_at

    done = alone.callout("ack", ID, "--by", "Ana")

    known = alone.known(record)
    assert (known.outcome, known.closed_by) == (ACKNOWLEDGED, "Ana")
    assert (known.unacked_at, known.unacked_outcome, len(known.calls)) == (told, outcome, 1)
    assert done.out.endswith(f"; SNS reported it as unacknowledged at {format_time(told)}\n")
    assert done.code == 0


@pytest.mark.parametrize("outcome", [ACKNOWLEDGED, RESOLVED])
def test_what_somebody_has_is_not_taken_from_them(alone: TableAlone, outcome: str) -> None:
    record = alone.opens(ID)
    alone.ends(record, outcome, "Li Wei")
    before = alone.known(record)
    done = alone.callout("ack", ID, "--by", "Ana")
    assert alone.known(record) == before
    assert f" was already {outcome} by Li Wei at 20" in done.out
    assert done.out.endswith(" UTC: nothing changed\n")
    assert (done.code, done.err) == (0, "")


def test_json_says_whether_anything_was_changed(alone: TableAlone) -> None:
    alone.opens(ID)
    first = alone.callout("ack", ID, "--by", "Ana", "--json").json
    second = alone.callout("ack", ID, "--by", "Bo", "--json").json
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    assert (first["changed"], first["closed_by"], first["state"]) == (True, "Ana", ACKNOWLEDGED)
    assert (second["changed"], second["closed_by"]) == (False, "Ana")


@pytest.mark.parametrize(
    ("taken_by", "outcome"), [("", RESOLVED), ("Li Wei", ACKNOWLEDGED)], ids=["open", "taken"]
)
def test_an_incident_is_resolved_once_and_who_took_it_stays_known(
    alone: TableAlone, taken_by: str, outcome: str
) -> None:
    record = alone.opens(ID)
    if taken_by:
        alone.ends(record, ACKNOWLEDGED, taken_by)

    done = alone.callout("resolve", ID, "--by", "Ana")
    again = alone.callout("resolve", ID, "--by", "Bo")

    known = alone.known(record)
    assert (known.open, known.outcome, known.closed_by) == (False, outcome, taken_by or "Ana")
    assert known.resolved_by == "Ana"
    assert taken_by or known.resolved == known.closed_at
    assert " is resolved by Ana at 20" in done.out
    assert " was already resolved by Ana at 20" in again.out
    assert (done.code, again.code) == (0, 0)


@pytest.mark.parametrize(
    ("outcome", "by", "has_it"), [(ACKNOWLEDGED, "Li Wei", "Li Wei"), (UNANSWERED, "", "Ana")]
)
def test_of_two_at_once_the_first_has_it_but_a_page_that_ends_unanswered_takes_it_from_nobody(
    alone: TableAlone, outcome: str, by: str, has_it: str
) -> None:
    seen = alone.opens(ID)
    alone.ends(seen, outcome, by)
    known, changed = acknowledge.acknowledge(history(alone), seen, "Ana")
    assert (known.closed_by, changed) == (has_it, has_it == "Ana")
    assert known.unacked_outcome == ("" if by else UNANSWERED)


@pytest.mark.parametrize("verb", ["ack", "resolve"])
def test_the_calls_that_were_made_are_known_though_it_was_handled_from_outside(
    alone: TableAlone, verb: str
) -> None:
    record = alone.opens(ID)
    alone.callout(verb, ID, "--by", "Ana")
    taken = alone.known(record)
    alone.ends(record, ACKNOWLEDGED, "Ana", calls=[call(1, "Li Wei", "handled")])
    alone.ends(record, ACKNOWLEDGED, "Bo", calls=[call(1, "Bo", "acknowledged")])
    known = alone.known(record)
    assert [one["contact"] for one in known.calls] == ["Li Wei"]
    assert (known.closed_at, known.closed_by) == (taken.closed_at, "Ana")


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
def test_who_asks_is_named_as_iam_knows_them(arn: str, name: str) -> None:
    assert acknowledge.name_from_arn(arn) == name


def test_without_a_name_it_is_the_one_of_iam(alone: TableAlone) -> None:
    record = alone.opens(ID)
    alone.callout("ack", ID)
    assert alone.known(record).closed_by == "root"  # whose keys the emulator takes all for


def test_where_iam_cannot_be_asked_it_is_the_user_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in local_environment(NOWHERE).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    aws = AwsSession(endpoint_url=None, region=None, profile=None)
    assert acknowledge.operator_name(aws, None) == getpass.getuser()


@pytest.mark.parametrize("by", ["", " \x1b\n", "x" * 65])
def test_a_name_that_is_none_is_refused(alone: TableAlone, by: str) -> None:
    record = alone.opens(ID)
    done = alone.callout("ack", ID, "--by", by)
    assert done.refusal.startswith("callout: --by ")
    assert alone.known(record).open


def test_nothing_that_a_terminal_obeys_gets_into_a_name(alone: TableAlone) -> None:
    record = alone.opens(ID)
    done = alone.callout("ack", ID, "--by", "Ana \x1b[2J[red]\u202e")
    assert alone.known(record).closed_by == "Ana [2J[red]"
    assert "\x1b" not in done.out


def test_what_the_command_closes_is_not_opened_again_by_a_second_delivery(
    alone: TableAlone,
) -> None:
    record = alone.opens(ID)
    alone.callout("ack", ID, "--by", "Ana")
    late = alone.now + 60 * MINUTE
    second = replace(record, execution="2", opened=timestamp(late), claimed_until=late)
    assert not alone.table.open(second, now=late, expires_at=late)


def test_a_name_is_not_asked_for_where_it_is_given() -> None:
    class NoAws:
        def client(self, service: str) -> None:
            raise AssertionError(service)

    assert acknowledge.operator_name(NoAws(), "Ana") == "Ana"  # type: ignore[arg-type]
    with pytest.raises(CommandError):
        acknowledge.operator_name(NoAws(), " ")  # type: ignore[arg-type]
