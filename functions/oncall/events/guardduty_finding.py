"""GuardDuty findings.

Format and severities: https://docs.aws.amazon.com/guardduty/latest/ug/
guardduty_findings_eventbridge.html and guardduty_findings-severity.html
"""

from oncall.events.envelope import (
    EventEnvelope,
    ParsedEvent,
    account,
    at,
    dedup_key,
    identifier,
    numeric,
    region,
    text,
)
from oncall.text import PROSE_LIMIT

_MIN_SCORES = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.0, "low"))
_RESOURCE_NAME_PATHS: tuple[tuple[str | int, ...], ...] = (
    ("instanceDetails", "instanceId"),
    ("accessKeyDetails", "userName"),
    ("s3BucketDetails", 0, "name"),
    ("eksClusterDetails", "name"),
    ("ecsClusterDetails", "name"),
    ("lambdaDetails", "functionName"),
    ("rdsDbInstanceDetails", "dbInstanceIdentifier"),
)
"""Paths of the affected resource's name inside `resource`; they depend on the type."""


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return the finding; None if it has no ID, title or type."""
    finding = text(at(event.detail, "title"))
    kind = text(at(event.detail, "type"))
    named = (identifier(at(event.detail, name)) for name in ("id", "title", "type"))
    identity = next(filter(None, named), "")
    if not identity:
        return None
    score = numeric(at(event.detail, "severity"))
    facts = {
        "finding": finding or kind,
        "description": text(at(event.detail, "description"), PROSE_LIMIT),
        "finding_type": kind,
        "resource": _resource(at(event.detail, "resource")),
        "score": text(score),
    }
    # The administrator account also receives its members' findings.
    affected = account(at(event.detail, "accountId")) or event.account
    place = region(at(event.detail, "region")) or event.region
    return ParsedEvent(
        "guardduty_finding",
        _severity(score),
        dedup_key("guardduty", affected, place, identity),
        facts,
        account=affected,
        region=place,
    )


def _severity(score: float | None) -> str:
    if score is None:
        return "high"
    return next((severity for minimum, severity in _MIN_SCORES if score >= minimum), "low")


def _resource(resource: object) -> str:
    names = (text(at(resource, *path)) for path in _RESOURCE_NAME_PATHS)
    return f"{text(at(resource, 'resourceType'))} {next(filter(None, names), '')}".strip()
