"""The settings of notifications."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from workflow.settings.types import E164, STRICT_MODEL, Unique, pattern_constraint

Email = Annotated[str, pattern_constraint(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", "an email address")]


class Notifications(BaseModel):
    """Who receives notifications. [notifications.md](notifications.md) lists them."""

    model_config = STRICT_MODEL

    emails: Annotated[list[Email], Unique] = []
    """Email addresses. Each recipient must confirm the subscription."""
    sms: Annotated[list[E164], Unique] = []
    """Phone numbers. An SMS contains only the beginning of the text."""
