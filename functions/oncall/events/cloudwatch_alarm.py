"""CloudWatch alarm state changes, of metric and of composite alarms.

Format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
cloudwatch-and-eventbridge.html
"""

from oncall.events.envelope import (
    EventEnvelope,
    ParsedEvent,
    at,
    dedup_key,
    identifier,
    text,
    utc_milliseconds,
)
from oncall.text import PROSE_LIMIT

_KIND_AND_SEVERITY = {
    "ALARM": ("alarm", "high"),
    "OK": ("alarm_ok", "low"),
    "INSUFFICIENT_DATA": ("alarm_no_data", "medium"),
}
#: Why CloudWatch suppresses the actions of a composite alarm (CloudWatch API reference,
#: CompositeAlarm, ActionsSuppressedBy).
_SUPPRESSORS = ("WaitPeriod", "ExtensionPeriod", "Alarm")


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return the alarm; None if its state is unknown.

    The dedup key is the same in every state, so that OK closes the incident that ALARM opened.
    """
    state = at(event.detail, "state")
    known = _KIND_AND_SEVERITY.get(text(at(state, "value")))
    exact_name = identifier(at(event.detail, "alarmName"))
    name = text(exact_name)
    alarm = event.resources[0] if event.resources else exact_name
    if known is None or not alarm:
        return None
    kind, severity = known
    suppressor = text(at(state, "actionsSuppressedBy")) if kind == "alarm" else ""
    facts = {
        "name": name or text(alarm.rpartition(":")[2]),
        "description": text(at(event.detail, "configuration", "description"), PROSE_LIMIT),
        "reason": text(at(state, "reason"), PROSE_LIMIT),
        "suppressed": text(at(state, "actionsSuppressedReason"), PROSE_LIMIT),
        # Whose actions are suppressed: an ARN, or the name if the event has no ARN.
        "suppressed_alarm": text(alarm, PROSE_LIMIT) if suppressor in _SUPPRESSORS else "",
    }
    # The name is unique within an account and a region; the ARN contains all three.
    names = [alarm] if alarm.startswith("arn:") else [event.account, event.region, alarm]
    return ParsedEvent(
        kind,
        severity,
        dedup_key("alarm", *names),
        facts,
        resolved_by="CloudWatch" if kind == "alarm_ok" else "",
        state_time=utc_milliseconds(at(state, "timestamp")),
    )
