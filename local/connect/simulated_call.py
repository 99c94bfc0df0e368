"""One call over scenario time, from dialing to its end; no threads or clocks."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from local.connect.callee_action import ActionType, CalleeAction
from local.connect.flow_interpreter import (
    ActionError,
    FlowError,
    GetInput,
    InterpretedFlow,
    PlayPrompt,
    SetAttributes,
    Step,
    Steps,
)
from local.connect.quotas import MAX_ATTRIBUTE_BYTES, attributes_size
from local.connect.simulated_phones import CallScript, Voicemail
from local.connect.timeline import DisconnectReason, EntryType, TimelineEntry
from workflow.contact_flow.action_types import NO_MATCH

# Source: StartOutboundVoiceContact in the Connect API reference.
RING_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class CallRequest:
    """What places a call: the contact, the phone, and the initial contact attributes."""

    contact_id: str
    number: str  # in E.164 format
    attributes: Mapping[str, str]
    on_call_with: str | None = None  # the contact of the phone's other live call: it is then busy


def ignore(entry: TimelineEntry) -> None:
    """Ignore a timeline entry."""


class Call:
    """A call that has been placed; ``advance`` it to its current state.

    Args:
        on_entry: called with each new entry of the timeline.

    Attributes:
        placed_at: the scenario second of dialing; the other times are scenario seconds too.
        updated_at: when something last changed that DescribeContact shows.
        flow_error: why the flow could not continue, if it could not.
        entries: its part of the timeline.
    """

    party = "the callee"  # in the timeline

    def __init__(
        self,
        request: CallRequest,
        call_script: CallScript,
        flow: InterpretedFlow,
        placed_at: float,
        on_entry: Callable[[TimelineEntry], None] = ignore,
    ) -> None:
        self.request = request
        self.placed_at = self.updated_at = placed_at
        self.connected_at: float | None = None
        self.ended_at: float | None = None
        self.disconnect_reason: DisconnectReason | None = None
        self.flow_error: str | None = None
        self.entries: list[TimelineEntry] = []
        self._script = CallScript(busy=True) if request.on_call_with else call_script
        self._on_entry = on_entry
        self._keys_left = list(self._script.keys)
        self._attributes = dict(request.attributes)
        self._steps: Steps = flow.run(self._attributes)  # starts with the first send
        self._takes_input = False
        self._step_ends = placed_at
        self._attribute_history = [(placed_at, dict(request.attributes))]
        self._dial(placed_at)

    def __getstate__(self) -> dict[str, object]:
        """Pickle the record of the call: an unpickled call cannot advance."""
        left_out = (*filter(callable, vars(self).values()), self._steps)
        return {name: value for name, value in vars(self).items() if value not in left_out}

    def __repr__(self) -> str:
        state = "ended" if self.ended_at is not None else "live"
        return f"<Call to {self.number} at {self.placed_at:.1f} s, {state}>"

    @property
    def contact_id(self) -> str:
        """The contact."""
        return self.request.contact_id

    @property
    def number(self) -> str:
        """The phone called, in E.164 format."""
        return self.request.number

    @property
    def on_call_with(self) -> str | None:
        """The contact of the other live call to this phone when this one was placed, if any."""
        return self.request.on_call_with

    @property
    def attributes(self) -> dict[str, str]:
        """The current contact attributes."""
        return dict(self._attributes)

    def attributes_at(self, scenario_second: float) -> dict[str, str]:
        """Return the contact attributes at a scenario second; before dialing, the initial ones."""
        count = sum(since <= scenario_second for since, _ in self._attribute_history)
        _, attributes = self._attribute_history[max(0, count - 1)]
        return dict(attributes)

    @property
    def next_at(self) -> float | None:
        """The scenario second of the next scheduled event; None once the call has ended."""
        upcoming = self._upcoming()
        return upcoming[0] if upcoming else None

    def advance(self, now: float) -> None:
        """Process every event that is due by scenario second ``now``, in order."""
        while (upcoming := self._upcoming()) and upcoming[0] <= now:
            at, process = upcoming
            process(at)

    def stop(self, now: float) -> None:
        """End it from outside, as StopContact does. It must not have ended."""
        self._record(now, EntryType.STOPPED, "by StopContact")
        ringing = self.connected_at is None
        self._end(
            now,
            DisconnectReason.STOPPED_WHILE_RINGING
            if ringing
            else DisconnectReason.STOPPED_WHILE_CONNECTED,
        )

    def release(self, now: float) -> None:
        """End the call because the other party hung up."""
        if self.ended_at is None:
            self._record(now, EntryType.HUNG_UP, "the other party")
            self._end(now, DisconnectReason.OTHER_PARTY_HUNG_UP)

    def perform(self, now: float, action: CalleeAction) -> None:
        """Perform an action of the person with the phone, in addition to its script.

        Raises:
            InvalidActionError: the action is not possible now; the call is unchanged.
        """
        action.check(ringing=self.connected_at is None, ended=self.ended_at is not None)
        match action.type:
            case ActionType.ANSWER:
                self._connect(now)
            case ActionType.VOICEMAIL:
                self._record(now, EntryType.DIVERTED, "to voicemail")
                self._script = replace(self._script, hung_up_after=Voicemail.hang_up_after)
                self._connect(now)
            case ActionType.REJECT:
                self._reject(now)
            case ActionType.HANG_UP:
                self._callee_hangs_up(now)
            case ActionType.KEY:
                self._press(now, action.key)

    def _upcoming(self) -> tuple[float, Callable[[float], None]] | None:
        if self.ended_at is not None:
            return None
        script, candidates = self._script, list[tuple[float, Callable[[float], None]]]()
        if self.connected_at is None:
            if script.answered_after is not None:
                candidates.append((self.placed_at + script.answered_after, self._connect))
            if script.rejected_after is not None:
                candidates.append((self.placed_at + script.rejected_after, self._reject))
            candidates.append((self.placed_at + RING_TIMEOUT_SECONDS, self._ring_out))
        else:
            # A key at the same instant as a hang-up or a timeout still counts, so it comes first.
            if self._keys_left:
                candidates.append((self.connected_at + self._keys_left[0][0], self._press_next))
            if script.hung_up_after is not None:
                candidates.append((self.connected_at + script.hung_up_after, self._callee_hangs_up))
            if self._step_ends < math.inf:
                candidates.append((self._step_ends, self._continue_flow))
        return min(candidates, key=lambda candidate: candidate[0], default=None)

    def _dial(self, at: float) -> None:
        other = self.request.on_call_with
        self._record(at, EntryType.DIALLED, f"already on a call with {other}" if other else "")
        if self._script.busy:
            self._end(at, DisconnectReason.BUSY)
        else:
            self._record(at, EntryType.RINGING)

    def _reject(self, at: float) -> None:
        self._record(at, EntryType.HUNG_UP, "the callee rejected the call")
        self._end(at, DisconnectReason.REJECTED)

    def _ring_out(self, at: float) -> None:
        self._end(at, DisconnectReason.RANG_OUT)

    def _connect(self, at: float) -> None:
        self.connected_at = self.updated_at = at
        self._record(at, EntryType.CONNECTED)
        self._continue_flow(at)

    def _press_next(self, at: float) -> None:
        _, key = self._keys_left.pop(0)
        self._press(at, key)

    def _press(self, at: float, key: str) -> None:
        if self._takes_input:
            self._record(at, EntryType.PRESSED, key)
            self._continue_flow(at, key)
        else:
            self._record(at, EntryType.PRESSED, f"{key} (lost: the flow was not listening)")

    def _callee_hangs_up(self, at: float) -> None:
        self._record(at, EntryType.HUNG_UP, self.party)
        self._end(at, DisconnectReason.CALLEE_HUNG_UP)

    def _continue_flow(self, at: float, key: str | None = None) -> None:
        """Play the flow's next prompt, or hang up if there is none."""
        self._resume(at, lambda: self._steps.send(key))

    def _resume(self, at: float, send: Callable[[], Step]) -> None:
        try:
            step = send()
            while isinstance(step, SetAttributes):
                step = self._set_attributes(at, step.attributes)
            self._play(at, step)
        except StopIteration:
            self._flow_hangs_up(at, "the flow")
        except FlowError as error:
            self.flow_error = str(error)
            self._flow_hangs_up(at, f"the flow: {error}")

    def _play(self, at: float, step: Step) -> None:
        if not isinstance(step, PlayPrompt | GetInput):
            raise FlowError(f"{type(step).__name__} is only simulated for inbound calls")
        if step.speech.text:
            self._record(at, EntryType.SPOKE, step.speech.text)
        self._takes_input = isinstance(step, GetInput)
        timeout = step.timeout if isinstance(step, GetInput) else 0.0
        self._step_ends = at + step.speech.seconds + timeout

    def _set_attributes(self, at: float, attributes: Mapping[str, str]) -> Step:
        size = attributes_size({**self._attributes, **attributes})
        if size > MAX_ATTRIBUTE_BYTES:
            error = ActionError(NO_MATCH, f"attributes of {size} bytes are too large")
            return self._steps.throw(error)
        self._attributes.update(attributes)
        self._attribute_history.append((at, dict(self._attributes)))
        self.updated_at = at
        return next(self._steps)

    def _flow_hangs_up(self, at: float, reason: str) -> None:
        self._record(at, EntryType.HUNG_UP, reason)
        self._end(at, DisconnectReason.FLOW_HUNG_UP)

    def _end(self, at: float, reason: DisconnectReason) -> None:
        self.ended_at = self.updated_at = at
        self.disconnect_reason = reason
        self._record(at, EntryType.ENDED, str(reason))
        self._steps.close()

    def _record(self, at: float, entry_type: EntryType, text: str = "") -> None:
        entry = TimelineEntry(at, self.contact_id, self.number, entry_type, text)
        self.entries.append(entry)
        self._on_entry(entry)
