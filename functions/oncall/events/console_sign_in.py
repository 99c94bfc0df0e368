"""Console sign-ins, as CloudTrail records them.

Format: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/
cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from oncall.events.cloudtrail_identity import CloudTrailIdentity
from oncall.events.envelope import EventEnvelope, ParsedEvent, at, dedup_key, text


def parse(event: EventEnvelope) -> ParsedEvent | None:
    """Return who signed in, or tried to.

    None for role switches, MFA checks, password resets, and records without identity or result:
    they are not sign-ins, but someone should check them.
    """
    identity = CloudTrailIdentity(event.detail)
    action = text(at(event.detail, "eventName"))
    success = _succeeded(event.detail)
    if action != "ConsoleLogin" or success is None or not identity.type:
        return None
    outcome = "success" if success else "failure"
    key = dedup_key("sign-in", event.account, *identity.key, action, outcome)
    mfa = {"Yes": "yes", "No": "no"}.get(
        text(at(event.detail, "additionalEventData", "MFAUsed")), ""
    )
    if identity.kind == "federated" and mfa == "no":
        mfa = ""  # AWS cannot know whether the identity provider required MFA
    facts = {
        "principal": identity.name,
        "role": identity.role,
        "ip": text(at(event.detail, "sourceIPAddress")),
        "mfa": mfa if success else "",
        "reason": text(at(event.detail, "errorMessage")),
    }
    kind = f"{identity.kind}_sign_in" if success else f"{identity.kind}_sign_in_failed"
    return ParsedEvent(kind, _severity(identity.kind, mfa, success=success), key, facts)


def _succeeded(detail: object) -> bool | None:
    """Return whether the sign-in succeeded; None if the record does not say."""
    result = text(at(detail, "responseElements", "ConsoleLogin"))
    if result in ("Success", "Failure"):
        return result == "Success"
    return False if text(at(detail, "errorMessage")) or text(at(detail, "errorCode")) else None


def _severity(kind: str, mfa: str, *, success: bool) -> str:
    if kind == "root":
        return "critical" if success else "high"
    return "high" if success and mfa == "no" else "medium"
