"""AWS Health events.

Format: https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html
"""

from oncall.events.envelope import (
    EventEnvelope,
    ParsedEvent,
    account,
    at,
    dedup_key,
    identifier,
    items,
    region,
    text,
    utc_milliseconds,
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
    """Return the event, even if it is empty.

    The ARN is the same in every update, page and backup copy of an event, and in every account and
    region that it affects (AWS Health user guide, "Monitoring account-specific and public events").
    A public event is the same for every account.
    """
    service = text(at(event.detail, "service"))
    code = text(at(event.detail, "eventTypeCode"))
    arn = identifier(at(event.detail, "eventArn"))
    affected = account(at(event.detail, "affectedAccount"))
    place = region(at(event.detail, "eventRegion"))
    public = text(at(event.detail, "eventScopeCode")).upper() == "PUBLIC"
    named = [identifier(at(event.detail, name)) for name in ("service", "eventTypeCode")]
    key = dedup_key(
        "health",
        "" if public else affected or event.account,
        place if arn else place or event.region,
        *([arn] if arn else named if any(named) else [event.id]),
    )
    status = text(at(event.detail, "statusCode")).lower()
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
        key,
        facts,
        # The envelope has the notified account and region, not the affected ones.
        account=affected,
        region=place,
        resolved_by="AWS Health" if status == "closed" else "",
        state_time=utc_milliseconds(event.time),
    )


def _event_name(code: str, service: str) -> str:
    """Return `instance stop scheduled` for AWS_EC2_INSTANCE_STOP_SCHEDULED of EC2."""
    name = code.removeprefix("AWS_").removeprefix(f"{service}_")
    return name.replace("_", " ").lower()


def _description(descriptions: object) -> str:
    """Return the English description, or else the first."""
    found = sorted(items(descriptions), key=lambda each: at(each, "language") != "en_US")
    # AWS writes line breaks as a backslash and an n.
    raw = (at(each, "latestDescription") for each in found)
    texts = (text(each.replace("\\n", " "), PROSE_LIMIT) for each in raw if isinstance(each, str))
    return next(filter(None, texts), "")


def _affected(entities: object) -> str:
    named = (text(at(entity, "entityValue")) for entity in items(entities))
    names = list(filter(None, named))
    shown = ", ".join(names[:_AFFECTED_SHOWN])
    return f"{shown}, …" if len(names) > _AFFECTED_SHOWN else shown
