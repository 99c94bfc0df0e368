"""The function that turns webhook requests into `Page` events."""

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from oncall.events.callout_page import DETAIL_TYPE, SOURCE
from oncall.events.envelope import REPLAY_SOURCE
from workflow.http_endpoint import HttpEndpoint, RateLimit
from workflow.lambda_function import LambdaFunction
from workflow.settings.settings import Settings
from workflow.settings.webhooks import environment

#: SSM parameters: `<prefix><name>/token`. `callout webhook create` writes them, because
#: CloudFormation cannot create a SecureString.
TOKEN_PREFIX = "/callout/webhooks/"  # noqa: S105 - not a token
#: Seconds; longer than two hanging requests, shorter than API Gateway's timeout of 30 s.
WEBHOOK_TIMEOUT = 25
#: docs/decisions/029 computes the concurrency that remains for pages.
WEBHOOK_LIMIT = RateLimit(rate=10, burst=50)

#: As for reminders (workflow/escalation.py). Test alerts are sent as replays.
ONLY_PAGES: dict[str, dict[str, str | list[str]]] = {
    "ForAllValues:StringEquals": {
        "events:source": [SOURCE, REPLAY_SOURCE],
        "events:detail-type": DETAIL_TYPE,
    }
}


class Webhooks(Construct):
    """The function `receive_webhook`, its permissions, and its route on the endpoint."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: lambda_.Code,
        settings: Settings,
        endpoint: HttpEndpoint,
    ) -> None:
        super().__init__(scope, construct_id)
        self.function = LambdaFunction(
            self,
            "receive_webhook",
            code=code,
            environment={
                "WEBHOOKS": environment(settings.webhooks),
                "TOKEN_PREFIX": TOKEN_PREFIX,
            },
            timeout=WEBHOOK_TIMEOUT,
            reserved=settings.webhook_concurrency or None,
        )
        # With the key aws/ssm, reading a SecureString needs no KMS permission (Systems Manager user
        # guide, "AWS KMS encryption for Parameter Store SecureString parameters").
        for webhook in settings.webhooks:
            token = f"{TOKEN_PREFIX.strip('/')}/{webhook.name}/token"
            self.function.allow(["ssm:GetParameter"], self._arn("ssm", "parameter", token))
        bus = self._arn("events", "event-bus", "default")
        self.function.allow(["events:PutEvents"], bus, conditions=ONLY_PAGES)
        endpoint.add_routes(
            [apigateway.HttpMethod.POST], "/webhooks/{name}", self.function, WEBHOOK_LIMIT
        )

    def _arn(self, service: str, resource: str, name: str) -> str:
        return Stack.of(self).format_arn(service=service, resource=resource, resource_name=name)
