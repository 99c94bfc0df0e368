"""The handlers as Lambda runs them: each in a place of its own, JSON in and out."""

from __future__ import annotations

import io
import json
import traceback
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from local.simulation.function_sandbox import Sandbox
    from local.simulation.template_resources import FunctionSettings
    from local.simulation.virtual_clock import StoryTime

    #: Given a function's name (`place_call`), what it is given, and how to run it: the answer.
    Around = Callable[[str, Any, Callable[[], Any]], Any]


class FunctionFaultError(Exception):
    """A function ends otherwise than by its handler's doing; raised by an Around.

    Args:
        error: what the state machine is told: a name such as `Sandbox.Timedout`,
            `Lambda.Unknown` or `Lambda.TooManyRequestsException`, or `States.Timeout`.
        cause: in words.
    """

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


def undisturbed(_name: str, _given: object, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
    """Run the function and nothing else: the Around of a run in which none fails."""
    return run()


class Functions:
    """Runs the functions of a stack; also the client of Lambda that the state machine has.

    Args:
        sandboxes: the functions' modules, by ARN.
        time: a function that takes longer than its time-out is ended.
        new_id: makes request ids.

    Attributes:
        around: runs each function, or has it fail.
    """

    def __init__(
        self,
        sandboxes: Mapping[str, tuple[FunctionSettings, Sandbox]],
        time: StoryTime,
        new_id: Callable[[], UUID],
    ) -> None:
        self._sandboxes = sandboxes
        self._time = time
        self._new_id = new_id
        self.around: Around = undisturbed

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: object) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        """Answer as boto3's client of Lambda does.

        Raises:
            ClientError: Lambda itself fails, as an Around has it.
            TimeoutError: the task's time is over, as an Around has it.
        """
        settings, sandbox = self._sandboxes[FunctionName]
        request_id = str(self._new_id())
        given = json.loads(Payload)
        answers: list[bytes] = []

        def run() -> Any:  # noqa: ANN401 - whatever JSON holds
            return json.loads(json.dumps(sandbox.handle(given)))

        def invoked() -> None:
            answers.append(json.dumps(self.around(settings.name, given, run)).encode())

        try:
            in_time = self._time.within(settings.timeout, invoked)
        except FunctionFaultError as fault:
            return _answer(request_id, error=_fault(fault, request_id))
        except Exception as error:  # noqa: BLE001 - as Lambda's runtime does
            return _answer(request_id, error=_raised(error, request_id))
        return (
            _answer(request_id, payload=answers[0])
            if in_time
            else _answer(request_id, error=_timed_out(settings, request_id))
        )


def _fault(fault: FunctionFaultError, request_id: str) -> Mapping[str, Any]:
    if fault.error == "States.Timeout":
        raise TimeoutError(fault.cause)
    service, _, code = fault.error.partition(".")
    if service == "Lambda":
        answer: Any = {
            "Error": {"Code": code, "Message": fault.cause},
            "ResponseMetadata": {"HTTPStatusCode": 500, "RequestId": request_id},
        }
        raise ClientError(answer, "Invoke")
    return {"errorType": fault.error, "errorMessage": fault.cause}


def _timed_out(settings: FunctionSettings, request_id: str) -> Mapping[str, Any]:
    took = f"Error: Task timed out after {settings.timeout:.2f} seconds"
    return {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {request_id} {took}"}


def _raised(error: Exception, request_id: str) -> Mapping[str, Any]:
    """Give what Lambda's Python runtime reports of an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [one for one in frames if one.filename.startswith(FUNCTIONS)]
    trace = traceback.format_list(frames[frames.index(ours[0]) :] if ours else [])
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": [line.replace(FUNCTIONS, "/var/task") for line in trace],
    }


def _answer(
    request_id: str, *, payload: bytes = b"", error: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "StatusCode": 200,
        "ExecutedVersion": "$LATEST",
        "Payload": io.BytesIO(payload if error is None else json.dumps(error).encode()),
        "ResponseMetadata": {"HTTPStatusCode": 200, "RequestId": request_id},
    } | ({} if error is None else {"FunctionError": "Unhandled"})
