"""The figures of the monthly report."""

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

from callout.incidents.html_report import stack_bars
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
#: Including moments just before and after it.
MOMENTS = st.integers(
    int(NOVEMBER.first.timestamp()) - 86_400, int(NOVEMBER.after.timestamp()) + 86_400
)
NAMES = st.sampled_from(["Ana", "Li Wei", "Bo"])


@st.composite
def calls(draw: st.DrawFn) -> dict[str, object]:
    """A call that Connect accepted; several records may contain it."""
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


def opened_in_november(among: list[Record], zone: ZoneInfo) -> list[Record]:
    opened = [(record, instant(record.opened)) for record in among]
    return [record for record, at in opened if at and f"{at.astimezone(zone):%Y-%m}" == "2026-11"]


def report_of(among: list[Record], timezone: str = "UTC") -> Report:
    return build_report(among, ["default"], parse_month("2026-11", timezone, NOVEMBER.first))


@given(st.lists(records(), max_size=20), st.sampled_from(["UTC", SHANGHAI, "America/New_York"]))
def test_every_page_is_counted_once_in_each_breakdown(among: list[Record], timezone: str) -> None:
    within = opened_in_november(among, ZoneInfo(timezone))
    pages = [record for record in within if not record.incident.test]

    report = report_of(among, timezone)

    assert (report.pages, report.tests) == (len(pages), len(within) - len(pages))
    for counted in (report.outcomes, report.severities, report.kinds):
        assert sum(counted.values()) == report.pages
        assert all(counted.values())
    assert sum(chain.from_iterable(report.hours.values())) == report.pages
    for severity in SEVERITIES:
        by_kind = sum(counts[severity] for counts in report.severities_of.values())
        assert by_kind == sum(report.hours[severity]) == report.severities.get(severity, 0)
    for kind, counts in report.severities_of.items():
        assert sum(counts.values()) == report.kinds[kind]
    assert report.seen_again == sum(record.count for record in pages) - report.pages
    acknowledged = [record for record in pages if record.outcome == ACKNOWLEDGED]
    assert report.acknowledged.known == len(acknowledged)
    unacknowledged = report.outcomes.get(UNANSWERED, 0) + report.outcomes.get(FAILED, 0)
    assert len(report.unanswered) == unacknowledged + sum(
        bool(record.unacked_at) for record in pages
    )


@given(st.lists(records(), max_size=20))
def test_grouped_call_is_counted_once(among: list[Record]) -> None:
    report = report_of(among)

    november = opened_in_november(among, ZoneInfo("UTC"))
    pages = [record for record in november if not record.incident.test]
    ids = {call["contact_id"] for record in pages for call in record.calls}
    assert sum(person.called for person in report.people) == len(ids)
    for person in report.people:
        assert sum(person.outcomes.values()) == person.called
    by_command = sum(record.outcome == ACKNOWLEDGED for record in pages)
    assert sum(person.by_command for person in report.people) == by_command


def test_reminded_incident_counts_all_calls_and_its_first_acknowledgement() -> None:
    opened = int(NOVEMBER.first.timestamp())
    ids = itertools.count()

    def cycle(minute: int, name: str, *acknowledging: str) -> dict[str, object]:
        made = [
            call(1, contact, ACKNOWLEDGED, contact_id=f"contact {next(ids)}")
            for contact in acknowledging
        ]
        return {
            "closed_at": timestamp(opened + 60 * minute),
            "closed_by": name,
            "calls": made,
            "reopened_at": timestamp(opened + 60 * minute + 30),
        }

    record = Record(
        incident=Incident(id="one", kind="alarm", title="It burns", dedup_key="-"),
        execution="",
        opened=timestamp(opened),
        claimed_until=0,
        reminder_count=2,
        previous_cycles=[cycle(3, "Ana", "Ana"), cycle(40, "Bo")],
        calls=[call(1, "Ana", "busy")],
    )

    report = report_of([record])

    assert (report.pages, report.outcomes, report.acknowledged.median) == (1, {"open": 1}, 180)
    assert {person.name: (person.called, person.by_command) for person in report.people} == {
        "Ana": (2, 0),
        "Bo": (0, 1),
    }


