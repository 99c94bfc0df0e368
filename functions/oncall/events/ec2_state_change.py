"""EC2 instance state changes.

Format: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instance-state-changes.html
"""

from oncall.events.envelope import EventEnvelope, ParsedEvent, at, dedup_key, identifier, text

_STARTING_STATES = ("pending", "running")


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return the instance and its state; None if either is missing."""
    instance = identifier(at(event.detail, "instance-id"))
    if not instance and event.resources:
        instance = event.resources[0].rpartition("/")[2]
    state = identifier(at(event.detail, "state"))
    if not instance or not state:
        return None
    severity = "low" if state in _STARTING_STATES else "high"
    key = dedup_key("ec2", event.account, event.region, instance, state)
    facts = {"instance": text(instance), "state": text(state)}
    return ParsedEvent("instance_state", severity, key, facts)
