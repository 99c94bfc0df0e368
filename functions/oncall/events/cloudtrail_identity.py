"""Who did what a CloudTrail record describes.

Format: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/
cloudtrail-event-reference-user-identity.html
"""

from oncall.events.envelope import at, identifier, text

# CloudTrail writes this instead of a user name that does not exist, because it could be a
# password typed into the wrong field.
_HIDDEN_NAME = "HIDDEN_DUE_TO_SECURITY_REASONS"
_SSO_ROLE = "AWSReservedSSO_"  # IAM Identity Center names roles AWSReservedSSO_<set>_<16 hex>


class CloudTrailIdentity:
    """Root, an IAM user, a federated user or a service, from the `userIdentity` of a record.

    `key` has the parts of a dedup key, exactly as recorded; the other attributes are cleaned.
    """

    def __init__(self, detail: object) -> None:
        identity = at(detail, "userIdentity")
        arn = identifier(at(identity, "arn"))
        self.type = text(at(identity, "type"))
        self.kind = {"Root": "root", "IAMUser": "user"}.get(self.type, "federated")
        resource, _, path = arn.partition("/")
        assumed, _, session = path.partition("/")
        if not resource.endswith(":assumed-role"):  # …:assumed-role/<role>/<session>, …:user/<name>
            assumed, session = "", path.rpartition("/")[2]
        role = identifier(at(identity, "sessionContext", "sessionIssuer", "userName")) or assumed
        name = identifier(at(identity, "userName")) or session
        self.name = "" if name == _HIDDEN_NAME or self.kind == "root" else text(name)
        self.role = text(role)
        if self.role.startswith(_SSO_ROLE):  # show the permission set that it stands for
            self.role = self.role.removeprefix(_SSO_ROLE).rpartition("_")[0] or self.role
        service = identifier(at(identity, "invokedBy"))
        self.label = self.name or self.role or text(service) or self.type
        self.key = [self.kind, role, name or identifier(at(identity, "principalId")) or service]
        if self.kind == "root":
            self.label, self.key = "root", ["root"]  # an account has one
