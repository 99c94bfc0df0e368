"""Has functions end as the faults of a scenario say, without the emulator's processes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from local.faults.function_failure import CONDUCT, Conduct, End, invocation
from local.simulation.lambda_runtime import FunctionFaultError

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.faults.proxy import FaultProxy
    from local.simulation.lambda_runtime import Around
    from local.simulation.virtual_clock import StoryTime


def struck(proxy: FaultProxy, time: StoryTime, around: Around) -> Around:
    """Ask for each function what is to become of it, before anything else is done around it."""

    def at_risk(name: str, given: Any, run: Callable[[], Any]) -> Any:  # noqa: ANN401 - JSON
        faults = proxy.strike(invocation(name, given, time.now()))
        conduct = CONDUCT[faults[0].kind] if faults else None
        if conduct and not conduct.after:
            _end(conduct, time)
        answer = around(name, given, run)
        if conduct:
            _end(conduct, time)
        return answer

    return at_risk


def _end(conduct: Conduct, time: StoryTime) -> None:
    if conduct.hangs:
        time.sleep(math.inf)  # Lambda ends it
    if conduct.end is End.RAISE:
        raise RuntimeError("simulated")
    how = "signal: killed" if conduct.end is End.KILL else "exit status 1"
    raise FunctionFaultError("Runtime.ExitError", f"Error: Runtime exited with error: {how}")