@given(st.lists(records(), max_size=12, unique_by=lambda record: record.incident.id), st.randoms())
def test_report_does_not_depend_on_the_order_of_records(
    among: list[Record], chance: object
) -> None:
    first = report_of(among)
    chance.shuffle(among)  # type: ignore[attr-defined]
    second = report_of(among)

    assert (first.pages, first.hours, first.unanswered) == (
        second.pages,
        second.hours,
        second.unanswered,
    )
    assert (first.first_ring, first.acknowledged) == (second.first_ring, second.acknowledged)


@given(st.lists(st.none() | st.integers(0, 99_999)))
def test_median_and_90th_percentile_are_exact(
    seconds: list[int | None],
) -> None:
    known = [duration for duration in seconds if duration is not None]

    found = duration_stats(seconds)

    assert found.known == len(known)
    if known:
        enough = math.ceil(len(known) * 9 / 10)
        assert sum(duration <= found.p90 for duration in known) >= enough
        assert sum(duration < found.p90 for duration in known) < enough
        assert sum(duration <= found.median for duration in known) * 2 >= len(known)
        assert sum(duration >= found.median for duration in known) * 2 >= len(known)


@given(st.lists(st.tuples(st.text(), st.dictionaries(st.text(), st.integers(0, 99)))))
def test_bar_lengths_are_proportional_to_counts(counted: list[tuple[str, dict[str, int]]]) -> None:
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


def opened_at(at: str, **changes: object) -> Record:
    """Return an incident opened at this time, acknowledged by Ana by default."""
    fields = {"open": False, "outcome": ACKNOWLEDGED, "closed_by": "Ana"} | changes
    incident = Incident(id=at, kind="alarm", title="It burns", dedup_key="-")
    return Record(incident=incident, execution="", opened=at, claimed_until=0, **fields)  # type: ignore[arg-type]


def test_month_and_hours_use_the_time_zone() -> None:
    among = [opened_at(at) for at in ("2026-10-31T16:00:00Z", "2026-11-30T16:00:00Z")]
    there, here = report_of(among, SHANGHAI), report_of(among)
    assert (there.pages, there.hours["high"].index(1)) == (1, 0)
    assert (here.pages, here.hours["high"].index(1)) == (1, 16)


def test_first_ring_is_the_first_call_after_the_opening() -> None:
    """An incident that joins a running page has its earlier calls, too."""
    opened = unix("2026-11-03T10:00:00Z")
    stamps = [opened - 60, opened + 40, opened + 90]
    placed = [call(n, "Ana", "busy", placed_at=timestamp(at)) for n, at in enumerate(stamps)]
    report = report_of(
        [opened_at("2026-11-03T10:00:00.500Z", calls=placed), opened_at("2026-11-03")]
    )
    assert (report.first_ring.known, report.first_ring.median) == (1, 40)


def test_failed_grouped_call_without_an_id_is_counted_once() -> None:
    failed = [call(1, "Ana", "failed", contact_id=""), call(2, "Ana", "failed", contact_id="")]
    ended = {"outcome": FAILED, "closed_by": "", "calls": failed}
    at = {"closed_at": "2026-11-03T10:05:00Z"}
    among = [
        opened_at("2026-11-03T10:00:00Z", **ended, **at),
        opened_at("2026-11-03T10:01:00Z", **ended, **at),
        opened_at("2026-11-04T10:00:00Z", **ended, closed_at="2026-11-04T10:05:00Z"),
    ]

    [ana] = report_of(among).people

    assert (ana.called, ana.outcomes) == (4, {"failed": 4})


def test_pressing_1_is_not_an_acknowledgement_by_command() -> None:
    [ana] = report_of([opened_at("2026-11-03", calls=[call(1, "Ana", "acknowledged")])]).people
    assert (ana.called, ana.by_command) == (1, 0)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min 0 s"), (3_725, "1 h 2 min"), (90_000, "1 d 1 h")],
)
def test_duration_uses_its_two_largest_units(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text
