"""Which incident is meant by an id, and which are listed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from callout.roster import store
from oncall.record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, timestamp
from tests.command.table_alone import DAY, MINUTE, STACK
from tests.command.terminal import callout

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callout.aws import Aws
    from tests.command.table_alone import TableAlone


@pytest.fixture
def payments(alone: TableAlone) -> Iterator[TableAlone]:
    """The table, and a second team that has a roster."""
    ssm, name = alone.client("ssm"), "/callout/rosters/payments"
    ssm.put_parameter(Name=name, Value="-", Type="String", Overwrite=True)
    yield alone
    ssm.delete_parameter(Name=name)


def ids(alone: TableAlone, *arguments: str) -> list[str]:
    return [one["id"] for one in alone.callout("incidents", "--json", *arguments).json]


@pytest.mark.parametrize("wanted", ["5f2c", "5f2c7", "5f2c7a10", "ab"])
def test_an_id_or_enough_of_it_is_an_incident(payments: TableAlone, wanted: str) -> None:
    payments.opens("5f2c7a10", team="payments")
    payments.opens("5e")
    payments.opens("ab")

    done = payments.callout("incident", wanted)

    assert done.out.splitlines()[0].startswith(f"It burns: {wanted}")
    assert (done.code, done.err) == (0, "")


def test_an_id_is_that_incident_though_another_begins_with_it(alone: TableAlone) -> None:
    alone.opens("5f2c7a10")
    alone.opens("5f2c7a10-b")

    assert alone.callout("incident", "5f2c7a10").out.startswith("It burns: 5f2c7a10\n")


@pytest.mark.parametrize("wanted", [" 5f2c7a10\n", "5F2C7A10", "5F2c", "Mine-", "MINE-B", "mine-b"])
def test_an_id_is_taken_as_it_was_copied_or_typed(alone: TableAlone, wanted: str) -> None:
    """Ids of events are in small letters; those of executions that somebody started are theirs."""
    alone.opens("5f2c7a10")
    alone.opens("5f2c7a10-b" if wanted == "5F2C7A10" else "eeee")
    alone.opens("Mine-B")

    done = alone.callout("ack", wanted, "--by", "Ana", "--json").json

    assert isinstance(done, dict)
    assert done["id"] == ("5f2c7a10" if "5" in wanted else "Mine-B")


def test_ids_that_differ_in_case_only_are_taken_as_they_are_written(alone: TableAlone) -> None:
    alone.opens("Mine")
    alone.opens("mine")

    assert alone.callout("incident", "Mine").out.startswith("It burns: Mine\n")
    assert "may be " in alone.callout("incident", "MINE").err


@pytest.mark.parametrize(
    ("wanted", "more", "said"),
    [
        ("5f2c", (), "'5f2c' may be 5f2c-one (default), 5f2c-two (payments): give more of the id"),
        ("5f2", (), "'5f2' is too short: give 4 characters of the id, or more"),
        ("0000", (), "there is no incident 0000 of the teams default, payments: callout incidents"),
        ("0000", ("--team", "payments"), "there is no incident 0000 of the team payments: "),
        ("both", (), "there is an incident both of each of default, payments: say which (--team)"),
        ("a b", (), "'a b' is no id of an incident: callout incidents lists them"),
        ("5f2c", ("--team", "a b"), "'a b' is no name of a team: "),
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
        assert done.err.startswith(f"callout: {said}")
        assert (len(done.err.splitlines()), done.out, done.code) == (1, "", 2)


def test_what_is_not_found_may_be_of_a_team_that_has_no_roster(alone: TableAlone) -> None:
    alone.opens("5f2c", team="rosterless")

    without = alone.callout("incident", "5f2c")
    within = alone.callout("incident", "5f2c", "--team", "rosterless")
    neither = alone.callout("incident", "0000", "--team", "rosterless")

    assert "; of a team without a roster, give --team\n" in without.err
    assert "--team" not in neither.err
    assert (without.code, within.code, neither.code) == (2, 0, 2)


def test_a_team_narrows_what_is_meant(payments: TableAlone) -> None:
    payments.opens("5f2c-one")
    payments.opens("5f2c-two", team="payments")

    payments.callout("ack", "5f2c", "--team", "payments", "--by", "Ana")

    assert ids(payments, "--open") == ["5f2c-one"]


def test_the_newest_are_first_and_what_is_open_says_for_how_long(payments: TableAlone) -> None:
    old = payments.opens("aaaa1111-old", ago=3 * 60 * MINUTE, severity="critical")
    payments.ends(old, UNANSWERED)
    payments.opens("bbbb2222-new", team="payments", ago=30 * MINUTE)
    payments.table.count("payments", "bbbb2222-new", now=payments.now)
    taken = payments.opens("cccc3333-taken", ago=60 * MINUTE, test=True)
    payments.ends(taken, ACKNOWLEDGED, "Li Wei")

    done = payments.callout("incidents")

    new, middle, last = done.out.splitlines()
    assert new.startswith(f"bbbb2222  {timestamp(payments.now - 30 * MINUTE)[:10]} ")
    assert " UTC  high      payments  open for 30 min " in new
    assert new.endswith("seen 2 times  It burns: bbbb2222-new")
    assert "  acknowledged by Li Wei  " in middle
    assert middle.endswith("  (test) It burns: cccc3333-taken")
    assert " critical  default   unanswered " in last
    assert done.code == 0


@pytest.mark.parametrize(
    ("outcome", "by", "said"),
    [
        (ACKNOWLEDGED, "Li Wei", "acknowledged by Li Wei, resolved by Ana"),
        (ACKNOWLEDGED, "", "acknowledged, resolved by Ana"),
        (UNANSWERED, "", "unanswered, resolved by Ana"),
    ],
)
def test_who_took_it_is_listed_though_it_is_over(
    alone: TableAlone, outcome: str, by: str, said: str
) -> None:
    alone.ends(alone.opens("5f2c"), outcome, by)
    alone.callout("resolve", "5f2c", "--by", "Ana")

    assert f"  {said}  It burns" in alone.callout("incidents").out


def test_old_ones_are_listed_where_they_are_asked_for_and_open_ones_always(
    alone: TableAlone,
) -> None:
    for name, ago in (("forgotten", 30 * DAY), ("handled", 10 * DAY), ("young", DAY)):
        record = alone.opens(name, ago=ago)
        if name != "forgotten":
            alone.ends(record, ACKNOWLEDGED, "Ana", ago=ago - MINUTE)
    before = timestamp(alone.now - 12 * DAY)

    assert ids(alone) == ["young", "forgotten"]
    assert ids(alone, "--open") == ["forgotten"]
    assert ids(alone, "--since", "2w") == ["young", "handled"]
    assert ids(alone, "--since", before) == ["young", "handled"]
    assert ids(alone, "--since", before[:10]) == ["young", "handled"]
    assert ids(alone, "--since", "36h") == ["young"]
    assert ids(alone, "--since", "1500m") == ["young"]
    assert ids(alone, "--since", "10m") == []
    assert ids(alone, "--open", "--since", "36h") == []


def test_what_nobody_took_is_among_the_open_ones_until_somebody_has_it(alone: TableAlone) -> None:
    for name, outcome in (("aaaa-unanswered", UNANSWERED), ("bbbb-failed", FAILED)):
        alone.ends(alone.opens(name), outcome)
    for name, outcome in (("cccc-taken", ACKNOWLEDGED), ("dddd-over", RESOLVED)):
        alone.ends(alone.opens(name), outcome, "Ana")
    alone.opens("eeee-open")

    out = alone.callout("incidents", "--open").out
    first = ids(alone, "--open")
    alone.callout("ack", "aaaa", "--by", "Ana")
    alone.callout("resolve", "bbbb", "--by", "Ana")

    assert first == ["eeee-open", "bbbb-failed", "aaaa-unanswered"]
    assert [re.split(" {2,}", line)[4] for line in out.splitlines()] == [
        "open for 10 min 0 s",
        "failed",
        "unanswered",
    ]
    assert ids(alone, "--open") == ["eeee-open"]


def test_what_nobody_took_is_listed_for_seven_days_from_when_sns_was_told(
    alone: TableAlone,
) -> None:
    """However old it is: what people are reminded of may have been opened long before."""
    for name, opened, ended in (("late", 30, 6), ("old", 30, 8), ("new", 2, 1)):
        alone.ends(alone.opens(name, ago=opened * DAY), UNANSWERED, ago=ended * DAY)

    assert ids(alone, "--open") == ids(alone) == ["new", "late"]
    assert ids(alone, "--open", "--since", "3d") == ["new"]
    assert set(ids(alone, "--open", "--since", "31d")) == {"new", "late", "old"}


def test_ids_are_cut_only_as_far_as_they_tell_apart(alone: TableAlone) -> None:
    alone.opens("5f2c7a10-aaaa-1")
    alone.opens("5f2c7a10-aaab-2")

    shown = [line.split()[0] for line in alone.callout("incidents").out.splitlines()]

    assert shown == ["5f2c7a10-aaab", "5f2c7a10-aaaa"]
    for one in shown:
        assert alone.callout("incident", one).code == 0


def test_none_is_said_to_be_none(alone: TableAlone) -> None:
    assert alone.callout("incidents").out == "no incidents\n"
    assert ids(alone) == []


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
    def denied(_aws: Aws) -> None:
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetParametersByPath")

    monkeypatch.setattr(store, "listed", denied)

    done = alone.callout("incidents", "--team", "payments")

    assert (done.out, done.err, done.code) == ("no incidents\n", "", 0)


def test_a_title_is_shown_as_it_is_and_commands_no_terminal(alone: TableAlone) -> None:
    alone.opens("5f2c", title="[red]x[/red] \x1b[2J\u202e\r\nroot")

    for arguments in (("incidents",), ("incident", "5f2c")):
        out = alone.callout(*arguments).out
        assert "[red]x[/red] [2J root\n" in out
        assert not {"\x1b", "\u202e", "\r"} & set(out)


def test_more_than_a_page_of_the_table_is_read(alone: TableAlone) -> None:
    """A query answers with a megabyte at most (DynamoDB developer guide, "Paginating")."""
    for number in range(12):
        alone.opens(f"big-{number:02}", details="x" * 100_000)

    assert len(ids(alone)) == len(ids(alone, "--open")) == 12


@pytest.mark.parametrize("since", ["yesterday", "7", "7s", "2026-13-01", "-1d"])
def test_what_is_no_time_is_refused(alone: TableAlone, since: str) -> None:
    done = alone.callout("incidents", f"--since={since}")

    assert done.err.startswith(f"callout: --since {since!r}: write 10m, 12h, 7d or 2w, or a date")
    assert (len(done.err.splitlines()), done.out, done.code) == (1, "", 2)


@pytest.mark.parametrize(
    "arguments", [("incidents",), ("incident", "5f2c"), ("ack", "5f2c"), ("report",)]
)
def test_a_stack_that_is_not_there_is_one_line(
    alone: TableAlone, arguments: tuple[str, ...]
) -> None:
    done = alone.callout(*arguments, stack="Nowhere")

    assert done.err.startswith("callout: there is no stack Nowhere of Callout in us-east-1: ")
    assert (len(done.err.splitlines()), done.out, done.code) == (1, "", 2)


def test_aws_that_cannot_be_reached_is_one_line() -> None:
    done = callout(None, "incidents", "--stack", STACK)

    assert done.err.startswith("callout: Could not connect to the endpoint URL")
    assert (len(done.err.splitlines()), done.out, done.code) == (1, "", 2)
