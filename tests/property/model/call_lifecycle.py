"""What a phone does with a call that nobody ends, played by the deployed contact flow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from local.connect.flow_interpreter import InterpretedFlow
from local.connect.simulated_call import Call, OutboundCallRequest
from workflow.contact_flow.flow import contact_flow, content

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.connect.simulated_phones import CallScript

RESPONSE = "response"


@dataclass(frozen=True)
class CallLifecycle:
    """A call from dialling to the end that it comes to by itself; seconds from dialling."""

    busy: bool  # the network says busy
    answered_at: float  # when it is answered; infinite where it is not
    response: str  # `acknowledged` or `declined`, whichever was pressed first; "" for neither
    responded_at: float  # when that was stored; infinite where it was not
    ended_at: float  # when it ends


def play_call(call_script: CallScript, attributes: Mapping[str, str]) -> CallLifecycle:
    """Play a call to its own end."""
    call = Call(OutboundCallRequest("", "", attributes), call_script, _flow(), placed_at=0.0)
    call.advance(math.inf)
    stored = (entry.at for entry in call.entries if RESPONSE in call.attributes_at(entry.at))
    return CallLifecycle(
        busy=call_script.busy,
        answered_at=math.inf if call.connected_at is None else call.connected_at,
        response=call.attributes.get(RESPONSE, ""),
        responded_at=next(stored, math.inf),
        ended_at=math.inf if call.ended_at is None else call.ended_at,
    )


@cache
def _flow() -> InterpretedFlow:
    return InterpretedFlow(content(contact_flow()))
