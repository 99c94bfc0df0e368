"""Has functions end as the faults of a scenario say, without the emulator's processes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from local.faults.function_failure import BEHAVIORS, Behavior, FailureMode, invocation_request
from local.simulation.lambda_runtime import FunctionFaultError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.faults.proxy import FaultProxy
    from local.simulation.lambda_runtime import Around
    from local.simulation.virtual_clock import StoryTime


def struck(proxy: FaultProxy, time: StoryTime, around: Around) -> Around:
    """Ask for each function what is to become of it, before anything else is done around it."""

    def at_risk(name: str, given: Any, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        faults = proxy.match(invocation_request(name, given, time.now()))
        behavior = BEHAVIORS[faults[0].kind] if faults else None
        if behavior and not behavior.after:
            _end(behavior, time)
        answer = around(name, given, run)
        if behavior:
            _end(behavior, time)
        return answer

    return at_risk


def _end(behavior: Behavior, time: StoryTime) -> None:
    if behavior.hangs:
        time.sleep(math.inf)  # Lambda ends it
    if behavior.mode is FailureMode.RAISE:
        raise RuntimeError("simulated")
    how = "signal: killed" if behavior.mode is FailureMode.KILL else "exit status 1"
    raise FunctionFaultError("Runtime.ExitError", f"Error: Runtime exited with error: {how}")
