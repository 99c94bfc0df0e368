"""What makes an incident wait: quiet hours for its severity, or a mute that matches it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.hold import Hold, find_hold, matches
from oncall.incident import Incident
from oncall.roster.parsing.parser import parse

ROSTER = parse("""
timezone: Asia/Shanghai
contacts: [{name: Ana, phone: +14155550132}]
quiet_hours:
  - {severities: [low, medium], hours: [22:00-07:00]}
  - {severities: [low], hours: [Sat-Sun 00:00-24:00], timezone: America/New_York}
mutes:
  - {match: prod-batch-*, from: 2026-12-01T09:00, until: 2026-12-01T11:00, reason: migration}
  - {match: "*-7", from: 2026-12-01T10:00, until: 2026-12-01T12:00, reason: test of host 7}
  - {match: old, until: 2026-11-30T09:00, reason: expired}
  - {match: soon, until: 2026-12-02T09:00, reason: without a start}
""")
BATCH = Incident(id="1", kind="page", title="Batch stopped", dedup_key="page:default:prod-batch-7")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ROSTER.timezone))


def held(incident: Incident, at: str) -> tuple[str, str, str] | None:
    """Return kind, local end and reason."""
    hold = find_hold(ROSTER, incident, local(at))
    if hold is None or hold.until is None:
        return None
    return hold.kind, f"{hold.until.astimezone(ZoneInfo(ROSTER.timezone)):%d %H:%M}", hold.reason


@pytest.mark.parametrize(
    ("severity", "at", "expected"),
    [
        ("critical", "2026-12-03T23:00", None),
        ("high", "2026-12-03T23:00", None),
        ("medium", "2026-12-03T23:00", ("quiet_hours", "04 07:00", "22:00-07:00")),
        ("medium", "2026-12-03T12:00", None),
        # Saturday in New York starts at 13:00 in Shanghai.
        (
            "low",
            "2026-12-06T02:00",
            ("quiet_hours", "07 13:00", "22:00-07:00, Sat-Sun 00:00-24:00"),
        ),
        ("medium", "2026-12-06T02:00", ("quiet_hours", "06 07:00", "22:00-07:00")),
    ],
)
def test_quiet_hours_hold_the_severities_they_list(
    severity: str, at: str, expected: tuple[str, str, str] | None
) -> None:
    assert held(replace(BATCH, dedup_key="other", severity=severity), at) == expected


@pytest.mark.parametrize("severity", ["critical", "low"])
def test_a_mute_holds_any_severity_until_it_ends(severity: str) -> None:
    batch = replace(BATCH, severity=severity)

    assert held(batch, "2026-12-01T08:59") is None
    assert held(batch, "2026-12-01T09:00") == ("mute", "01 11:00", "migration")
    assert held(batch, "2026-12-01T10:59") == ("mute", "01 12:00", "test of host 7")
    assert held(batch, "2026-12-01T12:00") is None


def test_the_hold_that_ends_last_is_returned() -> None:
    soon = replace(BATCH, dedup_key="soon", severity="low")

    assert held(soon, "2026-12-01T23:00") == ("mute", "02 09:00", "without a start")
    assert held(soon, "2026-12-02T09:00") is None


def test_a_drill_never_waits() -> None:
    assert held(replace(BATCH, drill=True), "2026-12-01T10:00") is None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("prod-batch-*", True),  # the key that the sender chose
        ("PAGE:default:Prod-Batch-?", True),
        ("prod-batch", False),
        ("queue depth", True),  # the name of the alarm
        ("[prod] batch stopped", True),  # a title as it is written
        ("[[]prod] batch*", True),
        ("straße", False),
        ("*stopped", True),
        ("[!a]*", True),
        ("[", False),
        ("[z-a]", False),
    ],
)
def test_a_pattern_is_compared_with_key_alarm_and_title(pattern: str, *, expected: bool) -> None:
    incident = replace(BATCH, title="[PROD] Batch stopped", facts={"name": "Queue Depth"})

    assert matches(pattern, incident) is expected
    assert matches(pattern, replace(incident, dedup_key=f"test:{BATCH.dedup_key}")) is expected or (
        pattern.startswith("PAGE:")
    )


@given(pattern=st.text(max_size=200), title=st.text(max_size=200))
def test_any_pattern_can_be_compared(pattern: str, title: str) -> None:
    assert matches(pattern, replace(BATCH, title=title)) in (True, False)
    assert matches(title, replace(BATCH, title=title)) or not title


def test_the_end_is_in_utc() -> None:
    hold = find_hold(ROSTER, BATCH, local("2026-12-01T09:00"))

    assert hold == Hold("mute", datetime.fromisoformat("2026-12-01T03:00Z"), "migration")
