"""The settings that all Lambda functions share: asset, role, log group, timeout."""

from collections.abc import Mapping

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from workflow.dead_letter_queue import MAX_EVENT_AGE, MAX_RETRIES
from workflow.nag_suppressions import suppress, suppress_wildcard
from workflow.notifications import grant_publish

#: Seconds. Below the TimeoutSeconds of the tasks, so that Lambda ends a function first and its
#: error names the cause. Above the slowest path through a function, which is three requests that
#: hang and the table requests (functions/adapters/aws_clients.py), so that the function can still
#: report its own error.
TIMEOUT = 35
#: Seconds; check_call polls for 20 s before its last, possibly slow, poll.
CHECK_CALL_TIMEOUT = 55
LOG_RETENTION = logs.RetentionDays.THREE_MONTHS


class LambdaFunction(lambda_.Function):
    """A Lambda function with its own role and log group; runs the handler in `<name>.py`.

    `failures` receives events of asynchronous invocations that failed three times.
    """

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        scope: Construct,
        name: str,
        *,
        code: lambda_.Code,
        environment: Mapping[str, str],
        timeout: int = TIMEOUT,
        reserved: int | None = None,
        failures: sqs.IQueue | None = None,
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
            description=f"Permissions of Callout's function {name}",
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
            reserved_concurrent_executions=reserved,
            environment=dict(environment),
            log_group=log_group,
            role=role,
            tracing=lambda_.Tracing.ACTIVE,
        )
        if failures:
            on_failure = destinations.SqsDestination(failures)
            self.configure_async_invoke(on_failure=on_failure, retry_attempts=2)
        suppress(role, "IAM5[Resource::*]", "X-Ray actions support no resource-level permissions")
        suppress(self, "L1", "The asset's bytecode is compiled for and tested on this runtime")

    def allow(
        self,
        actions: list[str],
        resource: str,
        reason: str = "",
        *,
        conditions: Mapping[str, Mapping[str, str | list[str]]] | None = None,
    ) -> None:
        """Allow actions on one resource; a resource with a wildcard needs a reason."""
        self.add_to_role_policy(
            iam.PolicyStatement(actions=actions, resources=[resource], conditions=conditions)
        )
        if reason and self.role:
            suppress_wildcard(self.role, resource, reason)

    def allow_publish(self, topic: sns.ITopic) -> None:
        """Allow it to publish to the encrypted topic."""
        if self.role:
            grant_publish(topic, self.role)

    def as_target(self, dead_letter_queue: sqs.IQueue) -> targets.LambdaFunction:
        """Return it as the target of a rule, for as many retries as EventBridge allows."""
        return targets.LambdaFunction(
            self,
            dead_letter_queue=dead_letter_queue,
            max_event_age=MAX_EVENT_AGE,
            retry_attempts=MAX_RETRIES,
        )
