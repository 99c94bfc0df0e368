"""What a month of pages is counted as."""

from __future__ import annotations

import itertools
import math
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callout.incidents.bar_chart import stack_bars
from callout.incidents.monthly_report import build_report, duration_stats
from callout.time_format import format_duration, parse_month
from oncall.incident import KINDS, SEVERITIES, Incident, instant
from oncall.incident_record import (
    ACKNOWLEDGED,
    FAILED,
    RESOLVED,
    UNANSWERED,
    Record,
    timestamp,
    unix,
)
from tests.cli.incident_table_stack import call

if TYPE_CHECKING:
    from callout.incidents.monthly_report import Report

SHANGHAI = "Asia/Shanghai"
NOVEMBER = parse_month("2026-11", "UTC", datetime(2026, 11, 24, tzinfo=UTC))
#: About its beginning and its end, too.
MOMENTS = st.integers(
    int(NOVEMBER.first.timestamp()) - 86_400, int(NOVEMBER.after.timestamp()) + 86_400
)
NAMES = st.sampled_from(["Ana", "Li Wei", "Bo"])


@st.composite
def calls(draw: st.DrawFn) -> dict[str, object]:
    """A call that Connect took; the same one may be in several records."""
    number = draw(st.integers(0, 9))
    placed = draw(st.none() | MOMENTS)
    made = call(number, f"person {number % 4}", draw(st.sampled_from(["busy", "no_answer"])))
    return made | ({"placed_at": timestamp(placed)} if placed else {})


@st.composite
def records(draw: st.DrawFn) -> Record:
    """An incident at any stage, of any severity, opened in the month or near it."""
    opened = draw(MOMENTS)
    outcome = draw(st.sampled_from(["", ACKNOWLEDGED, RESOLVED, UNANSWERED, FAILED]))
    late = outcome == ACKNOWLEDGED and draw(st.booleans())
    return Record(
        incident=Incident(
            id=draw(st.uuids()).hex,
            kind=draw(st.sampled_from(KINDS)),
            title="It burns",
            severity=draw(st.sampled_from(SEVERITIES)),
            team=draw(st.sampled_from(["default", "payments"])),
            dedup_key="-",
            test=draw(st.booleans()),
        ),
        execution="",
        opened=timestamp(opened),
        claimed_until=0,
        open=not outcome,
        outcome=outcome,
        closed_at=timestamp(opened + draw(st.integers(0, 9_999))) if outcome else "",
        closed_by=draw(NAMES) if outcome == ACKNOWLEDGED else "",
        unacked_at=timestamp(opened + 1) if late else "",
        unacked_outcome=UNANSWERED if late else "",
        count=draw(st.integers(1, 3)),
        calls=draw(st.lists(calls(), max_size=3)),
    )


def made(among: list[Record], timezone: str = "UTC") -> Report:
    return build_report(among, ["default"], parse_month("2026-11", timezone, NOVEMBER.first))


@given(st.lists(records(), max_size=20), st.sampled_from(["UTC", SHANGHAI, "America/New_York"]))
def test_every_page_of_the_month_is_counted_once_in_each_way(
    among: list[Record], timezone: str
) -> None:
    zone = ZoneInfo(timezone)
    within = [
        one
        for one in among
        if (opened := instant(one.opened)) and f"{opened.astimezone(zone):%Y-%m}" == "2026-11"
    ]
    pages = [one for one in within if not one.incident.test]

    told = made(among, timezone)

    assert (told.pages, told.tests) == (len(pages), len(within) - len(pages))
    for counted in (told.outcomes, told.severities, told.kinds):
        assert sum(counted.values()) == told.pages
        assert all(counted.values())
    assert sum(chain.from_iterable(told.hours.values())) == told.pages
    for severity in SEVERITIES:
        by_kind = sum(counts[severity] for counts in told.severities_of.values())
        assert by_kind == sum(told.hours[severity]) == told.severities.get(severity, 0)
    for kind, counts in told.severities_of.items():
        assert sum(counts.values()) == told.kinds[kind]
    assert told.seen_again == sum(one.count for one in pages) - told.pages
    taken = [one for one in pages if one.outcome == ACKNOWLEDGED]
    assert told.acknowledged.known == len(taken)
    given_up = told.outcomes.get(UNANSWERED, 0) + told.outcomes.get(FAILED, 0)
    assert len(told.unanswered) == given_up + sum(bool(one.unacked_at) for one in pages)


@given(st.lists(records(), max_size=20))
def test_a_call_that_spoke_of_several_incidents_is_one_call(among: list[Record]) -> None:
    told = made(among)

    pages = [
        one
        for one in among
        if not one.incident.test and instant(one.opened).__format__("%Y-%m") == "2026-11"
    ]
    ids = {made["contact_id"] for one in pages for made in one.calls}
    assert sum(person.called for person in told.people) == len(ids)
    for person in told.people:
        assert sum(person.outcomes.values()) == person.called
    by_command = sum(one.outcome == ACKNOWLEDGED for one in pages)
    assert sum(person.by_command for person in told.people) == by_command


