"""What every function of ours has: one asset, a role of its own, a log that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from workflow.nag_suppressions import accept, accept_wildcard

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

#: Seconds. Below the TimeoutSeconds of the tasks, so that a function is ended by Lambda, whose
#: error says so; above the hanging requests that the longest way through a function makes: three,
#: and what is asked of the table (functions/adapters/aws_clients.py). So it ends by its own reason
#: first.
TIMEOUT = 35
#: The same of check_call, which stays with a call for 20 s before a look like that.
STAYING_TIMEOUT = 55
LOG_RETENTION = logs.RetentionDays.THREE_MONTHS


class Function(lambda_.Function):
    """One function: the handler of the module named as the verb in the state machine."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        code: lambda_.Code,
        environment: Mapping[str, str],
        timeout: int = TIMEOUT,
    ) -> None:
        construct_id = "".join(word.title() for word in name.split("_"))
        log_group = logs.LogGroup(
            scope,
            f"{construct_id}Logs",
            retention=LOG_RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            scope,
            f"{construct_id}Role",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            description=f"What {name} of Callout may do",
        )
        log_group.grant_write(role)
        super().__init__(
            scope,
            construct_id,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            code=code,
            handler=f"{name}.handler",
            timeout=Duration.seconds(timeout),
            memory_size=512,
            environment=dict(environment),
            log_group=log_group,
            role=role,
            tracing=lambda_.Tracing.ACTIVE,
        )
        accept(role, "IAM5[Resource::*]", "X-Ray's actions know no resources")
        accept(self, "L1", "The runtime that the asset's bytecode is made for, and that is tested")

    def allow(
        self,
        actions: list[str],
        resource: str,
        reason: str = "",
        *,
        conditions: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Allow the function some actions on one resource; a wildcard in it needs a reason."""
        self.add_to_role_policy(
            iam.PolicyStatement(actions=actions, resources=[resource], conditions=conditions)
        )
        if reason and self.role:
            accept_wildcard(self.role, resource, reason)
