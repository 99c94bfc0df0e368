"""The public HTTP endpoint; it exists only if a feature needs it."""

import json
from dataclasses import dataclass
from typing import Any

from aws_cdk import RemovalPolicy, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from workflow.lambda_function import LOG_RETENTION
from workflow.nag_suppressions import suppress

#: Without path, query and headers, which may contain tokens.
ACCESS_LOG = {
    "request": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "route": "$context.routeKey",
    "status": "$context.status",
    "bytes": "$context.responseLength",
    "milliseconds": "$context.responseLatency",
    "error": "$context.integrationErrorMessage",
}


@dataclass(frozen=True)
class RateLimit:
    """Sustained requests per second, and burst; API Gateway answers 429 above these limits.

    It applies to all senders of a route together, before a function starts (API Gateway,
    "Throttling requests to your HTTP API": a target, not a guaranteed ceiling).
    """

    rate: float
    burst: int


class HttpEndpoint(Construct):
    """An HTTP API with one stage. API Gateway itself answers unknown paths with 404."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self).stack_name
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=stack,
            description="Callout: receives alerts, and shows incidents",
            create_default_stage=False,
        )
        log_group = logs.LogGroup(
            self,
            "AccessLogs",
            # Outside this prefix it would add to a resource policy of limited length, as in
            # workflow/escalation.py.
            log_group_name=f"/aws/vendedlogs/apis/{stack}",
            retention=LOG_RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        self._limits: dict[str, Any] = {}
        self._stage = apigateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log_group.log_group_arn, format=json.dumps(ACCESS_LOG)
            ),
            route_settings=self._limits,
        )

    def add_routes(
        self,
        methods: list[apigateway.HttpMethod],
        path: str,
        function: lambda_.Function,
        limit: RateLimit,
    ) -> None:
        """Send the requests of each method to a function, which authorizes them itself."""
        routes = self.api.add_routes(
            methods=methods,
            path=path,
            integration=integrations.HttpLambdaIntegration(function.node.id, function),
        )
        for method, route in zip(methods, routes, strict=True):
            suppress(route, "APIG4", "The function checks the token of each request")
            # CloudFormation refuses the settings of a route that does not exist yet.
            self._stage.node.add_dependency(route)
            self._limits[f"{method.value} {path}"] = {
                "ThrottlingRateLimit": limit.rate,
                "ThrottlingBurstLimit": limit.burst,
            }
        self._stage.route_settings = self._limits
