"""The deployed stack: its outputs and resources, and the rules that start a page."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from adapters.aws_clients import error_code
from callout.aws_session import AwsSession
from callout.errors import CommandError

DEFAULT_STACK = "Callout"
#: The CDK appends a hash of eight hexadecimal digits to a logical ID.
_HASH = re.compile(r"[0-9A-F]{8}$")
#: The statuses (CloudFormation API reference, Stack) in which a version of the stack is in place
#: and no operation is in progress.
STABLE_STATUSES = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
)
_RULES_CONSTRUCT = "Triggers"


@dataclass(frozen=True)
class Stack:
    """A CloudFormation stack."""

    name: str
    status: str  # such as UPDATE_COMPLETE
    outputs: Mapping[str, str]

    @property
    def is_stable(self) -> bool:
        """Whether a version of it is in place, though maybe not the latest one."""
        return self.status in STABLE_STATUSES


@dataclass(frozen=True)
class Resource:
    """A resource of a stack."""

    type: str  # such as AWS::Events::Rule
    logical_id: str  # its name in the template
    physical_id: str  # its name in AWS


@dataclass(frozen=True)
class Rule:
    """A rule that starts a page."""

    trigger: str  # its trigger's name in the settings, such as RootSignIn
    pattern: Mapping[str, Any]
    enabled: bool


def find_stack(aws: AwsSession, name: str, region: str = "") -> Stack | None:
    """Return a stack; None if there is none of that name."""
    try:
        [found] = aws.client("cloudformation", region).describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        # CloudFormation reports a missing stack as a ValidationError; only the text differs.
        message = error.response["Error"]["Message"]
        if error_code(error) == "ValidationError" and "does not exist" in message:
            return None
        raise
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
    return Stack(name, found["StackStatus"], outputs)


def stack_output(aws: AwsSession, name: str, key: str) -> str:
    """Return an output of Callout's stack; raise CommandError if there is no such stack."""
    found = find_stack(aws, name)
    if found is None or key not in found.outputs:
        raise CommandError(
            f"there is no Callout stack {name} in {aws.region}: deploy it (cdk deploy {name}),"
            " or use another --stack or --region"
        )
    return found.outputs[key]


def list_resources(aws: AwsSession, stack: str, region: str = "") -> list[Resource]:
    """List the resources of a stack."""
    pages = aws.client("cloudformation", region).get_paginator("list_stack_resources")
    found = (
        each for page in pages.paginate(StackName=stack) for each in page["StackResourceSummaries"]
    )
    names = ("ResourceType", "LogicalResourceId", "PhysicalResourceId")
    return [Resource(*(summary.get(name, "") for name in names)) for summary in found]


def trigger_rules(aws: AwsSession, resources: Iterable[Resource], region: str = "") -> list[Rule]:
    """Read the triggers' rules among a stack's resources."""
    events = aws.client("events", region)
    rules = []
    for resource in resources:
        trigger = trigger_name(resource)
        if trigger:
            rule = events.describe_rule(Name=resource.physical_id.rpartition("|")[2])
            pattern = json.loads(rule.get("EventPattern") or "{}")
            rules.append(Rule(trigger, pattern, enabled=rule["State"] != "DISABLED"))
    return rules


def trigger_name(resource: Resource) -> str:
    """Return the name of the trigger that a rule belongs to; "" for other resources.

    `TriggersRootSignInCBAB887A` is RootSignIn: construct Triggers, rule, the CDK's hash.
    """
    if resource.type != "AWS::Events::Rule":
        return ""
    name = _HASH.sub("", resource.logical_id)
    return name.removeprefix(_RULES_CONSTRUCT) if name.startswith(_RULES_CONSTRUCT) else ""
