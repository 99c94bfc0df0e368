"""The settings of webhooks."""

import json
from typing import Annotated, Literal, Self

from pydantic import BaseModel, model_validator

from oncall.incident import DEFAULT_TEAM
from workflow.settings.triggers import Severity
from workflow.settings.types import (
    FITS_VARIABLE,
    STRICT_MODEL,
    Constraint,
    Team,
    pattern_constraint,
    require_room,
    require_unique,
)

PageField = Literal["title", "details", "severity", "team", "dedup_key", "status"]
FieldPath = Annotated[
    str,
    pattern_constraint(
        r"(?!\$\.)[^.\s\[\]]+(\.[^.\s\[\]]+){0,15}",  # no JSONPath
        "a dotted path into the JSON of the request, like alert.name or alerts.0.title",
    ),
]


class Webhook(BaseModel):
    """One sender of alerts: `POST <HttpEndpoint>/webhooks/<name>` pages its team.

    Create its token with `callout webhook create <name>`. [webhooks.md](webhooks.md) shows how to
    configure senders.
    """

    model_config = STRICT_MODEL

    name: Annotated[
        str,
        pattern_constraint(
            r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
            "1 to 63 lower-case letters, digits or hyphens, like grafana-prod",
        ),
    ]
    """Unique name; part of the URL and of the name of the token's parameter."""
    format: Literal["alertmanager", "grafana", "generic"]
    """Format of the requests. `generic`: the fields of a `Page` event, or other JSON with
    `fields`."""
    team: Team = DEFAULT_TEAM
    """Team to call; one of `teams`."""
    severity: Severity | None = None
    """Severity of alerts without one."""
    fields: Annotated[
        dict[PageField, FieldPath], Constraint(lambda paths: paths, "object: paths by field")
    ] = {}
    """For the format `generic`: paths in the request's JSON of the fields of a `Page` event, like
    `{"title": "alert.name"}`. If empty, the request must use the names of these fields."""

    @model_validator(mode="after")
    def _fields_of_generic(self) -> Self:
        if self.fields and self.format != "generic":
            raise ValueError(
                f"`fields` needs the format generic, not {self.format}: remove it, or change"
                " `format`"
            )
        if self.fields and not self.fields.keys() & {"title", "details", "dedup_key"}:
            raise ValueError("`fields` needs the path of title, details or dedup_key: add one")
        return self


def environment(webhooks: list[Webhook]) -> str:
    """Return the webhooks as the JSON that functions/receive_webhook.py reads."""
    settings = [
        {key: value for key, value in webhook.model_dump().items() if value} for webhook in webhooks
    ]
    return json.dumps(settings, separators=(",", ":"))


def _consistent(webhooks: list[Webhook]) -> list[Webhook]:
    problem = "the name {!r} is used twice: choose another name"
    require_unique([webhook.name for webhook in webhooks], problem)
    fix = "use shorter names, or one webhook for several senders"
    require_room(environment(webhooks), fix)
    return webhooks


UniqueNames = Constraint(_consistent, FITS_VARIABLE)
"""On a list of webhooks."""
