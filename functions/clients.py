"""AWS clients with the patience of a pager: short time-outs, one quick retry."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

#: Seconds. A request that hangs is worth less than a second try; the state machine's own
#: retries come on top, and both tries fit well into the functions' time-out.
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 2, 4, 2


def client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Make a client through the default endpoint resolution.

    So AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> point it anywhere. Made at import,
    where Lambda gives a cold start the most processor.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
