"""The settings of deduplication: for how long repeated events are only counted."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, model_validator

from workflow.settings.types import MINUTES_PER_DAY, STRICT_MODEL

Minutes = Annotated[int, Field(ge=0, le=7 * MINUTES_PER_DAY)]


class DedupWindow(BaseModel):
    """The deduplication window by the source of the events, in minutes.

    A window is longer than the interval at which its source repeats itself: GuardDuty sends a
    finding again every 15 minutes to 6 hours while it lasts, AWS Health sends updates, and an alarm
    returns from missing data.
    """

    model_config = STRICT_MODEL

    guardduty: Minutes = MINUTES_PER_DAY
    """GuardDuty findings."""
    health: Minutes = MINUTES_PER_DAY
    """AWS Health events."""
    alarms: Minutes = 60
    """CloudWatch alarms."""
    page: Minutes = 60
    """Callout's own `Page` events."""
    other: Minutes = 5
    """All other events: sign-ins, instances, and those that Callout does not recognize."""

    @model_validator(mode="before")
    @classmethod
    def _for_all_sources(cls, value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
        if isinstance(value, int) and not isinstance(value, bool):
            return dict.fromkeys(cls.model_fields, value)
        if not isinstance(value, dict):
            raise ValueError(  # noqa: TRY004 - pydantic reports only a ValueError
                f"write minutes, or an object with the minutes of {', '.join(cls.model_fields)},"
                f" not {value!r}"
            )
        return value
