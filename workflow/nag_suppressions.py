"""Suppress findings of cdk-nag's AwsSolutions pack, each next to its cause and with a reason."""

from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def suppress(construct: IConstruct, rule: str, reason: str) -> None:
    """Suppress a rule (`SQS3`) or a finding (`IAM5[Resource::*]`) on a construct and below it."""
    Validations.of(construct).acknowledge(
        Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    )


def suppress_wildcard(construct: IConstruct, resource: str, reason: str) -> None:
    """Suppress the finding on a policy that allows actions on a resource with a wildcard."""
    finding = _format_resource(Stack.of(construct).resolve(resource))
    suppress(construct, f"IAM5[Resource::{finding}]", reason)


def _format_resource(value: Any) -> str:  # noqa: ANN401 - a template's JSON
    """Format a resolved string as in cdk-nag's findings: `<Name>` for a deploy-time value."""
    match value:
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(map(_format_resource, parts))
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case _:
            return str(value)
