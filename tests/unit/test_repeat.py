"""What a repeated event does, for every record and event."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.incident import KINDS, SEVERITIES, Incident
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, Record, timestamp
from oncall.repeat import (
    COUNTED,
    NEW,
    RAISED,
    TAKEN_OVER,
    classify_repeat,
    dedup_window_seconds,
    rises,
    with_repeat,
)
from workflow.settings.settings import Settings

NOW, WINDOW = 2_000_000_000, 3_600
INCIDENTS = st.builds(
    Incident,
    id=st.sampled_from(["one", "two"]),
    kind=st.sampled_from(KINDS),
    title=st.text(max_size=3),
    severity=st.sampled_from(SEVERITIES),
    dedup_key=st.just("key"),
    time=st.sampled_from(["", "2026-01-05T03:12:45Z", "2026-01-05T03:12:46Z"]),
    test=st.booleans(),
)
TIMES = st.integers(NOW - 3 * WINDOW, NOW).map(timestamp)
RECORDS = st.builds(
    Record,
    incident=INCIDENTS,
    execution=st.just("arn"),
    opened=st.just(timestamp(NOW - 3 * WINDOW)),
    claimed_until=st.integers(NOW - 2, NOW + 2),
    open=st.booleans(),
    outcome=st.sampled_from([ACKNOWLEDGED, RESOLVED, UNANSWERED, FAILED]),
    closed_at=TIMES,
    last_seen=TIMES,
    resolved=st.just("") | TIMES,
)


@given(RECORDS, INCIDENTS)
def test_only_an_owned_incident_suppresses_events(record: Record, incident: Incident) -> None:
    """Open and claimed, or acknowledged, not resolved, and seen within the window."""
    status = classify_repeat(record, incident, NOW, WINDOW)

    latest = max(record.closed_at, record.last_seen)
    taken = record.outcome == ACKNOWLEDGED and not record.resolved and not incident.test
    owned = (
        record.claimed_until >= NOW if record.open else taken and latest > timestamp(NOW - WINDOW)
    )
    assert (status == COUNTED) == (owned and not rises(record.incident, incident))
    assert (status == RAISED) == (owned and rises(record.incident, incident))
    assert (status == TAKEN_OVER) == (record.open and not owned)
    assert (status == NEW) == (not record.open and not owned)


@given(INCIDENTS, st.lists(INCIDENTS, min_size=1))
def test_an_incident_keeps_its_highest_severity_and_latest_details(
    known: Incident, repeats: list[Incident]
) -> None:
    merged = known
    for event in repeats:
        merged = with_repeat(merged, event)

    events = [known, *repeats]
    assert merged.id == known.id
    assert merged.severity == min((event.severity for event in events), key=SEVERITIES.index)
    dated = [event for event in events if event.time]
    if len(dated) == len(events):
        assert merged.time == max(event.time for event in events)
        assert merged.title == [e.title for e in events if e.time == merged.time][-1]


def test_a_late_event_does_not_replace_newer_details() -> None:
    newer = Incident(id="one", kind="alarm", title="9 errors", dedup_key="k", time="2026-01-05T04Z")
    older = replace(newer, id="two", title="7 errors", time="2026-01-05T03Z", severity="critical")

    merged = with_repeat(newer, older)

    assert (merged.title, merged.severity) == ("9 errors", "critical")


@pytest.mark.parametrize(
    ("kind", "minutes"),
    [
        ("guardduty_finding", 1_440),
        ("health_event", 1_440),
        ("alarm", 60),
        ("alarm_no_data", 60),
        ("page", 60),
        ("root_sign_in", 5),
        ("other", 5),
    ],
)
def test_each_source_has_its_window(kind: str, minutes: int) -> None:
    default = Settings().dedup_window_minutes.model_dump_json()

    assert dedup_window_seconds(default, kind) == minutes * 60
    assert dedup_window_seconds("7", kind) == 7 * 60


def test_a_number_sets_all_windows_and_an_object_only_some() -> None:
    everywhere = Settings.from_context({"dedup_window_minutes": 0}).dedup_window_minutes
    some = Settings.from_context({"dedup_window_minutes": {"page": 0}}).dedup_window_minutes

    assert set(json.loads(everywhere.model_dump_json()).values()) == {0}
    assert (some.page, some.guardduty) == (0, 1_440)
