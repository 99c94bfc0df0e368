"""Finding an incident by ID or prefix, and its team; errors if there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from callout.roster import parameter_store
from local.scenarios.files import EVENTS
from oncall.incident_record import ACKNOWLEDGED

if TYPE_CHECKING:
    from callout.aws_session import AwsSession
    from tests.cli.incident_table_stack import IncidentStack


@pytest.mark.parametrize(
    ("others", "wanted", "found"),
    [
        *(((), wanted, "5f2c7a10") for wanted in ("5f2c", "5f2c7", "5f2c7a10")),
        ((), "ab", "ab"),
        # An exact ID matches, even if another ID begins with it.
        *((("5f2c7a10-b",), wanted, "5f2c7a10") for wanted in ("5f2c7a10", "5F2C7A10")),
        # With spaces, or in another case.
        *(((), wanted, "5f2c7a10") for wanted in (" 5f2c7a10\n", "5F2c")),
        *((("Mine-B",), wanted, "Mine-B") for wanted in ("Mine-", "MINE-B", "mine-b")),
        (("Mine", "mine"), "Mine", "Mine"),
    ],
)
def test_id_or_unique_prefix_finds_the_incident(
    payments: IncidentStack, others: tuple[str, ...], wanted: str, found: str
) -> None:
    payments.open_incident("5f2c7a10", team="payments")
    for incident in ("5e", "ab", *others):
        payments.open_incident(incident)
    result = payments.callout("incident", wanted)
    assert result.out.splitlines()[0] == f"It burns: {found}"
    assert (result.code, result.err) == (0, "")


def test_ids_that_differ_only_in_case_need_the_exact_case(stack: IncidentStack) -> None:
    stack.open_incident("Mine")
    stack.open_incident("mine")
    assert " matches " in stack.callout("incident", "MINE").err


@pytest.mark.parametrize(
    ("wanted", "options", "error"),
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
def test_missing_or_ambiguous_incident_is_one_line(
    payments: IncidentStack, wanted: str, options: tuple[str, ...], error: str
) -> None:
    payments.open_incident("5f2c-one")
    payments.open_incident("5f2c-two", team="payments")
    payments.open_incident("both")
    payments.open_incident("both", team="payments")
    for verb in ("ack", "resolve", "incident"):
        result = payments.callout(verb, wanted, *options)
        assert result.error_line.startswith(f"callout: {error}")


def test_incident_of_a_team_without_a_roster_needs_the_team(stack: IncidentStack) -> None:
    stack.open_incident("5f2c", team="rosterless")
    without = stack.callout("incident", "5f2c")
    within = stack.callout("incident", "5f2c", "--team", "rosterless")
    neither = stack.callout("incident", "0000", "--team", "rosterless")
    assert "; for a team without a roster, use --team\n" in without.err
    assert "--team" not in neither.err
    assert (without.code, within.code, neither.code) == (2, 0, 2)


def test_team_option_narrows_the_search(payments: IncidentStack) -> None:
    payments.open_incident("5f2c-one")
    payments.open_incident("5f2c-two", team="payments")
    payments.callout("ack", "5f2c", "--team", "payments", "--by", "Ana")
    assert payments.list_ids("--open") == ["5f2c-one"]


@pytest.mark.parametrize(
    "arguments", [("incidents",), ("incidents", "--open"), ("report",), ("incident", "5f2c")]
)
def test_unknown_team_is_reported_with_the_known_ones(
    payments: IncidentStack, arguments: tuple[str, ...]
) -> None:
    payments.open_incident("5f2c")
    result = payments.callout(*arguments, "--team", "paymets")
    assert result.err == (
        "callout: there is no team paymets: it has neither a roster nor incidents;"
        " did you mean payments? (teams: default, payments)\n"
    )
    assert (result.out, result.code) == ("", 2)


@pytest.mark.parametrize("arguments", [("incidents", "--open"), ("report", "--month", "2020-02")])
def test_known_team_without_matching_incidents_is_not_an_error(
    payments: IncidentStack, arguments: tuple[str, ...]
) -> None:
    payments.close_incident(payments.open_incident("5f2c", team="rosterless"), ACKNOWLEDGED, "Ana")
    for team in ("payments", "rosterless"):
        result = payments.callout(*arguments, "--team", team)
        assert (result.err, result.code) == ("", 0)
        assert "no incidents" in result.out or "0 pages" in result.out


def test_team_is_not_checked_if_listing_rosters_is_denied(
    stack: IncidentStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_aws: AwsSession) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParametersByPath")

    monkeypatch.setattr(parameter_store, "list_teams", denied)

    result = stack.callout("incidents", "--team", "payments")

    assert (result.out, result.err, result.code) == ("no incidents\n", "", 0)


@pytest.mark.parametrize(
    "arguments",
    [
        ("incidents",),
        ("incident", "5f2c"),
        ("ack", "5f2c"),
        ("report",),
        ("replay", str(EVENTS / "root-sign-in.json")),
    ],
)
def test_missing_stack_is_one_line(stack: IncidentStack, arguments: tuple[str, ...]) -> None:
    result = stack.callout(*arguments, stack="Nowhere")
    assert result.error_line == (
        "callout: there is no Callout stack Nowhere in us-east-1: deploy it (cdk deploy"
        " Nowhere), or use another --stack or --region\n"
    )
