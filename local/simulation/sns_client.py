"""The state machine's own client of SNS."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from local.environment import client_settings

#: Seconds for which a request may hang; in AWS it is the task's TimeoutSeconds, which here
#: would be waited for in real time.
PATIENCE = 3


class Publisher:
    """Publishes to SNS without trying again: the state machine's Retry is what is tried.

    Args:
        url: where SNS is.
    """

    def __init__(self, url: str) -> None:
        config = Config(
            connect_timeout=PATIENCE,
            read_timeout=PATIENCE,
            retries={"total_max_attempts": 1},
            proxies={},
            # SNS refuses what is wrong, as it does when Step Functions asks.
            parameter_validation=False,
        )
        self._sns: Any = boto3.client("sns", **client_settings(url) | {"config": config})  # type: ignore[call-overload]

    def publish(self, **parameters: Any) -> dict[str, Any]:  # noqa: ANN401 - as boto3 has it
        """Publish.

        Raises:
            ClientError: SNS refuses, or (SdkClientException, as Step Functions calls it) is
                not there.
        """
        try:
            answer: dict[str, Any] = self._sns.publish(**parameters)
        except BotoCoreError as error:
            said: Any = {
                "Error": {"Code": "SdkClientException", "Message": str(error)},
                "ResponseMetadata": {"HTTPStatusCode": 0, "RequestId": ""},
            }
            raise ClientError(said, "Publish") from error
        return answer
