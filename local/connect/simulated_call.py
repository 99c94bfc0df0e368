"""One call: from dialling to its end, over story time, without threads or clocks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from local.connect.callee_action import ActionType, CalleeAction
from local.connect.disconnect_reason import DisconnectReason
from local.connect.flow_steps import (
    AttributesNotSetError,
    ContactFlow,
    FlowError,
    GetInput,
    PlayPrompt,
    SetAttributes,
    Step,
    Steps,
)
from local.connect.request_validation import MAX_ATTRIBUTE_BYTES, attributes_size
from local.connect.simulated_phones import CallScript, Voicemail
from local.connect.timeline import EntryType, TimelineEntry

# Source: StartOutboundVoiceContact in the Connect API reference.
RING_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class OutboundCallRequest:
    """What a call is placed with.

    Attributes:
        contact_id: the contact.
        number: the phone to call, in E.164 format.
        attributes: the contact attributes it starts with.
        on_call_with: the contact the phone is already on a call with; it then answers busy.
    """

    contact_id: str
    number: str
    attributes: Mapping[str, str]
    on_call_with: str | None = None


def ignore(entry: TimelineEntry) -> None:
    """Tell nobody of a timeline entry."""


class Call:
    """A call that has been placed; ``advance`` it to see what has become of it.

    Args:
        order: who is called, with which attributes.
        line: what the phone does.
        flow: what Connect does once the phone is answered.
        placed_at: story second of dialling.
        tell: called with every entry of the timeline as it comes about.

    Attributes:
        connected_at: story second of the answer; None before.
        ended_at: story second of its end; None before.
        updated_at: story second of the last change DescribeContact would show.
        disconnect_reason: why it ended; None before.
        flow_error: why the flow could not go on, if it could not.
        entries: its part of the timeline.
    """

    def __init__(
        self,
        order: OutboundCallRequest,
        call_script: CallScript,
        flow: ContactFlow,
        placed_at: float,
        tell: Callable[[TimelineEntry], None] = ignore,
    ) -> None:
        self.order = order
        self.placed_at = self.updated_at = placed_at
        self.connected_at: float | None = None
        self.ended_at: float | None = None
        self.disconnect_reason: DisconnectReason | None = None
        self.flow_error: str | None = None
        self.entries: list[TimelineEntry] = []
        self._line = CallScript(busy=True) if order.on_call_with else call_script
        self._tell = tell
        self._keys_left = list(self._line.keys)
        self._attributes = dict(order.attributes)
        self._steps: Steps = flow.run(self._attributes)  # begins when it is first sent to
        self._listening = False
        self._step_ends = placed_at
        self._attribute_history = [(placed_at, dict(order.attributes))]
        self._dial(placed_at)

    def __getstate__(self) -> dict[str, object]:
        """Pickle the record of the call: once unpickled, it cannot advance."""
        return {key: value for key, value in vars(self).items() if key not in ("_tell", "_steps")}

    def __repr__(self) -> str:
        state = "ended" if self.ended_at is not None else "live"
        return f"<Call to {self.number} at {self.placed_at:.1f} s, {state}>"

    @property
    def contact_id(self) -> str:
        """The contact."""
        return self.order.contact_id

    @property
    def number(self) -> str:
        """The phone called, in E.164 format."""
        return self.order.number

    @property
    def on_call_with(self) -> str | None:
        """The other live call to this phone when this one was placed, if there was one."""
        return self.order.on_call_with

    @property
    def attributes(self) -> dict[str, str]:
        """The contact attributes as they are now."""
        return dict(self._attributes)

    def attributes_at(self, story_second: float) -> dict[str, str]:
        """The contact attributes as they were then; before dialling, those it began with."""
        known = [attributes for since, attributes in self._attribute_history]
        count = sum(since <= story_second for since, _ in self._attribute_history)
        return dict(known[max(0, count - 1)])

    @property
    def next_at(self) -> float | None:
        """Story second of the next thing to happen by itself; None once it has ended."""
        upcoming = self._upcoming()
        return upcoming[0] if upcoming else None

    def advance(self, now: float) -> None:
        """Let everything happen that is due by story second ``now``, in order."""
        while (upcoming := self._upcoming()) and upcoming[0] <= now:
            at, happen = upcoming
            happen(at)

    def stop(self, now: float) -> None:
        """End it from outside, as StopContact does. It must not have ended."""
        self._note(now, EntryType.STOPPED, "by StopContact")
        ringing = self.connected_at is None
        self._end(
            now,
            DisconnectReason.STOPPED_WHILE_RINGING
            if ringing
            else DisconnectReason.STOPPED_WHILE_CONNECTED,
        )

    def perform(self, now: float, action: CalleeAction) -> None:
        """Let whoever holds the phone do something, beside what its script says.

        Raises:
            InvalidActionError: that cannot be done now; nothing has happened.
        """
        action.check(ringing=self.connected_at is None, over=self.ended_at is not None)
        match action.type:
            case ActionType.ANSWER:
                self._connect(now)
            case ActionType.VOICEMAIL:
                self._note(now, EntryType.DIVERTED, "to voicemail")
                self._line = replace(self._line, hung_up_after=Voicemail.hang_up_after)
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
        call_script, candidates = self._line, list[tuple[float, Callable[[float], None]]]()
        if self.connected_at is None:
            if call_script.answered_after is not None:
                candidates.append((self.placed_at + call_script.answered_after, self._connect))
            if call_script.rejected_after is not None:
                candidates.append((self.placed_at + call_script.rejected_after, self._reject))
            candidates.append((self.placed_at + RING_TIMEOUT_SECONDS, self._ring_out))
        else:
            # A key in the same instant as a hang-up or a timeout was still pressed.
            if self._keys_left:
                candidates.append((self.connected_at + self._keys_left[0][0], self._press_next))
            if call_script.hung_up_after is not None:
                candidates.append(
                    (self.connected_at + call_script.hung_up_after, self._callee_hangs_up)
                )
            candidates.append((self._step_ends, self._go_on))
        return min(candidates, key=lambda candidate: candidate[0])

    def _dial(self, at: float) -> None:
        other = self.order.on_call_with
        self._note(at, EntryType.DIALLED, f"already on a call with {other}" if other else "")
        if self._line.busy:
            self._end(at, DisconnectReason.BUSY)
        else:
            self._note(at, EntryType.RINGING)

    def _reject(self, at: float) -> None:
        self._note(at, EntryType.HUNG_UP, "the callee rejected the call")
        self._end(at, DisconnectReason.REJECTED)

    def _ring_out(self, at: float) -> None:
        self._end(at, DisconnectReason.RANG_OUT)

    def _connect(self, at: float) -> None:
        self.connected_at = self.updated_at = at
        self._note(at, EntryType.CONNECTED)
        self._go_on(at)

    def _press_next(self, at: float) -> None:
        _, key = self._keys_left.pop(0)
        self._press(at, key)

    def _press(self, at: float, key: str) -> None:
        if self._listening:
            self._note(at, EntryType.PRESSED, key)
            self._go_on(at, key)
        else:
            self._note(at, EntryType.PRESSED, f"{key} (lost: the flow was not listening)")

    def _callee_hangs_up(self, at: float) -> None:
        self._note(at, EntryType.HUNG_UP, "the callee")
        self._end(at, DisconnectReason.CALLEE_HUNG_UP)

    def _go_on(self, at: float, key: str | None = None) -> None:
        """Take the flow's next step that lasts, or hang up where there is none."""
        try:
            step = self._steps.send(key)
            while isinstance(step, SetAttributes):
                step = self._remember(at, step.attributes)
            self._speak(at, step)
        except StopIteration:
            self._flow_hangs_up(at, "the flow")
        except FlowError as wrong:
            self.flow_error = str(wrong)
            self._flow_hangs_up(at, f"the flow: {wrong}")

    def _speak(self, at: float, step: PlayPrompt | GetInput) -> None:
        self._note(at, EntryType.SPOKE, step.speech.text)
        self._listening = isinstance(step, GetInput)
        wait = step.wait if isinstance(step, GetInput) else 0.0
        self._step_ends = at + step.speech.seconds + wait

    def _remember(self, at: float, attributes: Mapping[str, str]) -> Step:
        size = attributes_size({**self._attributes, **attributes})
        if size > MAX_ATTRIBUTE_BYTES:
            return self._steps.throw(
                AttributesNotSetError(f"attributes of {size} bytes are too many")
            )
        self._attributes.update(attributes)
        self._attribute_history.append((at, dict(self._attributes)))
        self.updated_at = at
        return next(self._steps)

    def _flow_hangs_up(self, at: float, who: str) -> None:
        self._note(at, EntryType.HUNG_UP, who)
        self._end(at, DisconnectReason.FLOW_HUNG_UP)

    def _end(self, at: float, reason: DisconnectReason) -> None:
        self.ended_at = self.updated_at = at
        self.disconnect_reason = reason
        self._note(at, EntryType.ENDED, str(reason))
        self._steps.close()

    def _note(self, at: float, entry_type: EntryType, text: str = "") -> None:
        entry = TimelineEntry(at, self.contact_id, self.number, entry_type, text)
        self.entries.append(entry)
        self._tell(entry)
