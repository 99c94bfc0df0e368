"""The links to incidents: the function behind them, and who may read their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

from oncall.links.link_token import KEY_PARAMETER
from workflow.http_endpoint import RateLimit
from workflow.lambda_function import LambdaFunction
from workflow.notifications import grant_publish
from workflow.roster_parameters import ALL_ROSTERS_REASON, PREFIX, all_rosters_arn

if TYPE_CHECKING:
    from aws_cdk import aws_sns as sns

    from workflow.escalation import Escalation
    from workflow.http_endpoint import HttpEndpoint
    from workflow.settings.settings import Settings

#: Seconds; longer than all requests if they hang, shorter than API Gateway's timeout of 30 s.
LINK_TIMEOUT = 25
#: For each method; a person opens few pages. docs/decisions/034 computes what a flood can take.
LINK_LIMIT = RateLimit(rate=5, burst=20)
METHODS = [apigateway.HttpMethod.GET, apigateway.HttpMethod.HEAD, apigateway.HttpMethod.POST]

#: The functions that write notifications. They may create the key, but not replace it.
AUTHORS = (
    "OpenIncidentFunction",
    "CheckHoldFunction",
    "PlanCallsFunction",
    "CollectOpenIncidentsFunction",
)
ONLY_CREATE: dict[str, dict[str, str | list[str]]] = {"StringEquals": {"ssm:Overwrite": "false"}}


class Links(Construct):
    """The function `answer_link`, its permissions, its routes, and the access to the key."""

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        construct_id: str,
        *,
        escalation: Escalation,
        settings: Settings,
        topic: sns.ITopic,
        endpoint: HttpEndpoint,
    ) -> None:
        super().__init__(scope, construct_id)
        table = escalation.table
        function = LambdaFunction(
            self,
            "answer_link",
            code=escalation.code,
            environment={
                "INCIDENT_TABLE": table.table_name,
                "ROSTER_PREFIX": PREFIX,
                "FALLBACK_TEAM": settings.team_in_doubt,
                "NOTIFICATION_TOPIC": topic.topic_arn,
            },
            timeout=LINK_TIMEOUT,
        )
        function.allow(["dynamodb:GetItem", "dynamodb:UpdateItem"], table.table_arn)
        function.allow(["ssm:GetParameter"], all_rosters_arn(self), ALL_ROSTERS_REASON)
        if function.role:
            grant_publish(topic, function.role)
        endpoint.add_routes(METHODS, "/incidents/{token}", function, LINK_LIMIT)
        key = Stack.of(self).format_arn(
            service="ssm", resource="parameter", resource_name=KEY_PARAMETER.strip("/")
        )
        # With the key aws/ssm, a SecureString needs no KMS permission (workflow/webhooks.py).
        function.allow(["ssm:GetParameter"], key)
        for name in AUTHORS:
            author = escalation.functions[name]
            author.add_environment("LINK_ENDPOINT", endpoint.api.api_endpoint)
            author.allow(["ssm:GetParameter"], key)
            author.allow(["ssm:PutParameter"], key, conditions=ONLY_CREATE)
        if settings.notifications.texts:
            place_call = escalation.functions["PlaceCallFunction"]
            place_call.add_environment("LINK_ENDPOINT", endpoint.api.api_endpoint)
            place_call.allow(["ssm:GetParameter"], key)
        escalation.let_first_answer_count()
