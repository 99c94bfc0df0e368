"""Story time: the seconds people in a story live through, whatever they take here."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the simulated Connect asks of a clock.

    Attributes:
        time_scale: real seconds per story second.
    """

    time_scale: float

    def restart(self) -> None:
        """Make this moment story second 0."""

    def now(self) -> float:
        """Story seconds since the epoch."""

    def real_seconds_until(self, story_second: float) -> float | None:
        """Real seconds until that story second; None where that does not depend on real time."""

    def date(self, story_second: float) -> datetime:
        """The date of a story second, in UTC, to the millisecond as Connect gives it."""


class ScenarioClock:
    """Counts story seconds from its epoch: the moment it was made or restarted.

    Args:
        time_scale: real seconds per story second; 0.02 makes a minute last 1.2 s.
    """

    def __init__(self, time_scale: float) -> None:
        self._time_scale = _positive(time_scale)
        self.restart()

    def restart(self) -> None:
        """Make this moment story second 0."""
        self._epoch = datetime.fromtimestamp(round(time.time(), 3), UTC)
        self._mark = time.monotonic()
        self._story_at_mark = 0.0

    def now(self) -> float:
        """Story seconds since the epoch."""
        return self._story_at_mark + (time.monotonic() - self._mark) / self._time_scale

    @property
    def time_scale(self) -> float:
        """Real seconds per story second."""
        return self._time_scale

    @time_scale.setter
    def time_scale(self, time_scale: float) -> None:
        # Story time goes on from where it is: only its speed changes.
        self._story_at_mark, self._mark = self.now(), time.monotonic()
        self._time_scale = _positive(time_scale)

    def real_seconds_until(self, story_second: float) -> float:
        """Real seconds until that story second; 0 when it has passed."""
        return max(0.0, (story_second - self.now()) * self._time_scale)

    def date(self, story_second: float) -> datetime:
        """The date of a story second, in UTC, to the millisecond as Connect gives it.

        The difference between two dates is in story seconds, so a reader who subtracts
        them sees the same numbers at every time scale.
        """
        return self._epoch + timedelta(seconds=round(story_second, 3))


class ManualClock:
    """Stands still until it is set: story time takes no real time at all.

    Args:
        epoch: the date of story second 0.

    Attributes:
        epoch: the same.
        second: story seconds since the epoch; set it to go on.
    """

    time_scale = 0.0

    def __init__(self, epoch: datetime) -> None:
        self.epoch = epoch
        self.second = 0.0

    def restart(self) -> None:
        """Go back to story second 0."""
        self.second = 0.0

    def now(self) -> float:
        """Story seconds since the epoch."""
        return self.second

    def real_seconds_until(self, story_second: float) -> float | None:
        """0 when it has passed; else None: it comes when the clock is set."""
        return 0.0 if story_second <= self.second else None

    def date(self, story_second: float) -> datetime:
        """The date of a story second, in UTC, to the millisecond as Connect gives it."""
        return self.epoch + timedelta(seconds=round(story_second, 3))


def _positive(time_scale: float) -> float:
    if time_scale <= 0:
        raise ValueError(f"time_scale must be above 0 real seconds, not {time_scale}")
    return time_scale
