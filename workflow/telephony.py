"""Amazon Connect: instance, phone number, contact flow, and the SSM parameters naming them."""

from aws_cdk import CfnOutput, CfnParameter, Fn, Stack
from aws_cdk import aws_connect as connect
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from workflow.contact_flow.flow import FLOW_TYPE, contact_flow, content
from workflow.settings.settings import Settings

#: Prefix of the parameters that stack Callout, deployed after this one, reads.
PREFIX = "/callout/telephony/"
#: Index of the ID in arn:aws:connect:region:account:instance/<id>/contact-flow/<id>.
FLOW_ID_IN_ARN = 3


class TelephonyStack(Stack):
    """Creates an instance and a number, uses existing ones, or asks for them with parameters.

    Callout's own contact flow is always deployed, also if calls use another flow, so that one
    setting switches between them.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            construct_id,
            env={"region": settings.home_region} if settings.home_region else None,
            description="Callout: phone number and contact flow for outbound calls",
        )
        self._settings = settings.telephony
        instance_id, instance_arn = self._instance()
        flow = connect.CfnContactFlow(
            self,
            "ContactFlow",
            instance_arn=instance_arn,
            name="Callout",
            description="Announces a page; 1 acknowledges, 2 passes it on, * repeats it",
            type=FLOW_TYPE,
            state="ACTIVE",
            content=content(contact_flow()),
        )
        own_flow_id = Fn.select(FLOW_ID_IN_ARN, Fn.split("/", flow.attr_contact_flow_arn))
        for name, value in {
            "instance-id": instance_id,
            "contact-flow-id": self._settings.contact_flow_id or own_flow_id,
            "source-phone-number": self._number(instance_arn),
        }.items():
            ssm.StringParameter(
                self,
                f"Parameter-{name}",
                parameter_name=PREFIX + name,
                string_value=value,
                description="Written by CalloutTelephony, read when Callout is deployed",
            )
        CfnOutput(self, "ContactFlowArn", value=flow.attr_contact_flow_arn)

    def _instance(self) -> tuple[str, str]:
        """Return the ID and the ARN of the instance."""
        if self._settings.create_instance:
            instance = connect.CfnInstance(
                self,
                "Instance",
                identity_management_type="CONNECT_MANAGED",
                instance_alias=self._settings.create_instance,
                attributes=connect.CfnInstance.AttributesProperty(
                    # Changes in place, according to the CloudFormation reference
                    # (AWS::Connect::Instance, Attributes: no interruption). Unverified.
                    inbound_calls=self._settings.callback is not None,
                    outbound_calls=True,
                ),
            )
            return instance.attr_id, instance.attr_arn
        instance_id = self._settings.instance_id or self._parameter(
            "InstanceId",
            "ID of the Amazon Connect instance, the last part of its ARN",
            "[0-9a-f-]{36}",
        )
        arn = self.format_arn(service="connect", resource="instance", resource_name=instance_id)
        return instance_id, arn

    def _number(self, instance_arn: str) -> str:
        """Return the source phone number, in E.164 form."""
        if claim := self._settings.claim_number:
            number = connect.CfnPhoneNumber(
                self,
                "PhoneNumber",
                target_arn=instance_arn,
                country_code=claim.country,
                type=claim.type,
                prefix=claim.prefix,
                description="Callout: source number of outbound calls",
            )
            return number.attr_address
        return self._settings.phone_number or self._parameter(
            "SourcePhoneNumber",
            "Phone number of the instance to call from, in E.164 form",
            r"\+[1-9][0-9]{6,14}",
        )

    def _parameter(self, name: str, description: str, pattern: str) -> str:
        parameter = CfnParameter(
            self, name, type="String", description=description, allowed_pattern=pattern
        )
        return parameter.value_as_string
