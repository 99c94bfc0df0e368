"""Runs the handlers as Lambda does: isolated, with JSON in and out."""

from __future__ import annotations

import io
import json
import math
import traceback
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local import FUNCTIONS
from local.faults.function_failure import BEHAVIORS, Behavior, FailureMode, invocation_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from uuid import UUID

    from local.faults.proxy import FaultProxy
    from local.simulation.function_sandbox import Sandbox
    from local.simulation.template_resources import FunctionSettings
    from local.simulation.virtual_clock import VirtualClock

    #: Called with a function's name (`place_call`), its input and a function that runs it; returns
    #: its result.
    Middleware = Callable[[str, Any, Callable[[], Any]], Any]


#: What the state machine gets if Lambda has no free execution environment (Step Functions developer
#: guide, "Handle transient Lambda service exceptions"; no recording shows the name).
THROTTLED, THROTTLED_CAUSE = "Lambda.TooManyRequestsException", "Rate Exceeded."
#: Seconds of an invocation besides its sleep, if concurrency is limited: between a warm and a cold
#: start. Without a limit it takes none.
INVOCATION_SECONDS = 0.5


class FunctionFaultError(Exception):
    """Lambda, not the handler, ends the invocation; raised by a Middleware.

    Args:
        error: the error that the state machine gets, such as `Sandbox.Timedout`,
            `Lambda.Unknown`, `Lambda.TooManyRequestsException` or `States.Timeout`.
    """

    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error, cause)
        self.error = error
        self.cause = cause


def pass_through(_name: str, _given: object, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
    """Run the function: the Middleware without faults."""
    return run()


def inject_function_faults(
    proxy: FaultProxy, time: VirtualClock, middleware: Middleware
) -> Middleware:
    """Return a middleware that ends each invocation according to its fault, if any."""

    def with_faults(name: str, given: Any, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        faults = proxy.match(invocation_request(name, given, time.now()))
        behavior = BEHAVIORS[faults[0].kind] if faults else None
        if behavior and not behavior.after:
            _end(behavior, time)
        result = middleware(name, given, run)
        if behavior:
            _end(behavior, time)
        return result

    return with_faults


class LambdaRuntime:
    """Runs the functions of a stack; it is also the state machine's Lambda client.

    Attributes:
        concurrency: how many functions may run at once; None for no limit.
    """

    def __init__(
        self,
        sandboxes: Mapping[str, tuple[FunctionSettings, Sandbox]],
        time: VirtualClock,
        new_id: Callable[[], UUID],
    ) -> None:
        self._sandboxes = sandboxes
        self._time = time
        self._new_id = new_id
        self.middleware: Middleware = pass_through
        self.concurrency: int | None = None
        self._running = 0

    def invoke_async(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        """Invoke a function for an event: Lambda queues it until one may run."""
        while self._is_full:
            self._time.sleep(1)
        return self.invoke(FunctionName=FunctionName, Payload=Payload)

    def invoke(self, *, FunctionName: str, Payload: bytes, **_: object) -> dict[str, Any]:  # noqa: N803 - as boto3 has it
        """Respond as boto3's Lambda client does.

        Raises:
            ClientError: the Middleware makes Lambda itself fail.
            TimeoutError: the Middleware makes the task time out.
        """
        settings, sandbox = self._sandboxes[FunctionName]
        request_id = str(self._new_id())
        given = json.loads(Payload)
        payloads: list[bytes] = []

        def run() -> Any:  # noqa: ANN401 - whatever JSON holds
            return json.loads(json.dumps(sandbox.handle(given)))

        def invoked() -> None:
            with self._environment():
                payloads.append(json.dumps(self.middleware(settings.name, given, run)).encode())

        try:
            in_time = self._time.run_with_timeout(settings.timeout, invoked)
        except FunctionFaultError as fault:
            return _response(request_id, error=_fault(fault, request_id))
        except Exception as error:  # noqa: BLE001 - as Lambda's runtime does
            return _response(request_id, error=_raised(error, request_id))
        return (
            _response(request_id, payload=payloads[0])
            if in_time
            else _response(request_id, error=_timed_out(settings, request_id))
        )

    @property
    def _is_full(self) -> bool:
        return self.concurrency is not None and self._running >= self.concurrency

    @contextmanager
    def _environment(self) -> Iterator[None]:
        """Occupy one of the account's execution environments, also while the function sleeps."""
        if self._is_full:
            raise FunctionFaultError(THROTTLED, THROTTLED_CAUSE)
        self._running += 1
        try:
            if self.concurrency is not None:
                self._time.sleep(INVOCATION_SECONDS)
            yield
        finally:
            self._running -= 1


def _end(behavior: Behavior, time: VirtualClock) -> None:
    if behavior.hangs:
        time.sleep(math.inf)  # until Lambda's timeout
    if behavior.mode is FailureMode.RAISE:
        raise RuntimeError("simulated")
    if behavior.mode is FailureMode.THROTTLE:
        raise FunctionFaultError(THROTTLED, THROTTLED_CAUSE)
    how = "signal: killed" if behavior.mode is FailureMode.KILL else "exit status 1"
    raise FunctionFaultError("Runtime.ExitError", f"Error: Runtime exited with error: {how}")


def _fault(fault: FunctionFaultError, request_id: str) -> Mapping[str, Any]:
    if fault.error == "States.Timeout":
        raise TimeoutError(fault.cause)
    service, _, code = fault.error.partition(".")
    if service == "Lambda":
        response: Any = {
            "Error": {"Code": code, "Message": fault.cause},
            "ResponseMetadata": {"HTTPStatusCode": 500, "RequestId": request_id},
        }
        raise ClientError(response, "Invoke")
    return {"errorType": fault.error, "errorMessage": fault.cause}


def _timed_out(settings: FunctionSettings, request_id: str) -> Mapping[str, Any]:
    message = f"Error: Task timed out after {settings.timeout:.2f} seconds"
    return {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {request_id} {message}"}


def _raised(error: Exception, request_id: str) -> Mapping[str, Any]:
    """Return what Lambda's Python runtime reports about an exception."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(FUNCTIONS)]
    trace = traceback.format_list(frames[frames.index(ours[0]) :] if ours else [])
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": [line.replace(FUNCTIONS, "/var/task") for line in trace],
    }


def _response(
    request_id: str, *, payload: bytes = b"", error: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    return {
        "StatusCode": 200,
        "ExecutedVersion": "$LATEST",
        "Payload": io.BytesIO(payload if error is None else json.dumps(error).encode()),
        "ResponseMetadata": {"HTTPStatusCode": 200, "RequestId": request_id},
    } | ({} if error is None else {"FunctionError": "Unhandled"})
