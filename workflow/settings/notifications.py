"""The settings of what SNS sends."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from workflow.settings.types import E164, STRICT_MODEL, EachOnce, like

Email = Annotated[str, like(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", "an e-mail address")]


class Notifications(BaseModel):
    """Who is told, and of what: [notifications.md](notifications.md)."""

    model_config = STRICT_MODEL

    emails: Annotated[list[Email], EachOnce] = []
    """Addresses; each has to confirm its subscription."""
    sms: Annotated[list[E164], EachOnce] = []
    """Phone numbers, E.164. SMS carry the beginning of the text only."""
