"""Exceptions from cdk-nag's AwsSolutions pack, each where it is made and with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Acknowledgment, Stack, Validations

if TYPE_CHECKING:
    from constructs import IConstruct


def accept(construct: IConstruct, rule: str, reason: str) -> None:
    """Accept that a construct breaks a rule.

    Args:
        construct: the construct; those below it are meant too.
        rule: such as `SQS3`, or `IAM5[Resource::*]` for one finding of a rule.
        reason: why it is right here.
    """
    Validations.of(construct).acknowledge(
        Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason)
    )


def accept_wildcard(construct: IConstruct, resource: str, reason: str) -> None:
    """Accept that a policy of the construct allows something on a resource with a wildcard."""
    written = _as_nag_writes(Stack.of(construct).resolve(resource))
    accept(construct, f"IAM5[Resource::{written}]", reason)


def _as_nag_writes(value: Any) -> str:  # noqa: ANN401 - a template's JSON
    """Write a resolved text as cdk-nag's findings do: `<Name>` for what deployment fills in."""
    match value:
        case {"Fn::Join": [between, parts]}:
            return str(between).join(map(_as_nag_writes, parts))
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case _:
            return str(value)
