"""The settings of notifications."""

from typing import Annotated, Literal

from pydantic import BaseModel

from workflow.settings.types import E164, STRICT_MODEL, Team, Unique, pattern_constraint

Email = Annotated[str, pattern_constraint(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", "an email address")]

Guid = Annotated[
    str,
    pattern_constraint(r"[0-9a-f-]{36}", "an ID like 12345678-90ab-cdef-1234-567890abcdef"),
]


class TeamSubscribers(BaseModel):
    """Who receives the notifications of one team."""

    model_config = STRICT_MODEL

    team: Team
    """The team; one of `teams`."""
    emails: Annotated[list[Email], Unique] = []
    """Email addresses. Each recipient must confirm the subscription."""
    sms: Annotated[list[E164], Unique] = []
    """Phone numbers. An SMS contains only the beginning of the text."""


class SlackChannel(BaseModel):
    """A channel in Slack."""

    model_config = STRICT_MODEL

    workspace_id: Annotated[str, pattern_constraint(r"[ET][A-Z0-9]{2,20}", "an ID like T012AB3CD")]
    """ID of the workspace."""
    channel_id: Annotated[str, pattern_constraint(r"[CG][A-Z0-9]{2,20}", "an ID like C012AB3CD")]
    """ID of the channel, the end of its link."""


class TeamsChannel(BaseModel):
    """A channel in Microsoft Teams."""

    model_config = STRICT_MODEL

    tenant_id: Guid
    """ID of the tenant."""
    team_id: Guid
    """ID of the team."""
    channel_id: Annotated[
        str,
        pattern_constraint(
            r"19%3[aA][A-Za-z0-9_.-]+%40thread\.(tacv2|skype)",
            "the part of the channel's link like 19%3aab12%40thread.tacv2",
        ),
    ]
    """ID of the channel."""


class Notifications(BaseModel):
    """Who receives notifications. [notifications.md](notifications.md) lists them."""

    model_config = STRICT_MODEL

    emails: Annotated[list[Email], Unique] = []
    """Email addresses. Each recipient must confirm the subscription."""
    sms: Annotated[list[E164], Unique] = []
    """Phone numbers. An SMS contains only the beginning of the text."""
    by_team: list[TeamSubscribers] = []
    """Subscribers of single teams. They receive the notifications of their teams, and those that
    concern no team, such as alarms about Callout itself."""
    on_call_notices: bool = False
    """Send on-call notices: daily about shifts that begin within 24 hours and gaps within 7 days,
    and immediately when an edit changes who is on call within 7 days. Each person can [subscribe
    to their own](notifications.md#on-call-notices)."""

    links: bool = False
    """Add a link to each incident in the notifications about pages. It opens a web page that shows
    the incident and [acknowledges or resolves it](notifications.md#links). This creates a public
    endpoint."""

    texts: bool = False
    """Send a [text message](notifications.md#text-messages) to contacts with `text: true` in the
    roster when their phone begins to ring. Each costs money, and a new account sends them only to
    verified numbers."""

    slack: SlackChannel | None = None
    """Show notifications in [Slack](notifications.md#chat). Requires the stack `CalloutChat`."""

    teams: TeamsChannel | None = None
    """Show notifications in [Microsoft Teams](notifications.md#chat). Requires the stack
    `CalloutChat`."""

    chat_topic: bool = False
    """Create only the chat topic (stack output `ChatTopicArn`), for an existing [channel
    configuration](notifications.md#chat)."""

    def teams_of(self, protocol: Literal["emails", "sms"]) -> dict[str, list[str]]:
        """Return the teams of each address or number; empty for those that receive everything."""
        everything: dict[str, list[str]] = {address: [] for address in getattr(self, protocol)}
        teams: dict[str, list[str]] = {}
        for subscribers in self.by_team:
            for address in getattr(subscribers, protocol):
                teams.setdefault(address, []).append(subscribers.team)
        return teams | everything
