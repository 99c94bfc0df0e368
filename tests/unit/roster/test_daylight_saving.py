"""Local times that a clock change skips or repeats."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.roster.daylight_saving import first_moment, is_reached

MOMENT = timedelta(microseconds=1)
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Shanghai",
    "UTC",
    "Pacific/Apia",
]
#: Skipped or repeated in one of the zones; Samoa skipped all of December 30, 2011.
CHANGES = "2011-12-30T12:00 2026-03-29T02:30 2026-03-08T02:30 2026-10-04T02:15 2026-10-25T02:30"


@given(
    zone=st.sampled_from(ZONES),
    local=st.datetimes(datetime(2011, 12, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
        lambda time: time.replace(second=0, microsecond=0)
    )
    | st.sampled_from(CHANGES.split()).map(datetime.fromisoformat),
)
def test_first_moment_is_the_earliest_at_which_the_time_is_reached(
    zone: str, local: datetime
) -> None:
    moment = first_moment(local, ZoneInfo(zone))

    assert is_reached(local, ZoneInfo(zone), moment)
    assert not is_reached(local, ZoneInfo(zone), moment - MOMENT)


@pytest.mark.parametrize(
    ("local", "moment"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:00"),  # skipped: at the jump
        ("2026-10-25T02:30", "2026-10-25T00:30"),  # twice: the first time
        ("2026-07-01T09:00", "2026-07-01T07:00"),
    ],
)
def test_first_moment_in_berlin(local: str, moment: str) -> None:
    arrived = first_moment(datetime.fromisoformat(local), ZoneInfo("Europe/Berlin"))

    assert arrived == datetime.fromisoformat(moment).replace(tzinfo=UTC)
