"""AWS errors: what to catch, what to call them, how to report one that the page survives."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from adapters.logger import log
from adapters.metrics import Measure, Metric, measured

#: An error that AWS returned, or a request that did not reach it.
AwsError = ClientError | BotoCoreError
AWS_ERRORS = (ClientError, BotoCoreError)


def error_code(error: AwsError) -> str:
    """Return an AWS error's code, never its text, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__


def log_aws_error(level: str, message: str, error: AwsError, *, incident_id: str) -> None:
    """Log a request that failed, and count it among the faults of dependencies."""
    faults = measured(Measure(Metric.FAULTS))
    log(level, message, incident_id=incident_id, reason=error_code(error), **faults)
