"""Injects the function faults of a scenario into the simulated Lambda runtime."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from local.faults.function_failure import BEHAVIORS, Behavior, FailureMode, invocation_request
from local.simulation.lambda_runtime import FunctionFaultError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.faults.proxy import FaultProxy
    from local.simulation.lambda_runtime import Middleware
    from local.simulation.virtual_clock import VirtualClock


def inject_function_faults(
    proxy: FaultProxy, time: VirtualClock, middleware: Middleware
) -> Middleware:
    """Return a middleware that ends each invocation as its fault, if any, says."""

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


def _end(behavior: Behavior, time: VirtualClock) -> None:
    if behavior.hangs:
        time.sleep(math.inf)  # until Lambda's timeout
    if behavior.mode is FailureMode.RAISE:
        raise RuntimeError("simulated")
    how = "signal: killed" if behavior.mode is FailureMode.KILL else "exit status 1"
    raise FunctionFaultError("Runtime.ExitError", f"Error: Runtime exited with error: {how}")
