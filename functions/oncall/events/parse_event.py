"""Parse an EventBridge event into an incident.

Each module of this package parses one kind of event. To support another: write its module, add it
to `_PARSERS`, and add phrases for its kind to the files in `messages/locales`.
"""

from collections.abc import Callable, Sequence

from oncall.events import (
    callout_page,
    cloudwatch_alarm,
    console_sign_in,
    ec2_state_change,
    guardduty_finding,
    health_event,
    unrecognized,
)
from oncall.events.envelope import EventEnvelope, ParsedEvent, at, dedup_key, identifier, utc
from oncall.events.pattern_matching import with_origin
from oncall.incident import Incident
from oncall.messages import locale

#: By detail-type: the expected source, and the parser.
_PARSERS: dict[str, tuple[str, Callable[[EventEnvelope], ParsedEvent | None]]] = {
    # AWS documents both spellings, on different pages.
    "AWS Console Sign In via CloudTrail": ("aws.signin", console_sign_in.parse),
    "AWS Console Signin via CloudTrail": ("aws.signin", console_sign_in.parse),
    "CloudWatch Alarm State Change": ("aws.cloudwatch", cloudwatch_alarm.parse),
    "EC2 Instance State-change Notification": ("aws.ec2", ec2_state_change.parse),
    "GuardDuty Finding": ("aws.guardduty", guardduty_finding.parse),
    "AWS Health Event": ("aws.health", health_event.parse),
    "AWS Health Abuse Event": ("aws.health", health_event.parse),
    callout_page.DETAIL_TYPE: (callout_page.SOURCE, callout_page.parse),
}


def incident_from_event(
    event: object, *, fallback_id: str, fallback_time: str = "", dedup_fields: Sequence[str] = ()
) -> Incident:
    """Return the incident that an event describes.

    Never raises, for any JSON value: events that Callout does not recognize still page, as an
    incident of kind `other`.

    Args:
        event: An event as EventBridge delivers it. Its text is not trusted.
        fallback_id: The incident's ID if the event has no usable one.
        fallback_time: ISO 8601; the incident's time if the event has none.
        dedup_fields: Paths of the fields that identify the incident; `Page` events have a key.
    """
    envelope = EventEnvelope(with_origin(event), fallback_id)
    parsed = _parse(envelope) or unrecognized.parse(envelope)
    chosen = [identifier(at(event, *path.split("."))) for path in dedup_fields]
    key = parsed.dedup_key
    if any(chosen) and parsed.kind != "page":
        names = (envelope.source, envelope.detail_type, envelope.account, envelope.region)
        key = dedup_key("event", *names, *chosen)
    facts = {name: value for name, value in parsed.facts.items() if value}
    account = parsed.account or envelope.account
    region = parsed.region or envelope.region
    template_values = facts | {"account": account, "region": region}
    language = locale.load(locale.DEFAULT)
    return Incident(
        id=envelope.id,
        kind=parsed.kind,
        title=language.title(parsed.kind, template_values),
        details=language.details(parsed.kind, template_values),
        severity=parsed.severity,
        team=parsed.team,
        # A test must never make the real incident look like a duplicate.
        dedup_key=f"test:{key}" if envelope.test else key,
        account=account,
        region=region,
        time=envelope.time or utc(fallback_time),
        test=envelope.test,
        requested_team=parsed.requested_team,
        resolved_by=parsed.resolved_by,
        state_time=parsed.state_time,
        facts=facts,
    )


def _parse(envelope: EventEnvelope) -> ParsedEvent | None:
    source, parse = _PARSERS.get(envelope.detail_type, ("", None))
    return parse(envelope) if parse and envelope.comes_from(source) else None
