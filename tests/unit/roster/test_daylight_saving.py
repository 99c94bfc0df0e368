"""Local times that a clock change skips or repeats."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.roster.daylight_saving import first_moment, is_reached

MOMENT = timedelta(microseconds=1)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Shanghai",
    "UTC",
    "Pacific/Apia",
)


@given(
    zone=st.sampled_from(ZONES),
    local=st.datetimes(datetime(2011, 12, 1), datetime(2026, 12, 31)).map(  # noqa: DTZ001
        lambda time: time.replace(second=0, microsecond=0)
    )
    | st.sampled_from(
        [
            datetime(2011, 12, 30, 12),  # noqa: DTZ001 (Samoa skipped this day)
            datetime(2026, 3, 29, 2, 30),  # noqa: DTZ001
            datetime(2026, 3, 8, 2, 30),  # noqa: DTZ001
            datetime(2026, 10, 4, 2, 15),  # noqa: DTZ001
            datetime(2026, 10, 25, 2, 30),  # noqa: DTZ001
        ]
    ),
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
