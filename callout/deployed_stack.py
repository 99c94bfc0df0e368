"""What is deployed: a stack's outputs and resources, and the rules that start a page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from callout.errors import CommandError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callout.aws_session import Aws

DEFAULT_STACK = "Callout"
#: A logical id ends with a hash that the CDK adds (eight hexadecimal digits).
_HASH = re.compile(r"[0-9A-F]{8}$")
#: Of all statuses (CloudFormation API reference, Stack), those in which a version of the stack
#: is in place and nothing is under way.
WORKING = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")
_RULES_CONSTRUCT = "Triggers"


@dataclass(frozen=True)
class Stack:
    """A stack of CloudFormation.

    Attributes:
        name: its name.
        status: such as UPDATE_COMPLETE.
        outputs: its outputs, by key.
    """

    name: str
    status: str
    outputs: Mapping[str, str]

    @property
    def works(self) -> bool:
        """Whether what it says is in place, if not always the latest version of it."""
        return self.status in WORKING


@dataclass(frozen=True)
class Resource:
    """A resource of a stack.

    Attributes:
        type: such as AWS::Events::Rule.
        logical_id: its name in the template.
        physical_id: its name in AWS.
    """

    type: str
    logical_id: str
    physical_id: str


@dataclass(frozen=True)
class Rule:
    """A rule that starts a page.

    Attributes:
        trigger: what the settings call it, like RootSignIn.
        pattern: the event pattern.
        enabled: whether it is switched on.
    """

    trigger: str
    pattern: Mapping[str, Any]
    enabled: bool


def find_stack(aws: Aws, name: str, region: str = "") -> Stack | None:
    """Find a stack; None where there is none of that name."""
    try:
        [found] = aws.client("cloudformation", region).describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        said = error.response["Error"]
        # It has no error of its own: a ValidationError, told by its text only.
        if said["Code"] == "ValidationError" and "does not exist" in said["Message"]:
            return None
        raise
    outputs = {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}
    return Stack(name, found["StackStatus"], outputs)


def output(aws: Aws, name: str, key: str) -> str:
    """Give an output of the stack that Callout was deployed as.

    Raises:
        CommandError: there is no such stack, or it is none of Callout.
    """
    found = find_stack(aws, name)
    if found is None or key not in found.outputs:
        raise CommandError(
            f"there is no stack {name} of Callout in {aws.region}: deploy it (cdk deploy {name}),"
            " or name another with --stack or --region"
        )
    return found.outputs[key]


def resources(aws: Aws, stack: str) -> list[Resource]:
    """List the resources of a stack."""
    pages = aws.client("cloudformation").get_paginator("list_stack_resources")
    return [
        Resource(one["ResourceType"], one["LogicalResourceId"], one.get("PhysicalResourceId", ""))
        for page in pages.paginate(StackName=stack)
        for one in page["StackResourceSummaries"]
    ]


def rules(aws: Aws, found: list[Resource]) -> list[Rule]:
    """Read the rules among a stack's resources, those of its triggers."""
    events = aws.client("events")
    read = []
    for resource in found:
        trigger = trigger_of(resource)
        if trigger:
            rule = events.describe_rule(Name=resource.physical_id.rpartition("|")[2])
            pattern = json.loads(rule.get("EventPattern") or "{}")
            read.append(Rule(trigger, pattern, enabled=rule["State"] != "DISABLED"))
    return read


def trigger_of(resource: Resource) -> str:
    """Name the trigger whose rule a resource is; "" for anything else.

    `TriggersRootSignInCBAB887A` is RootSignIn: construct Triggers, rule, the CDK's hash.
    """
    if resource.type != "AWS::Events::Rule":
        return ""
    name = _HASH.sub("", resource.logical_id)
    return name.removeprefix(_RULES_CONSTRUCT) if name.startswith(_RULES_CONSTRUCT) else ""
