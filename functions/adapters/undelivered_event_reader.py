"""Read events that EventBridge could not deliver, and what their rules add to them."""

import json

from adapters.aws_clients import AWS_ERRORS, Client
from adapters.logger import log
from oncall.events.envelope import at


def read_event(body: str) -> object:
    """Return the event in a message; the text itself if it cannot be read."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return body


def trigger_of(events: Client, rule_arn: str) -> object:
    """Return the team and severity that the rule adds, None without; its template has them."""
    try:
        found = events.list_targets_by_rule(Rule=rule_arn.rpartition("/")[2])["Targets"]
        template = found[0]["InputTransformer"]["InputTemplate"]
        return at(json.loads(template.replace("<aws.events.event.json>", "null")), "trigger")
    except (*AWS_ERRORS, LookupError, ValueError) as error:
        log("INFO", "rule without input template", incident_id="", reason=type(error).__name__)
        return None
