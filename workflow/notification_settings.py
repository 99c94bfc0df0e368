"""The settings of what SNS sends."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from workflow.setting_types import E164, EachOnce, like

Email = Annotated[str, like(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", "an e-mail address")]


class Notifications(BaseModel):
    """Who is told. An e-mail address has to confirm its subscription once."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    emails: Annotated[list[Email], EachOnce] = []
    sms: Annotated[list[E164], EachOnce] = []
    """Phone numbers, E.164. SMS carry the beginning of the text only."""
