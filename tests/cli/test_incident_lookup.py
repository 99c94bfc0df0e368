"""Which incident and which team is meant, and what is said where it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from callout.roster import parameter_store
from oncall.incident_record import ACKNOWLEDGED

if TYPE_CHECKING:
    from callout.aws_session import AwsSession
    from tests.cli.incident_table_stack import TableAlone


@pytest.mark.parametrize(
    ("others", "wanted", "found"),
    [
        *(((), wanted, "5f2c7a10") for wanted in ("5f2c", "5f2c7", "5f2c7a10")),
        ((), "ab", "ab"),
        # An ID is that incident though another begins with it.
        *((("5f2c7a10-b",), wanted, "5f2c7a10") for wanted in ("5f2c7a10", "5F2C7A10")),
        # As it was copied or typed.
        *(((), wanted, "5f2c7a10") for wanted in (" 5f2c7a10\n", "5F2c")),
        *((("Mine-B",), wanted, "Mine-B") for wanted in ("Mine-", "MINE-B", "mine-b")),
        (("Mine", "mine"), "Mine", "Mine"),
    ],
)
def test_an_id_or_enough_of_it_is_an_incident(
    payments: TableAlone, others: tuple[str, ...], wanted: str, found: str
) -> None:
    payments.opens("5f2c7a10", team="payments")
    for incident in ("5e", "ab", *others):
        payments.opens(incident)
    done = payments.callout("incident", wanted)
    assert done.out.splitlines()[0] == f"It burns: {found}"
    assert (done.code, done.err) == (0, "")


def test_ids_that_differ_in_case_only_have_to_be_given_as_they_are(alone: TableAlone) -> None:
    alone.opens("Mine")
    alone.opens("mine")
    assert " matches " in alone.callout("incident", "MINE").err


@pytest.mark.parametrize(
    ("wanted", "more", "said"),
    [
        (
            "5f2c",
            (),
            "'5f2c' matches 5f2c-one (default), 5f2c-two (payments): use more characters of the ID",
        ),
        ("5f2", (), "'5f2' is too short: use at least 4 characters of the ID"),
        (
            "0000",
            (),
            "there is no incident 0000 of teams default, payments: list them with callout",
        ),
        ("0000", ("--team", "payments"), "there is no incident 0000 of team payments: "),
        ("both", (), "default, payments each have an incident both: use --team"),
        ("a b", (), "'a b' is not a valid incident ID: list them with callout incidents"),
        ("5f2c", ("--team", "a b"), "'a b' is not a valid team name: "),
    ],
)
def test_what_is_not_one_incident_is_one_line(
    payments: TableAlone, wanted: str, more: tuple[str, ...], said: str
) -> None:
    payments.opens("5f2c-one")
    payments.opens("5f2c-two", team="payments")
    payments.opens("both")
    payments.opens("both", team="payments")
    for verb in ("ack", "resolve", "incident"):
        done = payments.callout(verb, wanted, *more)
        assert done.refusal.startswith(f"callout: {said}")


def test_what_is_not_found_may_be_of_a_team_that_has_no_roster(alone: TableAlone) -> None:
    alone.opens("5f2c", team="rosterless")
    without = alone.callout("incident", "5f2c")
    within = alone.callout("incident", "5f2c", "--team", "rosterless")
    neither = alone.callout("incident", "0000", "--team", "rosterless")
    assert "; for a team without a roster, use --team\n" in without.err
    assert "--team" not in neither.err
    assert (without.code, within.code, neither.code) == (2, 0, 2)


def test_a_team_narrows_what_is_meant(payments: TableAlone) -> None:
    payments.opens("5f2c-one")
    payments.opens("5f2c-two", team="payments")
    payments.callout("ack", "5f2c", "--team", "payments", "--by", "Ana")
    assert payments.ids("--open") == ["5f2c-one"]


@pytest.mark.parametrize(
    "arguments", [("incidents",), ("incidents", "--open"), ("report",), ("incident", "5f2c")]
)
def test_a_team_that_is_not_there_is_named_with_those_that_are(
    payments: TableAlone, arguments: tuple[str, ...]
) -> None:
    payments.opens("5f2c")
    done = payments.callout(*arguments, "--team", "paymets")
    assert done.err == (
        "callout: there is no team paymets: it has neither a roster nor incidents;"
        " did you mean payments? (teams: default, payments)\n"
    )
    assert (done.out, done.code) == ("", 2)


@pytest.mark.parametrize("arguments", [("incidents", "--open"), ("report", "--month", "2020-02")])
def test_a_team_with_a_roster_or_with_incidents_may_have_none_of_those_asked_for(
    payments: TableAlone, arguments: tuple[str, ...]
) -> None:
    payments.ends(payments.opens("5f2c", team="rosterless"), ACKNOWLEDGED, "Ana")
    for team in ("payments", "rosterless"):
        done = payments.callout(*arguments, "--team", team)
        assert (done.err, done.code) == ("", 0)
        assert "no incidents" in done.out or "0 pages" in done.out


def test_where_the_rosters_may_not_be_listed_no_team_is_said_to_be_missing(
    alone: TableAlone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_aws: AwsSession) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParametersByPath")

    monkeypatch.setattr(parameter_store, "list_teams", denied)

    done = alone.callout("incidents", "--team", "payments")

    assert (done.out, done.err, done.code) == ("no incidents\n", "", 0)


@pytest.mark.parametrize(
    "arguments", [("incidents",), ("incident", "5f2c"), ("ack", "5f2c"), ("report",)]
)
def test_a_stack_that_is_not_there_is_one_line(
    alone: TableAlone, arguments: tuple[str, ...]
) -> None:
    done = alone.callout(*arguments, stack="Nowhere")
    assert done.refusal.startswith("callout: there is no Callout stack Nowhere in us-east-1: ")
