"""Reads what the judges need from AWS; each thing once, and only when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from callout.deployed_stack import Resource, Rule, Stack, find_stack, resources, rules
from callout.doctor import check_stack
from callout.doctor.check_quotas import DEFAULTS
from callout.doctor.check_sign_ins import Trail
from callout.roster.parameter_store import PREFIX as ROSTERS

if TYPE_CHECKING:
    from collections.abc import Callable

    from callout.aws_session import Aws


class NotKnownError(Exception):
    """Something cannot be read, because of what is missing before it; says what."""


class Account:
    """The account and region that Callout is deployed to.

    What AWS refuses is raised as botocore raises it, each time it is asked for.

    Args:
        aws: where AWS is.
        stack_name: of the stack that Callout was deployed as.
    """

    def __init__(self, aws: Aws, stack_name: str) -> None:
        self.aws = aws
        self.stack_name = stack_name
        self._trails: dict[str, Trail] = {}

    @cached_property
    def stack(self) -> Stack | None:
        """The stack; None where there is none."""
        return find_stack(self.aws, self.stack_name)

    @cached_property
    def resources(self) -> list[Resource]:
        """The stack's resources; none where there is no stack."""
        return resources(self.aws, self.stack_name) if self.stack else []

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that start a page."""
        return rules(self.aws, self.resources)

    @cached_property
    def parameters(self) -> dict[str, str | None]:
        """Value of each parameter of the telephony, by the last part of its name."""
        names = [check_stack.PREFIX + name for name in check_stack.VARIABLES]
        answer = self.aws.client("ssm").get_parameters(Names=names, WithDecryption=True)
        values = {one["Name"]: one["Value"] for one in answer["Parameters"]}
        return {name: values.get(check_stack.PREFIX + name) for name in check_stack.VARIABLES}

    def parameter(self, name: str) -> str:
        """Give one of them; raises NotKnownError where it is missing."""
        value = self.parameters[name]
        if value is None:
            raise NotKnownError(f"there is no {check_stack.PREFIX}{name}")
        return value

    @cached_property
    def environments(self) -> dict[str, dict[str, str]]:
        """Variables of each deployed function, by its handler's module."""
        client = self.aws.client("lambda")
        found = {}
        for resource in self.resources:
            if resource.type == "AWS::Lambda::Function":
                function = client.get_function_configuration(FunctionName=resource.physical_id)
                variables = function.get("Environment", {}).get("Variables", {})
                found[function["Handler"].partition(".")[0]] = variables
        return found

    def variable(self, name: str, default: str) -> str:
        """Give a variable that one of the functions has."""
        values = (variables.get(name) for variables in self.environments.values())
        return next((value for value in values if value), default)

    @cached_property
    def rosters(self) -> dict[str, str | None]:
        """Text of each team's roster; None where a deployed team has none."""
        deployed = [
            one.physical_id.removeprefix(ROSTERS)
            for one in self.resources
            if one.type == "AWS::SSM::Parameter" and one.physical_id.startswith(ROSTERS)
        ]
        pages = self.aws.client("ssm").get_paginator("get_parameters_by_path")
        saved = {
            one["Name"].removeprefix(ROSTERS): one["Value"]
            for page in pages.paginate(Path=ROSTERS, WithDecryption=True)
            for one in page["Parameters"]
        }
        return dict.fromkeys(sorted(deployed)) | saved

    def instance(self, instance_id: str) -> dict[str, Any] | None:
        """Describe the Connect instance; None where there is none."""
        connect = self.aws.client("connect")
        return _unless_missing(
            lambda: dict(connect.describe_instance(InstanceId=instance_id)["Instance"])
        )

    def outbound_calls(self, instance_id: str) -> str:
        """Give the instance's attribute OUTBOUND_CALLS: "true" or "false"."""
        answer = self.aws.client("connect").describe_instance_attribute(
            InstanceId=instance_id, AttributeType="OUTBOUND_CALLS"
        )
        return str(answer["Attribute"]["Value"])

    def numbers(self) -> list[dict[str, Any]]:
        """List the numbers that the account has claimed in this region."""
        pages = self.aws.client("connect").get_paginator("list_phone_numbers_v2")
        return [one for page in pages.paginate() for one in page["ListPhoneNumbersSummaryList"]]

    def number_status(self, number_id: str) -> dict[str, str]:
        """Describe how far the claim of a number is."""
        answer = self.aws.client("connect").describe_phone_number(PhoneNumberId=number_id)
        return dict(answer["ClaimedPhoneNumberSummary"].get("PhoneNumberStatus", {}))

    def flow(self, instance_id: str, flow_id: str) -> dict[str, Any] | None:
        """Describe a contact flow; None where there is none."""
        connect = self.aws.client("connect")

        def describe() -> dict[str, Any]:
            flow = connect.describe_contact_flow(InstanceId=instance_id, ContactFlowId=flow_id)
            return dict(flow["ContactFlow"])

        try:
            return _unless_missing(describe)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ContactFlowNotPublishedException":
                raise
            return {"Status": "SAVED"}

    def subscriptions(self) -> list[dict[str, str]]:
        """List who is subscribed to the topic of the notifications."""
        if self.stack is None:
            raise NotKnownError(f"there is no stack {self.stack_name}")
        topic = self.stack.outputs["NotificationTopicArn"]
        pages = self.aws.client("sns").get_paginator("list_subscriptions_by_topic")
        return [one for page in pages.paginate(TopicArn=topic) for one in page["Subscriptions"]]

    def trails(self, region: str) -> list[Trail]:
        """Read the trails that a region sees; one of all regions only once, at its home."""
        here = self.aws.client("cloudtrail", region)
        found = []
        for one in here.describe_trails(includeShadowTrails=True)["trailList"]:
            arn, home_region = one["TrailARN"], one.get("HomeRegion", region)
            if arn not in self._trails:
                client = self.aws.client("cloudtrail", home_region)
                self._trails[arn] = Trail(
                    name=one["Name"],
                    home_region=home_region,
                    multi_region=one.get("IsMultiRegionTrail", False),
                    global_events=one.get("IncludeGlobalServiceEvents", True),
                    logging=client.get_trail_status(Name=arn)["IsLogging"],
                    selectors=client.get_event_selectors(TrailName=arn),
                )
            found.append(self._trails[arn])
        return found

    def quotas(self) -> dict[str, float]:
        """Read Connect's quotas that matter, by name.

        One that is set for an instance comes after, and so in place of, the account's.
        """
        pages = self.aws.client("service-quotas").get_paginator("list_service_quotas")
        listed = [
            one
            for page in pages.paginate(ServiceCode="connect", QuotaAppliedAtLevel="ALL")
            for one in page["Quotas"]
            if one["QuotaName"] in DEFAULTS and self._of_our_instance(one)
        ]
        listed.sort(key=lambda one: one.get("QuotaAppliedAtLevel") == "RESOURCE")
        return {one["QuotaName"]: float(one["Value"]) for one in listed}

    def _of_our_instance(self, quota: dict[str, Any]) -> bool:
        """Say whether a quota is the account's, every instance's, or our instance's."""
        whose: str = quota.get("QuotaContext", {}).get("ContextId", "*")
        ours = self.parameters["instance-id"]
        return whose == "*" or (ours is not None and whose.endswith(ours))


def _unless_missing(describe: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
    try:
        return describe()
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
