"""The Connect side: instance, number and contact flow, and the parameters that name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import CfnOutput, CfnParameter, Fn, Stack
from aws_cdk import aws_connect as connect
from aws_cdk import aws_ssm as ssm

from workflow.contact_flow.flow import FLOW_TYPE, contact_flow, content

if TYPE_CHECKING:
    from constructs import Construct

    from workflow.settings.settings import Settings

#: Where stack Callout, deployed after this one, finds what to call with.
PREFIX = "/callout/telephony/"
#: Position of the id in arn:aws:connect:region:account:instance/<id>/contact-flow/<id>.
FLOW_ID_IN_ARN = 3


class TelephonyStack(Stack):
    """Uses what exists, creates what the settings ask for, and asks for the rest.

    The contact flow is always ours, deployed also where a flow of the user's is called with,
    so that changing over is one setting.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": settings.home_region} if settings.home_region else None,
            description="Callout: the phone number and the contact flow that it calls with",
        )
        self._settings = settings.telephony
        instance_id, instance_arn = self._instance()
        flow = connect.CfnContactFlow(
            self,
            "ContactFlow",
            instance_arn=instance_arn,
            name="Callout",
            description="Speaks a page; 1 acknowledges, 2 passes it on, * repeats it",
            type=FLOW_TYPE,
            state="ACTIVE",
            content=content(contact_flow()),
        )
        ours = Fn.select(FLOW_ID_IN_ARN, Fn.split("/", flow.attr_contact_flow_arn))
        for name, value in {
            "instance-id": instance_id,
            "contact-flow-id": self._settings.contact_flow_id or ours,
            "source-phone-number": self._number(instance_arn),
        }.items():
            ssm.StringParameter(
                self,
                f"Parameter-{name}",
                parameter_name=PREFIX + name,
                string_value=value,
                description="Written by stack CalloutTelephony, read when Callout is deployed",
            )
        CfnOutput(self, "ContactFlowArn", value=flow.attr_contact_flow_arn)

    def _instance(self) -> tuple[str, str]:
        """Give the id and the ARN of the instance."""
        if self._settings.create_instance:
            instance = connect.CfnInstance(
                self,
                "Instance",
                identity_management_type="CONNECT_MANAGED",
                instance_alias=self._settings.create_instance,
                attributes=connect.CfnInstance.AttributesProperty(
                    inbound_calls=False, outbound_calls=True
                ),
            )
            return instance.attr_id, instance.attr_arn
        instance_id = self._settings.instance_id or self._asked_for(
            "InstanceId",
            "Id of the Amazon Connect instance, the last part of its ARN",
            "[0-9a-f-]{36}",
        )
        arn = self.format_arn(service="connect", resource="instance", resource_name=instance_id)
        return instance_id, arn

    def _number(self, instance_arn: str) -> str:
        """Give the number that calls come from, E.164."""
        if claim := self._settings.claim_number:
            number = connect.CfnPhoneNumber(
                self,
                "PhoneNumber",
                target_arn=instance_arn,
                country_code=claim.country,
                type=claim.type,
                prefix=claim.prefix,
                description="Callout calls from this number",
            )
            return number.attr_address
        return self._settings.phone_number or self._asked_for(
            "SourcePhoneNumber",
            "Number of the instance that Callout calls from, in E.164 form",
            r"\+[1-9][0-9]{6,14}",
        )

    def _asked_for(self, name: str, description: str, pattern: str) -> str:
        parameter = CfnParameter(
            self, name, type="String", description=description, allowed_pattern=pattern
        )
        return parameter.value_as_string
