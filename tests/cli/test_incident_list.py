"""`callout incidents`: which incidents are listed, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, timestamp
from tests.cli.incident_table_stack import DAY, MINUTE

if TYPE_CHECKING:
    from tests.cli.incident_table_stack import IncidentStack


def test_newest_incidents_are_first_and_open_ones_show_their_age(payments: IncidentStack) -> None:
    old = payments.open_incident("aaaa1111-old", ago=3 * 60 * MINUTE, severity="critical")
    payments.close_incident(old, UNANSWERED)
    seen = payments.open_incident("bbbb2222-new", team="payments", ago=30 * MINUTE)
    payments.repeat(seen)
    acknowledged = payments.open_incident("cccc3333-acknowledged", ago=60 * MINUTE, test=True)
    payments.close_incident(acknowledged, ACKNOWLEDGED, "Li Wei")

    result = payments.callout("incidents")

    new, middle, last = result.out.splitlines()
    assert new.startswith(f"bbbb2222  {timestamp(payments.now - 30 * MINUTE)[:10]} ")
    assert " UTC  high      payments  open for 30 min " in new
    assert new.endswith("seen 2 times  It burns: bbbb2222-new")
    assert "  acknowledged by Li Wei  " in middle
    assert middle.endswith("  (test) It burns: cccc3333-acknowledged")
    assert " critical  default   unanswered " in last
    assert result.code == 0


@pytest.mark.parametrize(
    ("outcome", "by", "state"),
    [
        (ACKNOWLEDGED, "Li Wei", "acknowledged by Li Wei, resolved by Ana"),
        (ACKNOWLEDGED, "", "acknowledged, resolved by Ana"),
        (UNANSWERED, "", "unanswered, resolved by Ana"),
    ],
)
def test_resolved_incident_shows_who_acknowledged_it(
    stack: IncidentStack, outcome: str, by: str, state: str
) -> None:
    stack.close_incident(stack.open_incident("5f2c"), outcome, by)
    stack.callout("resolve", "5f2c", "--by", "Ana")
    assert f"  {state}  It burns" in stack.callout("incidents").out


def test_since_selects_by_age_and_open_incidents_are_always_listed(
    stack: IncidentStack,
) -> None:
    for name, ago in (("forgotten", 30 * DAY), ("handled", 10 * DAY), ("young", DAY)):
        record = stack.open_incident(name, ago=ago)
        if name != "forgotten":
            stack.close_incident(record, ACKNOWLEDGED, "Ana", ago=ago - MINUTE)
    before = timestamp(stack.now - 12 * DAY)

    assert stack.list_ids() == ["young", "forgotten"]
    assert stack.list_ids("--open") == ["forgotten"]
    assert stack.list_ids("--since", "2w") == ["young", "handled"]
    assert stack.list_ids("--since", before) == ["young", "handled"]
    assert stack.list_ids("--since", before[:10]) == ["young", "handled"]
    assert stack.list_ids("--since", "36h") == ["young"]
    assert stack.list_ids("--since", "1500m") == ["young"]
    assert stack.list_ids("--since", "10m") == []
    assert stack.list_ids("--open", "--since", "36h") == []


def test_unacknowledged_incidents_count_as_open_until_ack_or_resolve(stack: IncidentStack) -> None:
    for name, outcome in (("aaaa-unanswered", UNANSWERED), ("bbbb-failed", FAILED)):
        stack.close_incident(stack.open_incident(name), outcome)
    for name, outcome in (("cccc-acknowledged", ACKNOWLEDGED), ("dddd-resolved", RESOLVED)):
        stack.close_incident(stack.open_incident(name), outcome, "Ana")
    stack.open_incident("eeee-open")

    out = stack.callout("incidents", "--open").out
    first = stack.list_ids("--open")
    stack.callout("ack", "aaaa", "--by", "Ana")
    stack.callout("resolve", "bbbb", "--by", "Ana")

    assert first == ["eeee-open", "bbbb-failed", "aaaa-unanswered"]
    # Without the seconds: they depend on how long the command takes.
    states = [re.split(" {2,}", line)[4].partition(" min")[0] for line in out.splitlines()]
    assert states == ["open for 10", "failed", "unanswered"]
    assert stack.list_ids("--open") == ["eeee-open"]


def test_unacknowledged_incidents_are_listed_for_seven_days_after_the_report(
    stack: IncidentStack,
) -> None:
    """However old they are: a reminder may have reopened them."""
    for name, opened, ended in (("late", 30, 6), ("old", 30, 8), ("new", 2, 1)):
        stack.close_incident(
            stack.open_incident(name, ago=opened * DAY), UNANSWERED, ago=ended * DAY
        )
    assert stack.list_ids("--open") == stack.list_ids() == ["new", "late"]
    assert stack.list_ids("--open", "--since", "3d") == ["new"]
    assert set(stack.list_ids("--open", "--since", "31d")) == {"new", "late", "old"}


def test_short_ids_are_unique(stack: IncidentStack) -> None:
    stack.open_incident("5f2c7a10-aaaa-1")
    stack.open_incident("5f2c7a10-aaab-2")
    shown = [line.split()[0] for line in stack.callout("incidents").out.splitlines()]
    assert shown == ["5f2c7a10-aaab", "5f2c7a10-aaaa"]
    for short_id in shown:
        assert stack.callout("incident", short_id).code == 0


def test_no_incidents(stack: IncidentStack) -> None:
    assert stack.callout("incidents").out == "no incidents\n"
    assert stack.list_ids() == []


def test_control_characters_and_markup_in_a_title_have_no_effect(stack: IncidentStack) -> None:
    stack.open_incident("5f2c", title="[red]x[/red] \x1b[2J\u202e\r\nroot")
    for arguments in (("incidents",), ("incident", "5f2c")):
        out = stack.callout(*arguments).out
        assert "[red]x[/red] [2J root\n" in out
        assert not {"\x1b", "\u202e", "\r"} & set(out)


def test_all_pages_of_a_query_are_read(stack: IncidentStack) -> None:
    """A query answers with a megabyte at most (DynamoDB developer guide, "Paginating")."""
    for number in range(12):
        stack.open_incident(f"big-{number:02}", details="x" * 100_000)
    assert len(stack.list_ids()) == len(stack.list_ids("--open")) == 12


@pytest.mark.parametrize("since", ["yesterday", "7", "7s", "2026-13-01", "-1d"])
def test_invalid_time_is_rejected(stack: IncidentStack, since: str) -> None:
    result = stack.callout("incidents", f"--since={since}")
    assert result.error_line.startswith(
        f"callout: --since {since!r}: use 10m, 12h, 7d or 2w, or a date"
    )
