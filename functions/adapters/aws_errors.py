"""AWS errors: which to catch, their codes, and how to log one that the page survives."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from adapters.logger import log
from adapters.metrics import Datum, Metric, emf_fields

#: An error that AWS returned, or a request that did not reach it.
AwsError = ClientError | BotoCoreError
AWS_ERRORS = (ClientError, BotoCoreError)


def error_code(error: AwsError) -> str:
    """Return an AWS error's code, never its message, which may quote the request."""
    if isinstance(error, ClientError):
        return str(error.response["Error"]["Code"])
    return type(error).__name__


def log_aws_error(level: str, message: str, error: AwsError, *, incident_id: str) -> None:
    """Log a failed request, and count it in the metric DependencyErrors."""
    fields = emf_fields(Datum(Metric.DEPENDENCY_ERRORS))
    log(level, message, incident_id=incident_id, reason=error_code(error), **fields)
