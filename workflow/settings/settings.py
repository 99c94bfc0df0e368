"""The settings of a deployment: the context key `callout` in cdk.json."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError, model_validator

from workflow.event_patterns import patterns
from workflow.settings.event_pattern_validation import LONGEST
from workflow.settings.notifications import Notifications
from workflow.settings.telephony import Telephony
from workflow.settings.triggers import Triggers
from workflow.settings.types import STRICT_MODEL, EachOnce, Region, Team, with_connect

#: Where nothing says another: root signs in there, so nothing is to be forwarded.
DEFAULT_REGION = "us-east-1"


class SettingsError(ValueError):
    """A setting is wrong; the text is one line that names the key."""


class Settings(BaseModel):
    """What can be chosen at deployment; every setting has a default."""

    model_config = STRICT_MODEL

    home_region: Region | None = None
    """Region that Callout is deployed to; without it the one that the CDK is called with, else
    us-east-1. It must have Amazon Connect, wherever it comes from. In AWS GovCloud no sign-in is
    forwarded: only what arrives in the home region pages, and nobody has tried it."""

    teams: Annotated[list[Team], Field(min_length=1), EachOnce] = ["default"]
    """Teams with a roster; each gets a parameter `/callout/rosters/<team>` and a daily drill."""

    triggers: Triggers = Triggers()
    """What pages."""

    telephony: Telephony = Telephony()
    """How it calls."""

    notifications: Notifications = Notifications()
    """Who is told by SNS."""

    max_call_seconds: Annotated[int, Field(ge=30, le=120)] = 120
    """Seconds after which an answered call in which no key was pressed is ended. The
    message is spoken three times; a voicemail costs this long before the next call. The
    limit keeps the longest page within an execution's history."""

    dedup_window_minutes: Annotated[int, Field(ge=0, le=1440)] = 5
    """Minutes after an acknowledgement, unless the incident was resolved since, in which the same
    one again calls nobody: it is counted. 0: it always calls."""

    ack_timeout_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    """Minutes after an acknowledgement in which somebody has to say that the incident is over
    (`callout resolve`, or its alarm is OK again), or it pages again, and again. Tests are not
    reminded of. It must be a day less than `retention_days`, and needs `triggers.page`. 0: it never
    does."""

    retention_days: Annotated[int, Field(ge=7, le=3650)] = 400
    """Days for which the incident table remembers an incident: who was called, who took it."""

    @model_validator(mode="after")
    def _teams_known(self) -> Settings:
        for key, trigger in self.triggers.by_key().items():
            said = trigger.enabled or "team" in trigger.model_fields_set
            if said and trigger.team not in self.teams:
                known = ", ".join(self.teams)
                raise ValueError(
                    f"triggers.{key}.team: {trigger.team!r} is not one of `teams` ({known})"
                )
        return self

    @model_validator(mode="after")
    def _reminders_arrive(self) -> Settings:
        if self.ack_timeout_minutes and not self.triggers.page.enabled:
            raise ValueError(
                "ack_timeout_minutes: reminders are Callout's own pages: enable triggers.page"
            )
        # A day more, so that whoever waited hours for the line still finds the record.
        if self.ack_timeout_minutes > (self.retention_days - 1) * 24 * 60:
            raise ValueError(
                "ack_timeout_minutes: the incident would expire first; set retention_days to"
                f" at least {-(-self.ack_timeout_minutes // (24 * 60)) + 1}"
            )
        return self

    @model_validator(mode="after")
    def _patterns_fit(self) -> Settings:
        for key, pattern in patterns(self.triggers).items():
            length = len(json.dumps(pattern, separators=(",", ":")))
            if length > LONGEST:
                raise ValueError(
                    f"triggers.{key}: its event pattern has {length:,} characters, and EventBridge"
                    f" takes {LONGEST:,}: ask for less, or by prefixes, or in two `patterns`"
                )
        return self

    def region(self, called_with: str | None) -> str:
        """Give the region to deploy to; raises SettingsError where it has no Amazon Connect.

        Args:
            called_with: region that the CDK command line is called with, where known.
        """
        region = self.home_region or called_with or DEFAULT_REGION
        try:
            return with_connect(region)
        except ValueError as error:
            raise SettingsError(
                f"context callout.home_region: not set, so the region that the CDK is called with"
                f" counts, and {error}: set it, or AWS_REGION"
            ) from None

    @classmethod
    def from_context(cls, context: object) -> Settings:
        """Read the settings; raises SettingsError for the first that is wrong.

        Args:
            context: the value of the context key: a mapping from cdk.json, a JSON text
                from `--context callout='{...}'`, or None.
        """
        if isinstance(context, str):
            try:
                context = json.loads(context)
            except ValueError as error:
                raise SettingsError(f"context callout: not JSON: {error}") from None
        if context is None:
            context = {}
        if not isinstance(context, dict):
            raise SettingsError(f"context callout: must be a mapping, not {context!r}")
        try:
            return cls.model_validate(context)
        except ValidationError as error:
            raise SettingsError(_first_line(error)) from None


def _first_line(error: ValidationError) -> str:
    first = error.errors()[0]
    where = [str(step) for step in first["loc"]]
    key = ".".join(["callout", *where])
    if first["type"] == "extra_forbidden":
        known = ", ".join(_fields_at(where[:-1])) or "none"
        return f"context {key}: there is no such setting; there are {known}"
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "value_error":
        return f"context {key}: {message}"
    return f"context {key}: {message}, not {first['input']!r}"


def _fields_at(where: list[str]) -> list[str]:
    """Name the settings that there are at a place."""
    model: Any = Settings
    for step in where:
        if step.isdecimal():  # an item of a list, whose model the step before has found
            continue
        field = model.model_fields[step]
        candidates = [field.annotation, *getattr(field.annotation, "__args__", ())]
        model = next((one for one in candidates if hasattr(one, "model_fields")), None)
        if model is None:
            return []
    return list(model.model_fields)
