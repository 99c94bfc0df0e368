"""The settings of a deployment: the context key `callout` in cdk.json."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class SettingsError(ValueError):
    """A setting is wrong; the text is one line that names the key."""


class Settings(BaseModel):
    """What can be chosen at deployment; every setting has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    talk_seconds: Annotated[int, Field(ge=30, le=120)] = 90
    """Seconds after which an answered call in which no key was pressed is ended. The
    message is spoken three times; a voicemail costs this long before the next call. The
    limit keeps the longest page within an execution's history."""

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
    key = ".".join(["callout", *map(str, first["loc"])])
    if first["type"] == "extra_forbidden":
        known = ", ".join(Settings.model_fields)
        return f"context {key}: there is no such setting; there are {known}"
    return f"context {key}: {first['msg']}, not {first['input']!r}"
