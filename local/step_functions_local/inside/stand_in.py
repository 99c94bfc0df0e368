"""The emulator, taking settings of Step Functions Local: what stand_in.py starts.

Two changes, for which the emulator has no settings:

- tasks reach Lambda and SNS over HTTP, at LAMBDA_ENDPOINT and SNS_ENDPOINT, not inside the process;
- the answers of SFN_MOCK_CONFIG are numbered by each invocation, as AWS documents it. The emulator
  numbers them by each time that the state is entered: every retry gets the first answer again.

What reads the file, interprets the definition and picks retriers and catchers is the emulator's.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from ministack.app import main  # type: ignore[import-untyped]
from ministack.services import stepfunctions as states  # type: ignore[import-untyped]

PUBLISH = "arn:aws:states:::sns:publish"
#: Seconds; the functions' own time-outs are shorter.
PATIENCE = 60

Json = dict[str, Any]
ExecutionError: Any = states._ExecutionError  # noqa: SLF001
execute_once = states._execute_task  # noqa: SLF001


@cache
def client(service: str) -> Any:  # noqa: ANN401 - boto3 makes its clients' classes at run time
    """Make the client: each try is the state machine's own."""
    config = Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE, proxies={})
    url = os.environ[f"{service.upper()}_ENDPOINT"]
    return boto3.client(service, endpoint_url=url, config=config)  # type: ignore[call-overload]


def invoke(function: str, given: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Invoke a function, as a task.

    Raises:
        ExecutionError: it failed, or Lambda did.
    """
    payload = json.dumps(given).encode()
    try:
        answer = client("lambda").invoke(FunctionName=function, Payload=payload)
        said = json.loads(answer["Payload"].read() or "null")
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise ExecutionError(f"Lambda.{code}", str(error)) from None
    except BotoCoreError as error:
        raise ExecutionError("Lambda.SdkClientException", str(error)) from None
    if "FunctionError" in answer:
        raise ExecutionError(said.get("errorType", "Lambda.Unknown"), json.dumps(said))
    return said


def publish(_resource: str, given: Json) -> Json:
    """Publish, as a task.

    Raises:
        ExecutionError: SNS did not take it.
    """
    try:
        return {"MessageId": client("sns").publish(**given)["MessageId"]}
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise ExecutionError(f"SNS.{code}Exception", str(error)) from None
    except BotoCoreError as error:
        raise ExecutionError("SNS.SdkClientException", str(error)) from None


def execute(state: Json, given: object, execution: Json, context: Json) -> tuple[object, str]:
    """Execute a task; one with answers of its own takes the next of them at each try.

    Raises:
        ExecutionError: it failed for good, or its answers are used up.
    """
    if not answered(execution, context):
        found: tuple[object, str] = execute_once(state, given, execution, context)
        return found
    once = {key: value for key, value in state.items() if key not in ("Retry", "Catch")}
    tries: dict[int, int] = {}
    while True:
        if not has_next(execution, context):
            name = context["State"]["Name"]
            raise ExecutionError("States.Runtime", f"the answers of {name} are used up")
        try:
            found = execute_once(once, given, execution, context)
        except ExecutionError as error:
            retrier, index = states._find_matching_retrier(  # noqa: SLF001
                state.get("Retry", []), error.error, tries
            )
            if retrier is None:
                return caught(state, given, context, error)
            tries[index] = tries.get(index, 0) + 1
        else:
            # The copy has the same Next.
            return found


def caught(state: Json, given: object, context: Json, error: Any) -> tuple[object, str]:  # noqa: ANN401
    """Go where a catcher says; raises the error where none is for it."""
    catcher = states._find_matching_catcher(state.get("Catch", []), error.error)  # noqa: SLF001
    if catcher is None:
        raise error
    told = {"Error": error.error, "Cause": error.cause}
    output = states._apply_catcher(catcher, given, context, "JSONPath", told)  # noqa: SLF001
    return output, catcher["Next"]


def answered(execution: Json, context: Json) -> bool:
    """Whether the test case has answers for this state."""
    machine = states._sfn_mock_config.get("StateMachines", {}).get(context["StateMachine"]["Name"])  # noqa: SLF001
    cases = (machine or {}).get("TestCases", {})
    return context["State"]["Name"] in cases.get(execution.get("testCase", ""), {})


def has_next(execution: Json, context: Json) -> bool:
    """Whether there is an answer for the coming try."""
    machine, state = context["StateMachine"]["Name"], context["State"]["Name"]
    number = execution["mockAttempts"].get(state, 0)
    answer = states._get_mock_response(machine, execution["testCase"], state, number)  # noqa: SLF001
    return answer is not None


# A missing name must be loud: without it, tasks would reach this process's own empty services.
for name in ("_execute_task", "_call_lambda", "_get_mock_response", "_sfn_mock_config"):
    if not hasattr(states, name):
        raise SystemExit(f"ministack has no {name} any more: see local/step_functions_local/inside")
states._execute_task = execute  # noqa: SLF001
states._call_lambda = invoke  # noqa: SLF001
states._SERVICE_DISPATCH[PUBLISH] = publish  # noqa: SLF001

if __name__ == "__main__":
    main()
