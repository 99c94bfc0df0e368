"""AWS Health events.

Format: https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
"""

from oncall.events.envelope import (
    EventEnvelope,
    ParsedEvent,
    account,
    at,
    dedup_key,
    items,
    region,
    text,
)
from oncall.text import PROSE_LIMIT

_CATEGORY_SEVERITY = {
    "issue": "high",
    "investigation": "high",
    "scheduledChange": "medium",
    "accountNotification": "medium",
}
_AFFECTED_SHOWN = 5


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return the event; None if it has no ARN, service or type code."""
    service = text(at(event.detail, "service"))
    code = text(at(event.detail, "eventTypeCode"))
    arn = at(event.detail, "eventArn")
    identity = arn if isinstance(arn, str) and arn else ":".join(filter(None, (service, code)))
    if not identity:
        return None
    status = text(at(event.detail, "statusCode"))
    category = text(at(event.detail, "eventTypeCategory"))
    facts = {
        "service": service,
        "event": _event_name(code, service),
        "description": _description(at(event.detail, "eventDescription")),
        "affected": _affected(at(event.detail, "affectedEntities")),
        "starts": text(at(event.detail, "startTime")),
        "status": status,
    }
    severity = "low" if status == "closed" else _CATEGORY_SEVERITY.get(category, "high")
    return ParsedEvent(
        "health_event",
        severity,
        dedup_key("health", identity),
        facts,
        # The envelope has the notified account and region, not the affected ones.
        account=account(at(event.detail, "affectedAccount")),
        region=region(at(event.detail, "eventRegion")),
    )


def _event_name(code: str, service: str) -> str:
    """Return `instance stop scheduled` for AWS_EC2_INSTANCE_STOP_SCHEDULED of EC2."""
    name = code.removeprefix("AWS_").removeprefix(f"{service}_")
    return name.replace("_", " ").lower()


def _description(descriptions: object) -> str:
    """Return the English description, or else the first."""
    first = ""
    for description in items(descriptions):
        # AWS writes line breaks as a backslash and an n.
        raw = at(description, "latestDescription")
        cleaned = text(raw.replace("\\n", " "), PROSE_LIMIT) if isinstance(raw, str) else ""
        if cleaned and at(description, "language") == "en_US":
            return cleaned
        first = first or cleaned
    return first


def _affected(entities: object) -> str:
    names = [
        name for name in (text(at(entity, "entityValue")) for entity in items(entities)) if name
    ]
    shown = ", ".join(names[:_AFFECTED_SHOWN])
    return f"{shown}, …" if len(names) > _AFFECTED_SHOWN else shown
