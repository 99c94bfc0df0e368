"""Starts the emulator with a change: its state machines publish to SNS over HTTP.

By default its state machines call its SNS inside the process, where no request can fail. In AWS
this is a request like any other: here it goes through the proxy too, and from there back to the
emulator's SNS. Errors have the names that AWS gives them: SNS.NotFoundException and
SNS.InvalidParameterException were recorded there for sns:publish, SdkClientException for SQS. It
also changes how functions start (function_processes.py), limits inputs (input_limit.py), and
accepts the events of AWS services (service_events.py).
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from function_processes import (  # type: ignore[import-not-found] # in this folder
    limit_starts,
    share_code,
)
from input_limit import limit_inputs  # type: ignore[import-not-found] # in this folder
from ministack.app import main  # type: ignore[import-untyped]
from ministack.services import stepfunctions  # type: ignore[import-untyped]
from service_events import accept_whole_events  # type: ignore[import-not-found] # in this folder

PUBLISH = "arn:aws:states:::sns:publish"


@cache
def sns() -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Return the client. It does not retry: the state machine does."""
    config = Config(retries={"total_max_attempts": 1}, proxies={})
    url = f"{os.environ['CALLOUT_FAULTS']}/workflow"
    return boto3.client("sns", endpoint_url=url, config=config)


def publish(_resource: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Publish a notification, as the task of a state machine.

    Raises:
        stepfunctions._ExecutionError: SNS returned an error, or no response.
    """
    try:
        return {"MessageId": sns().publish(**parameters)["MessageId"]}
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise stepfunctions._ExecutionError(f"SNS.{code}Exception", str(error)) from None  # noqa: SLF001
    except BotoCoreError as error:
        raise stepfunctions._ExecutionError("SNS.SdkClientException", str(error)) from None  # noqa: SLF001


# Fail if the name is gone: without it faults of SNS would silently have no effect.
if PUBLISH not in stepfunctions._SERVICE_DISPATCH:  # noqa: SLF001
    raise SystemExit("ministack no longer has sns:publish: update local/faults/emulator_patches")
stepfunctions._SERVICE_DISPATCH[PUBLISH] = publish  # noqa: SLF001
share_code()
limit_starts()
limit_inputs()
accept_whole_events()

if __name__ == "__main__":
    main()
