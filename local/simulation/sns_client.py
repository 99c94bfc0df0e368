"""The state machine's SNS client."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.environment import client_settings

#: Real seconds for which a request may hang. In AWS the limit is the task's TimeoutSeconds.
TIMEOUT = 3


class Publisher:
    """Publishes to SNS without SDK retries, so that only the state machine's Retry applies.

    Args:
        url: of SNS.
    """

    def __init__(self, url: str) -> None:
        config = Config(
            connect_timeout=TIMEOUT,
            read_timeout=TIMEOUT,
            retries={"total_max_attempts": 1},
            proxies={},
            # SNS validates parameters itself, as it does for Step Functions.
            parameter_validation=False,
        )
        self._sns: Any = boto3.client("sns", **client_settings(url) | {"config": config})  # type: ignore[call-overload]

    def publish(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3 has it
        """Publish.

        Raises:
            ClientError: SNS rejects the request, or it cannot be reached (SdkClientException, as in
                Step Functions).
        """
        try:
            response: dict[str, Any] = self._sns.publish(**parameters)
        except BotoCoreError as error:
            details: Any = {
                "Error": {"Code": "SdkClientException", "Message": str(error)},
                "ResponseMetadata": {"HTTPStatusCode": 0, "RequestId": ""},
            }
            raise ClientError(details, "Publish") from error
        return response
