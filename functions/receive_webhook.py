"""Receive webhook requests, and put a `Page` event on the bus for each alert."""

import os
from collections.abc import Mapping
from typing import Any

from adapters.aws_clients import AWS_ERRORS, client
from adapters.logger import log
from adapters.metrics import log_aws_error
from adapters.put_pages import put_pages
from adapters.webhook_tokens import WebhookTokens
from oncall.events.envelope import at
from oncall.webhooks.http_request import parse_body, request_token, response
from oncall.webhooks.webhook_page import BodyError, Webhook, read_webhooks

events = client("events")
tokens = WebhookTokens(client("ssm"))

TRY_AGAIN = {"error": "temporarily unavailable: send the same request again"}


def handler(event: Mapping[str, Any], _context: object) -> dict[str, object]:
    """Answer a request. Nothing of its body, path or headers is logged.

    A sender that retries after a failure repeats the pages; their dedup keys identify the same
    incidents.

    Args:
        event: `POST /webhooks/{name}` from an HTTP API, payload format 2.0.

    Returns:
        202 `{"accepted", "resolved", "ignored"}`; 400, 401, 413 or 503 with `{"error"}`. 401 is the
        same for an unknown name and a wrong token.
    """
    webhooks = read_webhooks(os.environ["WEBHOOKS"])
    webhook = webhooks.get(str(at(event, "pathParameters", "name")))
    # For an unknown name, check the token of another webhook, so that both take the same time.
    checked = webhook or next(iter(webhooks.values()))
    name = webhook.name if webhook else ""
    try:
        accepted = tokens.accept(checked.name, request_token(event))
        if webhook is None or not accepted:
            log("WARNING", "webhook refused", incident_id="", webhook=name)
            return response(401, {"error": "unknown webhook or wrong token"})
        return receive(event, webhook)
    except AWS_ERRORS as error:
        log_aws_error("ERROR", "webhook failed", error, incident_id="")
        return response(503, TRY_AGAIN)


def receive(event: Mapping[str, Any], webhook: Webhook) -> dict[str, object]:
    """Page about the alerts in the body of a request with a valid token."""
    try:
        parsed = parse_body(event, webhook)
    except BodyError as error:
        log("WARNING", "webhook body rejected", incident_id="", webhook=webhook.name, reason=error)
        return response(error.status, {"error": str(error)})
    failed = put_pages(events, (page.entry() for page in parsed.pages))
    resolved = sum(page.resolved for page in parsed.pages)
    counts = {
        "accepted": len(parsed.pages) - resolved,
        "resolved": resolved,
        "ignored": parsed.ignored,
    }
    details = {"webhook": webhook.name, "failed": failed, "problem": parsed.problem}
    level = "ERROR" if failed else "WARNING" if parsed.problem else "INFO"
    log(level, "webhook received", incident_id="", **counts, **details)
    return response(503, TRY_AGAIN) if failed else response(202, counts)
