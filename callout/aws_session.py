"""The connection to AWS: clients with the options that every subcommand accepts."""

import os
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from callout.endpoint_check import reject_non_aws_responses
from callout.errors import CommandError

#: Seconds, and number of attempts: a person is waiting, so fail before they give up.
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 5, 20, 3


class AwsSession:
    """Creates clients, each once; raises CommandError for a wrong profile, region or credentials.

    Without an endpoint URL, use AWS itself; without a region or a profile, the environment's.
    """

    def __init__(
        self, *, endpoint_url: str | None, region: str | None, profile: str | None
    ) -> None:
        if endpoint_url:
            # Set in the environment, not passed to each client, so that
            # AWS_ENDPOINT_URL_<SERVICE> still takes precedence, as in the AWS CLI (AWS SDKs
            # reference guide, "Service-specific endpoints").
            os.environ["AWS_ENDPOINT_URL"] = endpoint_url
        try:
            # boto3 itself reads AWS_DEFAULT_REGION only; the AWS CLI prefers AWS_REGION.
            self._session = boto3.Session(
                profile_name=profile, region_name=region or os.environ.get("AWS_REGION")
            )
            credentials = self._session.get_credentials()
        except BotoCoreError as error:
            raise CommandError(str(error)) from None
        if not self._session.region_name:
            raise CommandError("no region: use --region, or set AWS_REGION")
        if credentials is None:
            raise CommandError("no credentials: use --profile, or sign in (aws sso login)")
        self.region: str = self._session.region_name
        self._config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - boto3 creates its client classes at run time
        """Return a client, of the session's own region unless another is given.

        Raise CommandError for a wrong endpoint, also in requests that AWS does not answer.
        """
        key = (service, region or self.region)
        if key not in self._clients:
            try:
                client = self._session.client(  # type: ignore[call-overload]
                    service, region_name=key[1], config=self._config
                )
            except (BotoCoreError, ValueError) as error:
                raise CommandError(f"{service}: {error}") from None
            reject_non_aws_responses(client)
            self._clients[key] = client
        return self._clients[key]

    def items(self, service: str, operation: str, key: str, **request: Any) -> list[Any]:  # noqa: ANN401 - botocore's
        """Return the items of all pages of an answer."""
        pages = self.client(service).get_paginator(operation).paginate(**request)
        return [item for page in pages for item in page[key]]
