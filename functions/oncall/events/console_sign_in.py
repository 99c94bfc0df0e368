"""Console sign-ins, as CloudTrail records them.

Format: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/
cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from oncall.events.envelope import EventEnvelope, ParsedEvent, at, dedup_key, text

# CloudTrail writes this instead of a user name that does not exist, because it could be a
# password typed into the wrong field.
_HIDDEN_NAME = "HIDDEN_DUE_TO_SECURITY_REASONS"
_SSO_ROLE = "AWSReservedSSO_"  # IAM Identity Center names roles AWSReservedSSO_<set>_<16 hex>


def parse(event: EventEnvelope) -> ParsedEvent:
    """Return who signed in, or tried to.

    Role switches, MFA checks, password resets, and records without identity or result are not
    sign-ins, but someone should check them: kind `other`.
    """
    identity = _Identity(event.detail)
    action = text(at(event.detail, "eventName"))
    success = _succeeded(event.detail)
    outcome = {True: "success", False: "failure", None: "unknown"}[success]
    key = dedup_key("sign-in", event.account, identity.key, action, outcome)
    if action != "ConsoleLogin" or success is None or not identity.type:
        about = ", ".join(part for part in (action, identity.label) if part)
        facts = {"type": event.detail_type, "source": event.source, "about": about}
        return ParsedEvent("other", "high", key, facts)
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


class _Identity:
    """Who signed in, from a CloudTrail record: root, an IAM user, or a federated user."""

    def __init__(self, detail: object) -> None:
        identity = at(detail, "userIdentity")
        user = text(at(identity, "userName"))
        arn = text(at(identity, "arn"), 500)
        self.type = text(at(identity, "type"))
        self.kind = {"Root": "root", "IAMUser": "user"}.get(self.type, "federated")
        resource, _, path = arn.partition("/")
        assumed, _, session = path.partition("/")
        if not resource.endswith(":assumed-role"):  # …:assumed-role/<role>/<session>, …:user/<name>
            assumed, session = "", path.rpartition("/")[2]
        role = text(at(identity, "sessionContext", "sessionIssuer", "userName")) or assumed
        name = user or session
        self.name = "" if name == _HIDDEN_NAME or self.kind == "root" else name
        self.role = _permission_set(role)
        self.label = "root" if self.kind == "root" else self.name or self.role or self.type
        self.key = dedup_key(self.kind, role, name or text(at(identity, "principalId")))
        if self.kind == "root":
            self.key = "root"  # an account has one


def _permission_set(role: str) -> str:
    """Return the permission set that an IAM Identity Center role stands for, or the role."""
    if not role.startswith(_SSO_ROLE):
        return role
    return role.removeprefix(_SSO_ROLE).rpartition("_")[0] or role


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
