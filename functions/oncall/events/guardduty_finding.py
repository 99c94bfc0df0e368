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
    numeric,
    region,
    text,
)
from oncall.text import PROSE_LIMIT

_FROM_SCORE = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"), (0.0, "low"))
_NAMED_AT: tuple[tuple[str | int, ...], ...] = (
    ("instanceDetails", "instanceId"),
    ("accessKeyDetails", "userName"),
    ("s3BucketDetails", 0, "name"),
    ("eksClusterDetails", "name"),
    ("ecsClusterDetails", "name"),
    ("lambdaDetails", "functionName"),
    ("rdsDbInstanceDetails", "dbInstanceIdentifier"),
)
"""Where a finding names what it is about, inside `resource`; which depends on its type."""


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return the finding; None when it has neither id, title nor type."""
    finding = text(at(event.detail, "title"))
    kind = text(at(event.detail, "type"))
    number = at(event.detail, "id")
    identity = number if isinstance(number, str) and number else finding or kind
    if not identity:
        return None
    score = numeric(at(event.detail, "severity"))
    facts = {
        "finding": finding or kind,
        "description": text(at(event.detail, "description"), PROSE_LIMIT),
        "finding_type": kind,
        "resource": _resource(at(event.detail, "resource")),
        "score": "" if score is None else f"{score:g}",
    }
    key = dedup_key("guardduty", identity)
    return ParsedEvent(
        "guardduty_finding",
        _severity(score),
        key,
        facts,
        # The administrator account also gets its members' findings.
        account=account(at(event.detail, "accountId")),
        region=region(at(event.detail, "region")),
    )


def _severity(score: float | None) -> str:
    if score is None:
        return "high"
    return next((word for least, word in _FROM_SCORE if score >= least), "low")


def _resource(resource: object) -> str:
    names = (text(at(resource, *path)) for path in _NAMED_AT)
    return " ".join(
        part for part in (text(at(resource, "resourceType")), next(filter(None, names), "")) if part
    )
