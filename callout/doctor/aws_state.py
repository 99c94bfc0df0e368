"""Read what the checks need from AWS, each value once and only on demand."""

import json
from functools import cached_property
from typing import Any

from botocore.exceptions import ClientError

from adapters.aws_clients import error_code
from callout.aws_session import AwsSession
from callout.deployed_stack import (
    Resource,
    Rule,
    Stack,
    find_stack,
    list_resources,
    trigger_rules,
)
from callout.doctor import check_connect
from callout.doctor.check_quotas import DEFAULTS
from callout.doctor.check_sign_ins import Trail
from callout.roster.parameter_store import PREFIX as ROSTERS
from callout.roster.parameter_store import deployed_teams


class MissingPrerequisiteError(Exception):
    """Something cannot be read because what it depends on is missing; the text names that."""


class AwsState:
    """The state of the account and region of Callout; AWS errors are raised on each access."""

    def __init__(self, aws: AwsSession, stack_name: str) -> None:
        self.aws = aws
        self.stack_name = stack_name
        self._trails: dict[str, Trail] = {}

    @cached_property
    def stack(self) -> Stack | None:
        """The stack; None if there is none."""
        return find_stack(self.aws, self.stack_name)

    @cached_property
    def resources(self) -> list[Resource]:
        """The stack's resources; empty if there is no stack."""
        return list_resources(self.aws, self.stack_name) if self.stack else []

    @cached_property
    def rules(self) -> list[Rule]:
        """The rules that start a page."""
        return trigger_rules(self.aws, self.resources)

    @cached_property
    def sources(self) -> dict[str, Any]:
        """The setting `sources` of the deployment; empty without it."""
        outputs = self.stack.outputs if self.stack else {}
        return dict(json.loads(outputs.get("Sources", "{}")))

    def forwarding_rules(self, stack: str, region: str) -> list[Rule]:
        """Read the rules of a stack in another region that send events to the home bus."""
        outputs = self.stack.outputs if self.stack else {}
        _, partition, _, home_region, account, *_ = outputs["StateMachineArn"].split(":")
        bus = f"arn:{partition}:events:{home_region}:{account}:event-bus/default"
        events = self.aws.client("events", region)
        pages = events.get_paginator("list_rule_names_by_target").paginate(TargetArn=bus)
        names = {name for page in pages for name in page["RuleNames"]}
        resources = list_resources(self.aws, stack, region)
        sending = (each for each in resources if each.physical_id.rpartition("|")[2] in names)
        return trigger_rules(self.aws, sending, region)

    def bus_policy(self) -> str:
        """Return the policy of the home bus, as JSON; "" if it has none."""
        return str(self.aws.client("events").describe_event_bus(Name="default").get("Policy", ""))

    @cached_property
    def parameters(self) -> dict[str, str | None]:
        """The telephony parameters, by the last part of their names; None if missing."""
        names = [check_connect.PREFIX + name for name in check_connect.VARIABLES]
        answer = self.aws.client("ssm").get_parameters(Names=names, WithDecryption=True)
        values = {parameter["Name"]: parameter["Value"] for parameter in answer["Parameters"]}
        return {name: values.get(check_connect.PREFIX + name) for name in check_connect.VARIABLES}

    def parameter(self, name: str) -> str:
        """Return a telephony parameter; raise MissingPrerequisiteError if it is missing."""
        value = self.parameters[name]
        if value is None:
            raise MissingPrerequisiteError(f"there is no {check_connect.PREFIX}{name}")
        return value

    @cached_property
    def environments(self) -> dict[str, dict[str, str]]:
        """Environment variables of each deployed function, by its handler's module."""
        client = self.aws.client("lambda")
        environments = {}
        for resource in self.resources:
            if resource.type == "AWS::Lambda::Function":
                function = client.get_function_configuration(FunctionName=resource.physical_id)
                variables = function.get("Environment", {}).get("Variables", {})
                environments[function["Handler"].partition(".")[0]] = variables
        return environments

    def variable(self, name: str, default: str) -> str:
        """Return an environment variable that one of the functions has."""
        values = (variables.get(name) for variables in self.environments.values())
        return next((value for value in values if value), default)

    @cached_property
    def rosters(self) -> dict[str, str | None]:
        """Text of each team's roster; None if a deployed team has none."""
        request = {"Path": ROSTERS, "WithDecryption": True}
        found = self.aws.items("ssm", "get_parameters_by_path", "Parameters", **request)
        saved = {each["Name"].removeprefix(ROSTERS): each["Value"] for each in found}
        return dict.fromkeys(deployed_teams(self.resources)) | saved

    def secure_parameters(self) -> set[str]:
        """Return the names of Callout's SecureString parameters, without reading them."""
        filters = [
            {"Key": "Name", "Option": "BeginsWith", "Values": ["/callout/"]},
            {"Key": "Type", "Values": ["SecureString"]},
        ]
        request = {"ParameterFilters": filters}
        found = self.aws.items("ssm", "describe_parameters", "Parameters", **request)
        return {parameter["Name"] for parameter in found}

    def instance(self, instance_id: str) -> dict[str, Any] | None:
        """Describe a Connect instance; None if there is none."""
        try:
            answer = self.aws.client("connect").describe_instance(InstanceId=instance_id)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                return None
            raise
        return dict(answer["Instance"])

    def instance_attribute(self, instance_id: str, name: str) -> str:
        """Return an attribute of the instance, such as OUTBOUND_CALLS: "true" or "false"."""
        answer = self.aws.client("connect").describe_instance_attribute(
            InstanceId=instance_id, AttributeType=name
        )
        return str(answer["Attribute"]["Value"])

    def numbers(self) -> list[dict[str, Any]]:
        """List the numbers that the account has claimed in this region."""
        return self.aws.items("connect", "list_phone_numbers_v2", "ListPhoneNumbersSummaryList")

    def number_status(self, number_id: str) -> dict[str, str]:
        """Return the status of a claimed number."""
        answer = self.aws.client("connect").describe_phone_number(PhoneNumberId=number_id)
        return dict(answer["ClaimedPhoneNumberSummary"].get("PhoneNumberStatus", {}))

    def flow(self, instance_id: str, flow_id: str) -> dict[str, Any] | None:
        """Describe a contact flow; None if there is none."""
        connect = self.aws.client("connect")
        try:
            answer = connect.describe_contact_flow(InstanceId=instance_id, ContactFlowId=flow_id)
        except ClientError as error:
            match error_code(error):
                case "ResourceNotFoundException":
                    return None
                case "ContactFlowNotPublishedException":
                    return {"Status": "SAVED"}
            raise
        return dict(answer["ContactFlow"])

    def subscriptions(self, topic: str = "NotificationTopicArn") -> list[dict[str, str]]:
        """List the subscriptions of a topic, by default of the one for notifications.

        `topic` is the name of a stack output.
        """
        if self.stack is None:
            raise MissingPrerequisiteError(f"there is no stack {self.stack_name}")
        request = {"TopicArn": self.stack.outputs[topic]}
        return self.aws.items("sns", "list_subscriptions_by_topic", "Subscriptions", **request)

    def sms_sandbox(self) -> tuple[bool, set[str]]:
        """Return whether SNS is in its SMS sandbox, and the numbers that are verified for it."""
        sns = self.aws.client("sns")
        if not sns.get_sms_sandbox_account_status()["IsInSandbox"]:
            return False, set()
        numbers = self.aws.items("sns", "list_sms_sandbox_phone_numbers", "PhoneNumbers")
        return True, {each["PhoneNumber"] for each in numbers if each["Status"] == "Verified"}

    def sms_spending_limit(self) -> float:
        """Return the USD a month at which SNS stops sending text messages."""
        request = {"attributes": ["MonthlySpendLimit"]}
        found = self.aws.client("sns").get_sms_attributes(**request)["attributes"]
        return float(found.get("MonthlySpendLimit") or 1)

    @property
    def sends_texts(self) -> bool:
        """Whether the deployment sends text messages to contacts."""
        return "TEXTS" in self.environments.get("place_call", {})

    def unreserved_concurrency(self) -> int:
        """Return how many functions without reserved concurrency may run at once."""
        limit = self.aws.client("lambda").get_account_settings()["AccountLimit"]
        return int(limit["UnreservedConcurrentExecutions"])

    def trails(self, region: str) -> list[Trail]:
        """Read the trails of a region; a multi-region trail only once, in its home region."""
        cloudtrail = self.aws.client("cloudtrail", region)
        trails = []
        for trail in cloudtrail.describe_trails(includeShadowTrails=True)["trailList"]:
            arn, home_region = trail["TrailARN"], trail.get("HomeRegion", region)
            if arn not in self._trails:
                client = self.aws.client("cloudtrail", home_region)
                self._trails[arn] = Trail(
                    name=trail["Name"],
                    home_region=home_region,
                    multi_region=trail.get("IsMultiRegionTrail", False),
                    global_events=trail.get("IncludeGlobalServiceEvents", True),
                    logging=client.get_trail_status(Name=arn)["IsLogging"],
                    selectors=client.get_event_selectors(TrailName=arn),
                )
            trails.append(self._trails[arn])
        return trails

    def quotas(self) -> dict[str, float]:
        """Read the quotas of Connect that are checked, by name.

        A quota of the instance overrides the account's, so it comes later in the list.
        """
        request = {"ServiceCode": "connect", "QuotaAppliedAtLevel": "ALL"}
        found = self.aws.items("service-quotas", "list_service_quotas", "Quotas", **request)
        listed = [
            quota
            for quota in found
            if quota["QuotaName"] in DEFAULTS and self._applies_to_instance(quota)
        ]
        listed.sort(key=lambda quota: quota.get("QuotaAppliedAtLevel") == "RESOURCE")
        return {quota["QuotaName"]: float(quota["Value"]) for quota in listed}

    def _applies_to_instance(self, quota: dict[str, Any]) -> bool:
        """Return whether a quota is the account's, every instance's, or our instance's."""
        context: str = quota.get("QuotaContext", {}).get("ContextId", "*")
        instance = self.parameters["instance-id"]
        return context == "*" or (instance is not None and context.endswith(instance))
