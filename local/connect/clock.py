"""Scenario time: seconds as the people in a scenario experience them, at any real speed."""

import time
from datetime import UTC, datetime, timedelta


class ScenarioClock:
    """Counts scenario seconds from its epoch: the moment it was created or restarted.

    Args:
        time_scale: real seconds per scenario second; at 0.02 a minute takes 1.2 s.
    """

    def __init__(self, time_scale: float) -> None:
        self._time_scale = _positive(time_scale)
        self.restart()

    def restart(self) -> None:
        """Make this moment scenario second 0."""
        self._epoch = datetime.fromtimestamp(round(time.time(), 3), UTC)
        self._mark = time.monotonic()
        self._second_at_mark = 0.0

    def now(self) -> float:
        """Scenario seconds since the epoch."""
        return self._second_at_mark + (time.monotonic() - self._mark) / self._time_scale

    @property
    def time_scale(self) -> float:
        """Real seconds per scenario second."""
        return self._time_scale

    @time_scale.setter
    def time_scale(self, time_scale: float) -> None:
        # Scenario time continues from the current second; only its speed changes.
        self._second_at_mark, self._mark = self.now(), time.monotonic()
        self._time_scale = _positive(time_scale)

    def real_seconds_until(self, scenario_second: float) -> float:
        """Real seconds until a scenario second; 0 if it has passed."""
        return max(0.0, (scenario_second - self.now()) * self._time_scale)

    def date(self, scenario_second: float) -> datetime:
        """The date of a scenario second, in UTC, in milliseconds as Connect returns it.

        The difference between two dates is in scenario seconds, so it is the same at every time
        scale.
        """
        return self._epoch + timedelta(seconds=round(scenario_second, 3))


class ManualClock:
    """Stands still until it is set, so scenario time takes no real time.

    Attributes:
        epoch: the date of scenario second 0.
        second: scenario seconds since the epoch; set it to advance the clock.
    """

    time_scale = 0.0

    def __init__(self, epoch: datetime) -> None:
        self.epoch = epoch
        self.second = 0.0

    def restart(self) -> None:
        """Go back to scenario second 0."""
        self.second = 0.0

    def now(self) -> float:
        """Scenario seconds since the epoch."""
        return self.second

    def real_seconds_until(self, scenario_second: float) -> float | None:
        """0 if the second has passed; otherwise None: it passes when the clock is set."""
        return 0.0 if scenario_second <= self.second else None

    def date(self, scenario_second: float) -> datetime:
        """The date of a scenario second, in UTC, in milliseconds as Connect returns it."""
        return self.epoch + timedelta(seconds=round(scenario_second, 3))


Clock = ScenarioClock | ManualClock
"""A clock of the simulated Connect."""


def _positive(time_scale: float) -> float:
    if time_scale <= 0:
        raise ValueError(f"time_scale must be above 0 real seconds, not {time_scale}")
    return time_scale
