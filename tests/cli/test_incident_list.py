"""Which incidents are listed, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, timestamp
from tests.cli.incident_table_stack import DAY, MINUTE

if TYPE_CHECKING:
    from tests.cli.incident_table_stack import TableAlone


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

    assert alone.ids() == ["young", "forgotten"]
    assert alone.ids("--open") == ["forgotten"]
    assert alone.ids("--since", "2w") == ["young", "handled"]
    assert alone.ids("--since", before) == ["young", "handled"]
    assert alone.ids("--since", before[:10]) == ["young", "handled"]
    assert alone.ids("--since", "36h") == ["young"]
    assert alone.ids("--since", "1500m") == ["young"]
    assert alone.ids("--since", "10m") == []
    assert alone.ids("--open", "--since", "36h") == []


def test_what_nobody_took_is_among_the_open_ones_until_somebody_has_it(alone: TableAlone) -> None:
    for name, outcome in (("aaaa-unanswered", UNANSWERED), ("bbbb-failed", FAILED)):
        alone.ends(alone.opens(name), outcome)
    for name, outcome in (("cccc-taken", ACKNOWLEDGED), ("dddd-over", RESOLVED)):
        alone.ends(alone.opens(name), outcome, "Ana")
    alone.opens("eeee-open")

    out = alone.callout("incidents", "--open").out
    first = alone.ids("--open")
    alone.callout("ack", "aaaa", "--by", "Ana")
    alone.callout("resolve", "bbbb", "--by", "Ana")

    assert first == ["eeee-open", "bbbb-failed", "aaaa-unanswered"]
    # Not to the second: the command takes its time.
    states = [re.split(" {2,}", line)[4].partition(" min")[0] for line in out.splitlines()]
    assert states == ["open for 10", "failed", "unanswered"]
    assert alone.ids("--open") == ["eeee-open"]


def test_what_nobody_took_is_listed_for_seven_days_from_when_sns_was_told(
    alone: TableAlone,
) -> None:
    """However old it is: what people are reminded of may have been opened long before."""
    for name, opened, ended in (("late", 30, 6), ("old", 30, 8), ("new", 2, 1)):
        alone.ends(alone.opens(name, ago=opened * DAY), UNANSWERED, ago=ended * DAY)
    assert alone.ids("--open") == alone.ids() == ["new", "late"]
    assert alone.ids("--open", "--since", "3d") == ["new"]
    assert set(alone.ids("--open", "--since", "31d")) == {"new", "late", "old"}


def test_ids_are_cut_only_as_far_as_they_tell_apart(alone: TableAlone) -> None:
    alone.opens("5f2c7a10-aaaa-1")
    alone.opens("5f2c7a10-aaab-2")
    shown = [line.split()[0] for line in alone.callout("incidents").out.splitlines()]
    assert shown == ["5f2c7a10-aaab", "5f2c7a10-aaaa"]
    for one in shown:
        assert alone.callout("incident", one).code == 0


def test_none_is_said_to_be_none(alone: TableAlone) -> None:
    assert alone.callout("incidents").out == "no incidents\n"
    assert alone.ids() == []


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
    assert len(alone.ids()) == len(alone.ids("--open")) == 12


@pytest.mark.parametrize("since", ["yesterday", "7", "7s", "2026-13-01", "-1d"])
def test_what_is_no_time_is_refused(alone: TableAlone, since: str) -> None:
    done = alone.callout("incidents", f"--since={since}")
    assert done.refusal.startswith(f"callout: --since {since!r}: use 10m, 12h, 7d or 2w, or a date")
