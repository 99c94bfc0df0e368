"""Where AWS is: the options that every subcommand has, as the AWS CLI has them."""

from __future__ import annotations

import os
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from callout.endpoint_check import refuse_others
from callout.errors import CommandError

#: Seconds. Somebody sits in front of it: give up before they do.
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 5, 20, 3


class Aws:
    """Makes clients, each once.

    Args:
        endpoint_url: where every service is; None for AWS itself.
        region: None for the environment's or the profile's.
        profile: None for the environment's credentials.

    Raises:
        CommandError: no such profile, no region or no credentials.
    """

    def __init__(
        self, *, endpoint_url: str | None, region: str | None, profile: str | None
    ) -> None:
        if endpoint_url:
            # Set where botocore looks for it, not given to each client: so that
            # AWS_ENDPOINT_URL_<SERVICE> still comes first, as it does for the AWS CLI's
            # configured endpoints (AWS SDKs reference guide, "Service-specific endpoints").
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
            raise CommandError("no region: give --region, or set AWS_REGION")
        if credentials is None:
            raise CommandError("no credentials: give --profile, or sign in (aws sso login)")
        self.region: str = self._session.region_name
        self._config = Config(
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=READ_TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        self._clients: dict[tuple[str, str], Any] = {}

    def client(self, service: str, region: str = "") -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
        """Give a client, of the command's own region unless another is named.

        Raises:
            CommandError: the endpoint is no URL, or something else that no request can mend.
                Requests raise it, too, where what answers is not AWS.
        """
        key = (service, region or self.region)
        if key not in self._clients:
            try:
                client = self._session.client(  # type: ignore[call-overload]
                    service, region_name=key[1], config=self._config
                )
            except (BotoCoreError, ValueError) as error:
                raise CommandError(f"{service}: {error}") from None
            refuse_others(client)
            self._clients[key] = client
        return self._clients[key]
