"""The emulator, changed a little: what a state machine publishes goes to SNS over HTTP.

As it comes, its state machines reach its SNS inside the process, where nothing can go wrong on
the way. In AWS it is a request like any other: here it goes through the proxy too, and comes
back to the emulator's SNS from there. By which names a state machine knows the errors of SNS in
AWS is unverified; ours are not to be relied on (the definition catches States.ALL). And functions
share their code (shared_asset.py), and start in turn (start_limiter.py).
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ministack.app import main  # type: ignore[import-untyped]
from ministack.services import stepfunctions  # type: ignore[import-untyped]
from shared_asset import share_code  # type: ignore[import-not-found]
from start_limiter import take_turns  # type: ignore[import-not-found] # it is beside this

PUBLISH = "arn:aws:states:::sns:publish"


@cache
def sns() -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Make the client: each try is the state machine's own."""
    config = Config(retries={"total_max_attempts": 1}, proxies={})
    url = f"{os.environ['CALLOUT_FAULTS']}/workflow"
    return boto3.client("sns", endpoint_url=url, config=config)


def publish(_resource: str, given: dict[str, Any]) -> dict[str, Any]:
    """Publish, as the task of a state machine.

    Raises:
        stepfunctions._ExecutionError: SNS did not take it.
    """
    try:
        return {"MessageId": sns().publish(**given)["MessageId"]}
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise stepfunctions._ExecutionError(f"SNS.{code}Exception", str(error)) from None  # noqa: SLF001
    except BotoCoreError as error:
        raise stepfunctions._ExecutionError("SNS.SdkClientException", str(error)) from None  # noqa: SLF001


# A missing name must be loud: without it, faults of SNS would strike nothing.
if PUBLISH not in stepfunctions._SERVICE_DISPATCH:  # noqa: SLF001
    raise SystemExit("ministack no longer has sns:publish: see local/faults/emulator_patches")
stepfunctions._SERVICE_DISPATCH[PUBLISH] = publish  # noqa: SLF001
share_code()
take_turns()

if __name__ == "__main__":
    main()
