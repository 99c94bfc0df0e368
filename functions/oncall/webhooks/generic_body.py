"""The body of a generic webhook: one page, in Callout's own fields or at configured paths."""

from collections.abc import Mapping

from oncall.events.envelope import at, identifier, text
from oncall.incident import is_token
from oncall.text import NAME_LIMIT, PROSE_LIMIT, clean, shorten
from oncall.webhooks.webhook_page import (
    BodyError,
    Webhook,
    WebhookPage,
    WebhookPages,
    bounded_key,
    severity_of,
)

#: The fields of a `Page` event (events/callout_page.py).
FIELDS = ("title", "details", "severity", "team", "dedup_key", "status")
#: Words of monitoring systems for the end of an alert.
_RESOLVED_WORDS = ("resolved", "ok", "closed", "recovered", "recovery")


def parse_generic(body: Mapping[str, object], webhook: Webhook) -> WebhookPages:
    """Return the page. Without a title, its details or dedup key are the title.

    If paths are configured, fields without a path are not read.

    Raises:
        BodyError: the body has neither a title, details nor a dedup key, or resolves without a
            title or dedup key.
    """
    paths = webhook.fields or {name: name for name in FIELDS}
    values = {name: _value(body, path) for name, path in paths.items()}
    title, key = text(values.get("title")), identifier(values.get("dedup_key"))
    # An object or list is shown as JSON.
    details = text(values.get("details"), PROSE_LIMIT) or clean(
        identifier(values.get("details")), PROSE_LIMIT
    )
    resolved = text(values.get("status")).lower() in _RESOLVED_WORDS
    if resolved and not (title or key):
        field = paths.get("dedup_key", "dedup_key")
        raise BodyError(f"{field}: missing, so nothing can be resolved")
    if not (title or details or key):
        field = paths.get("title", "title")
        raise BodyError(f"{field}: missing, and so are details and dedup_key")
    team = values.get("team")
    page = WebhookPage(
        title=title or shorten(details, NAME_LIMIT) or clean(key),
        details=details,
        severity=severity_of(values.get("severity"), webhook),
        team=team if isinstance(team, str) and is_token(team) else webhook.team,
        dedup_key=bounded_key(key),
        resolved=resolved,
    )
    return WebhookPages((page,))


def _value(body: object, path: str) -> object:
    """Return the value at a path such as `alerts.0.title`; None if there is none."""
    for step in path.split("."):
        is_index = isinstance(body, list) and step.isdecimal()
        body = at(body, int(step) if is_index else step)
    return body
