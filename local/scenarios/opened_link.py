"""A person who opens the link to an incident, and presses a button on its web page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

from oncall.links.link_token import VALID_SECONDS, Link, sign

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Why such a scenario cannot run.
NO_LINKS = "opens_link: the deployment has no links; set notifications.links to true"
#: The key of every local system.
LOCAL_KEY = "the-key-of-every-local-system-4711"


class OpenedLink(BaseModel):
    """Open the link to the incident of the scenario's own event."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: float = Field(ge=0, le=24 * 60 * 60)
    """Seconds after the scenario's own event."""
    by: str
    """The name that the person chooses on the web page."""
    action: Literal["acknowledge", "resolve"] = "acknowledge"

    @property
    def form(self) -> dict[str, str]:
        """What the button sends."""
        return {"action": self.action, "by": self.by}


@dataclass(frozen=True)
class LinkAnswer:
    """An answer by link, and the HTTP status of the response."""

    opened: OpenedLink
    status: int


def token(team: str, event: Mapping[str, object], now: float, person: str = "") -> str:
    """Return the token of the link to an event's incident, as in a notification sent now."""
    return sign(Link(team, str(event["id"]), int(now) + VALID_SECONDS, person), LOCAL_KEY)