def test_what_people_were_reminded_of_counts_its_calls_and_its_first_acknowledgement() -> None:
    opened = int(NOVEMBER.first.timestamp())
    ids = itertools.count()

    def turn(minute: int, who: str, *pressed: str) -> dict[str, object]:
        named = [call(1, one, ACKNOWLEDGED, contact_id=f"contact {next(ids)}") for one in pressed]
        return {
            "closed_at": timestamp(opened + 60 * minute),
            "closed_by": who,
            "calls": named,
            "reopened_at": timestamp(opened + 60 * minute + 30),
        }

    record = Record(
        incident=Incident(id="one", kind="alarm", title="It burns", dedup_key="-"),
        execution="",
        opened=timestamp(opened),
        claimed_until=0,
        reminder_count=2,
        previous_cycles=[turn(3, "Ana", "Ana"), turn(40, "Bo")],
        calls=[call(1, "Ana", "busy")],
    )

    told = made([record])

    assert (told.pages, told.outcomes, told.acknowledged.median) == (1, {"open": 1}, 180)
    assert {one.name: (one.called, one.by_command) for one in told.people} == {
        "Ana": (2, 0),
        "Bo": (0, 1),
    }


@given(st.lists(records(), max_size=12, unique_by=lambda one: one.incident.id), st.randoms())
def test_the_order_in_which_the_table_gives_them_changes_nothing(
    among: list[Record], chance: object
) -> None:
    first = made(among)
    chance.shuffle(among)  # type: ignore[attr-defined]
    second = made(among)

    assert (first.pages, first.hours, first.unanswered) == (
        second.pages,
        second.hours,
        second.unanswered,
    )
    assert (first.first_ring, first.acknowledged) == (second.first_ring, second.acknowledged)


@given(st.lists(st.none() | st.integers(0, 99_999)))
def test_nine_in_ten_took_no_longer_and_no_shorter_span_holds_for_as_many(
    seconds: list[int | None],
) -> None:
    known = [one for one in seconds if one is not None]

    found = duration_stats(seconds)

    assert found.known == len(known)
    if known:
        enough = math.ceil(len(known) * 9 / 10)
        assert sum(one <= found.p90 for one in known) >= enough
        assert sum(one < found.p90 for one in known) < enough
        assert sum(one <= found.median for one in known) * 2 >= len(known)
        assert sum(one >= found.median for one in known) * 2 >= len(known)


@given(st.lists(st.tuples(st.text(), st.dictionaries(st.text(), st.integers(0, 99)))))
def test_bars_are_as_long_as_what_they_count(counted: list[tuple[str, dict[str, int]]]) -> None:
    bars = stack_bars(counted)

    most = max((bar.total for bar in bars), default=0)
    for bar, (label, counts) in zip(bars, counted, strict=True):
        assert (bar.label, bar.total) == (label, sum(counts.values()))
        ends = 0.0
        for part in bar.parts:
            assert part.start == pytest.approx(ends)
            ends += part.length
            assert part.length == pytest.approx(part.count / most)
        assert ends == pytest.approx(bar.total / most if most else 0)


def opened_at(at: str, **known: object) -> Record:
    """Give an incident of a moment, acknowledged by Ana unless it says otherwise."""
    fields = {"open": False, "outcome": ACKNOWLEDGED, "closed_by": "Ana"} | known
    incident = Incident(id=at, kind="alarm", title="It burns", dedup_key="-")
    return Record(incident=incident, execution="", opened=at, claimed_until=0, **fields)  # type: ignore[arg-type]


def test_the_month_and_its_hours_are_those_of_the_zone() -> None:
    among = [opened_at(at) for at in ("2026-10-31T16:00:00Z", "2026-11-30T16:00:00Z")]
    there, here = made(among, SHANGHAI), made(among)
    assert (there.pages, there.hours["high"].index(1)) == (1, 0)
    assert (here.pages, here.hours["high"].index(1)) == (1, 16)


def test_the_first_ring_is_of_the_first_call_after_the_opening() -> None:
    """An incident that comes while others are called about has their earlier calls, too."""
    opened = unix("2026-11-03T10:00:00Z")
    stamps = [opened - 60, opened + 40, opened + 90]
    placed = [call(n, "Ana", "busy", placed_at=timestamp(at)) for n, at in enumerate(stamps)]
    told = made([opened_at("2026-11-03T10:00:00.500Z", calls=placed), opened_at("2026-11-03")])
    assert (told.first_ring.known, told.first_ring.median) == (1, 40)


def test_calls_that_connect_never_took_are_one_for_all_that_they_were_about() -> None:
    failed = [call(1, "Ana", "failed", contact_id=""), call(2, "Ana", "failed", contact_id="")]
    ended = {"outcome": FAILED, "closed_by": "", "calls": failed}
    at = {"closed_at": "2026-11-03T10:05:00Z"}
    among = [
        opened_at("2026-11-03T10:00:00Z", **ended, **at),
        opened_at("2026-11-03T10:01:00Z", **ended, **at),
        opened_at("2026-11-04T10:00:00Z", **ended, closed_at="2026-11-04T10:05:00Z"),
    ]

    [ana] = made(among).people

    assert (ana.called, ana.outcomes) == (4, {"failed": 4})


def test_who_pressed_1_did_not_take_it_by_command() -> None:
    [ana] = made([opened_at("2026-11-03", calls=[call(1, "Ana", "acknowledged")])]).people
    assert (ana.called, ana.by_command) == (1, 0)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3_725, "1 h 2 min"), (90_000, "1 d 1 h")],
)
def test_a_span_is_said_in_its_two_largest_units(seconds: int, said: str) -> None:
    assert format_duration(seconds) == said
