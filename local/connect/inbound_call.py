"""A call to the instance's number over scenario time: the flow answers at once."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local.connect.flow_interpreter import (
    ActionError,
    GetDigits,
    GetInput,
    InterpretedFlow,
    InvokeFunction,
    Transfer,
)
from local.connect.simulated_call import Call, CallRequest
from local.connect.simulated_phones import CallScript
from local.connect.timeline import DisconnectReason, EntryType
from workflow.contact_flow.action_types import CALL_FAILED, NO_MATCH, NOT_CONNECTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.connect.flow_interpreter import Step
    from local.connect.instance_config import Instance
    from local.connect.timeline import TimelineEntry

    OnEntry = Callable[[TimelineEntry], None]

#: The address of a caller who hides the number. What Connect reports then is unverified.
HIDDEN = "anonymous"
#: Scenario seconds from the end of a prompt to a caller's first key; at most, from the beginning of
#: the prompt; and from key to key.
REACTION, PATIENCE, KEY_GAP = 1.0, 5.0, 0.5
#: Retries of a throttled invocation and of a server error (Connect administrator guide, "Grant
#: Amazon Connect access to your AWS Lambda functions"). Their delays are unverified:
#: here, there are none.
RETRIES = 3
#: Between a caller and a third party, until one of them hangs up: ten hours of silence.
CONVERSATION = InterpretedFlow(
    '{"StartAction": "Talk", "Actions": [{"Identifier": "Talk", "Type": "MessageParticipant",'
    """ "Parameters": {"SSML": "<speak><break time='36000s'/></speak>"},"""
    ' "Transitions": {"NextAction": ""}}]}'
)


@dataclass(frozen=True)
class Caller:
    """Who calls, and what the person presses.

    Attributes:
        number: in E.164 format, or HIDDEN.
        keys: one for each prompt that takes a key, in order.
        pin: for each prompt that stores keys; `#` follows.
        patience: scenario seconds until the person hangs up; None for a person at a web page.
    """

    number: str
    keys: str = ""
    pin: str = ""
    patience: float | None = 180.0


@dataclass(frozen=True, eq=False)
class Invocation:
    """A function that an inbound call waits for; `event` as Connect sends it (RETRIES' source)."""

    call: InboundCall
    step: InvokeFunction
    event: dict[str, Any]

    def run(self, client: Any) -> str | ActionError:  # noqa: ANN401 - boto3's, or the simulation's
        """Return the payload, or why there is none."""
        error: object = None
        for _ in range(1 + RETRIES):
            try:
                payload = json.dumps(self.event).encode()
                response = client.invoke(FunctionName=self.step.arn, Payload=payload)
            except (BotoCoreError, ClientError) as failed:
                error = failed
                continue
            result: str = response["Payload"].read().decode()
            if "FunctionError" not in response:
                return result
            return ActionError(NO_MATCH, f"the function failed: {result}")
        return ActionError(NO_MATCH, f"the function cannot be invoked: {error}")


class InboundCall(Call):
    """A call by a person to the instance's number.

    Args:
        invoke: takes the functions to invoke; `answer` takes their results.
        place_leg: calls a third party.

    Attributes:
        leg: the call to a third party, who talks with the caller once it is connected.
    """

    party = "the caller"

    def __init__(  # noqa: PLR0913 - keyword-only
        self,
        contact_id: str,
        caller: Caller,
        flow: InterpretedFlow,
        *,
        placed_at: float,
        on_entry: OnEntry,
        instance: Instance,
        invoke: Callable[[Invocation], None],
        place_leg: Callable[[str, float, OnEntry], Call],
    ) -> None:
        self.leg: Call | None = None
        self._caller = caller
        self._keys = list(caller.keys)
        self._stored = ""
        self._step: Step | None = None
        self._instance = instance
        self._invoke = invoke
        self._place_leg = place_leg
        request = CallRequest(contact_id, caller.number, {})
        script = CallScript(hung_up_after=caller.patience)
        super().__init__(request, script, flow, placed_at, on_entry)

    @property
    def heard(self) -> list[str]:
        """What the flow spoke, in order."""
        return [entry.text for entry in self.entries if entry.type is EntryType.SPOKE]

    def answer(self, now: float, step: InvokeFunction, result: str | ActionError | None) -> bool:
        """Continue with the result of a function, None if it takes too long.

        Return False, and do nothing, if the call no longer waits for it.
        """
        waits = self.ended_at is None and self._step is step
        if waits:
            self._reply(now, result or ActionError(NO_MATCH, "the function took too long"))
        return waits

    def _dial(self, at: float) -> None:
        self.connected_at = at
        self._record(at, EntryType.CALLED)
        self._continue_flow(at)

    def _play(self, at: float, step: Step) -> None:
        self._step, self._stored, self._keys_left = step, "", []
        self._takes_input, self._step_ends = False, math.inf
        match step:
            case InvokeFunction():
                self._invoke(Invocation(self, step, self._event(step)))
            case Transfer():
                self._step_ends, self.leg = at + step.timeout, None
                self.leg = self._place_leg(step.number, at, self._follow_leg)
                if self.leg.ended_at is not None:
                    self._reply(at, ActionError(CALL_FAILED, "no phone rang"))
            case GetDigits():
                super()._play(at, GetInput(step.speech, step.timeout))
                self._type(at, step, self._caller.pin and f"{self._caller.pin}#")
            case GetInput():
                super()._play(at, step)
                self._type(at, step, self._keys.pop(0) if self._keys else "")
            case _:
                super()._play(at, step)

    def _type(self, at: float, step: GetInput | GetDigits, keys: str) -> None:
        first = at + min(step.speech.seconds + REACTION, PATIENCE) - self.placed_at
        self._keys_left = [(first + i * KEY_GAP, key) for i, key in enumerate(keys)]

    def _press(self, at: float, key: str) -> None:
        if not isinstance(self._step, GetDigits):
            super()._press(at, key)
            return
        self._stored += key.strip("#")
        if key == "#" or len(self._stored) == self._step.max_keys:
            self._continue_flow(at)
        else:
            self._step_ends = at + self._step.key_timeout

    def _continue_flow(self, at: float, key: str | None = None) -> None:
        """Continue when a step ends; a third party has not answered by then."""
        match self._step:
            case Transfer() if self.leg:
                leg, self.leg = self.leg, None
                leg.stop(at)
                self._reply(at, ActionError(NOT_CONNECTED, "nobody answered"))
            case GetDigits() if self._stored:
                self._record(at, EntryType.PRESSED, self._stored)
                self._reply(at, self._stored)
            case _:
                self._reply(at, key)

    def _reply(self, at: float, reply: str | ActionError | None) -> None:
        if isinstance(reply, ActionError):
            self._resume(at, lambda: self._steps.throw(reply))
        else:
            super()._continue_flow(at, reply)

    def _follow_leg(self, entry: TimelineEntry) -> None:
        """React to what happens on the phone of the third party."""
        self._on_entry(entry)
        if self.leg is None or self.ended_at is not None:
            return
        if entry.type is EntryType.CONNECTED:
            self._step_ends = math.inf
        elif entry.type is EntryType.ENDED:
            talked = self.leg.connected_at is not None
            self._reply(entry.at, None if talked else ActionError(CALL_FAILED, entry.text))

    def _end(self, at: float, reason: DisconnectReason) -> None:
        super()._end(at, reason)
        if self.leg:
            self.leg.release(at)

    def _event(self, step: InvokeFunction) -> dict[str, Any]:
        number = {"Type": "TELEPHONE_NUMBER", "Address": self._instance.source_phone_number}
        contact = {
            "Attributes": self.attributes,
            "Channel": "VOICE",
            "ContactId": self.contact_id,
            "CustomerEndpoint": number | {"Address": self.number},
            "InitialContactId": self.contact_id,
            "InitiationMethod": "INBOUND",
            "InstanceARN": self._instance.arn,
            "PreviousContactId": self.contact_id,
            "Queue": None,
            "SystemEndpoint": number,
        }
        details = {"ContactData": contact, "Parameters": dict(step.parameters)}
        return {"Name": "ContactFlowEvent", "Details": details}
