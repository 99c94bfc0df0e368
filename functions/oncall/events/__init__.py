"""From an EventBridge event to an incident.

One module reads one kind of event. To teach Callout another: write its reader, enter it in
`_READERS`, and give its kind phrases in the language files.
"""

from collections.abc import Callable

from oncall.events import (
    callout_page,
    cloudwatch_alarm,
    console_sign_in,
    ec2_state_change,
    guardduty_finding,
    health_event,
    unrecognized,
)
from oncall.events.envelope import EventEnvelope, ParsedEvent, utc
from oncall.incident import Incident, is_token
from oncall.messages import locale

__all__ = ["incident_from_event"]

_READERS: dict[str, tuple[str, Callable[[EventEnvelope], ParsedEvent | None]]] = {
    # AWS documents the first spelling of two words on one page and as one word on another.
    "AWS Console Sign In via CloudTrail": ("aws.signin", console_sign_in.read),
    "AWS Console Signin via CloudTrail": ("aws.signin", console_sign_in.read),
    "CloudWatch Alarm State Change": ("aws.cloudwatch", cloudwatch_alarm.read),
    "EC2 Instance State-change Notification": ("aws.ec2", ec2_state_change.read),
    "GuardDuty Finding": ("aws.guardduty", guardduty_finding.read),
    "AWS Health Event": ("aws.health", health_event.read),
    "AWS Health Abuse Event": ("aws.health", health_event.read),
    callout_page.DETAIL_TYPE: (callout_page.SOURCE, callout_page.read),
}
"""By detail-type: the source it comes from, and who reads it."""


def incident_from_event(event: object, *, fallback_id: str, fallback_time: str = "") -> Incident:
    """Return the incident that an event tells of.

    Never raises, whatever JSON value the event is: what cannot be understood still pages, as an
    incident of kind `other`.

    Args:
        event: An event as EventBridge delivers it. Its text is not trusted.
        fallback_id: The incident's id if the event has no usable one.
        fallback_time: ISO 8601; the incident's time if the event has none.
    """
    envelope = EventEnvelope(event)
    reading = _understood(envelope) or unrecognized.read(envelope)
    facts = {name: value for name, value in reading.facts.items() if value}
    account = reading.account or envelope.account
    region = reading.region or envelope.region
    said = facts | {"account": account, "region": region}
    words = locale.load(locale.DEFAULT)
    event_id = envelope.id
    return Incident(
        id=event_id if isinstance(event_id, str) and is_token(event_id) else fallback_id,
        kind=reading.kind,
        title=words.title(reading.kind, said),
        details=words.details(reading.kind, said),
        severity=reading.severity,
        team=reading.team,
        # A trial must never be what makes the real incident look like one already seen.
        dedup_key=f"test:{reading.dedup_key}" if envelope.test else reading.dedup_key,
        account=account,
        region=region,
        time=envelope.time or utc(fallback_time),
        test=envelope.test,
        facts=facts,
    )


def _understood(envelope: EventEnvelope) -> ParsedEvent | None:
    source, read = _READERS.get(envelope.detail_type, ("", None))
    return read(envelope) if read and envelope.comes_from(source) else None
