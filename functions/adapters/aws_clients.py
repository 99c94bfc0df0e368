"""AWS clients with the patience of a pager: short time-outs, one quick retry."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

#: Seconds. A request that hangs is worth less than a second try, and while it hangs nobody is
#: called; the state machine's own retries come on top. MOST_SECONDS is what one request takes at
#: worst, with the second at most that the SDK pauses before its one retry.
CONNECT_TIMEOUT, READ_TIMEOUT, ATTEMPTS = 1, 3, 2
MOST_SECONDS = ATTEMPTS * (CONNECT_TIMEOUT + READ_TIMEOUT) + 1


#: Seconds that a request takes at worst whose answer is of use, but not needed: one try.
QUICK_TIMEOUT = 1
QUICK_SECONDS = 2 * QUICK_TIMEOUT


def client(service: str, *, quick: bool = False) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Make a client through the default endpoint resolution.

    So AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> point it anywhere. Made at import,
    where Lambda gives a cold start the most processor.

    Args:
        service: as boto3 names it.
        quick: whether it is to give up soon.
    """
    config = Config(
        connect_timeout=QUICK_TIMEOUT if quick else CONNECT_TIMEOUT,
        read_timeout=QUICK_TIMEOUT if quick else READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": 1 if quick else ATTEMPTS},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
