"""Makes the emulator limit the input of an execution as Step Functions does.

By default it accepts any input. With this patch StartExecution rejects more than 262,144 bytes, and
an event that is larger goes to the dead-letter queue of its rule, without the message attributes of
EventBridge. The limits of states and tasks apply only in the simulation.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import eventbridge, stepfunctions  # type: ignore[import-untyped]

MAX_BYTES = 262_144


def limit_inputs() -> None:
    """Replace the functions of the emulator that start executions."""
    for module, name in ((stepfunctions, "_start_execution"), (eventbridge, "_invoke_target")):
        # Fail if the name is gone: without it every input would silently be accepted.
        if not hasattr(module, name):
            raise SystemExit(
                f"ministack no longer has {name}: update local/faults/emulator_patches"
            )
    start, invoke = stepfunctions._start_execution, eventbridge._invoke_target  # noqa: SLF001

    def start_execution(request: dict[str, Any]) -> Any:  # noqa: ANN401 - as ministack has it
        if len(request.get("input", "").encode()) <= MAX_BYTES:
            return start(request)
        message = f"The input exceeds {MAX_BYTES} bytes"
        return stepfunctions.error_response_json("InvalidExecutionInput", message, 400)

    def invoke_target(target: dict[str, Any], event: Any, rule: Any, view: Any = None) -> None:  # noqa: ANN401
        view = view or eventbridge._pattern_event_view(event)  # noqa: SLF001
        body = json.dumps(view.event_with_detail(), ensure_ascii=False, separators=(",", ":"))
        queue = target.get("DeadLetterConfig", {}).get("Arn")
        if queue and ":states:" in target["Arn"] and len(body.encode()) > MAX_BYTES:
            eventbridge._dispatch_to_sqs(eventbridge.parse_arn(queue), body)  # noqa: SLF001
        else:
            invoke(target, event, rule, view)

    stepfunctions._start_execution = start_execution  # noqa: SLF001
    eventbridge._invoke_target = invoke_target  # noqa: SLF001
