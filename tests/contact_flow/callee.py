"""A callee who answers each question of a flow with the next key, or with silence."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from local.connect.flow_interpreter import (
    ActionError,
    GetInput,
    InterpretedFlow,
    PlayPrompt,
    SetAttributes,
    Step,
)
from workflow.contact_flow.action_types import NO_MATCH
from workflow.contact_flow.flow import contact_flow, content

SILENCE = "-"
OURS = InterpretedFlow(content(contact_flow()))
ATTRIBUTES = {
    "message": "<speak>The database is down.</speak>",
    "voice": "Zhiyu",
    "language": "cmn-CN",
    "prompt_confirmed": "<speak>It is yours.</speak>",
    "prompt_declined": "<speak>Passing it on.</speak>",
    "prompt_wrong_key": "<speak>Not one of the keys.</speak>",
}
MESSAGE, CONFIRMED, DECLINED = "The database is down.", "It is yours.", "Passing it on."
WRONG_KEY = "Not one of the keys."


@dataclass
class Heard:
    """The result of a call."""

    attributes: dict[str, str]  # the contact's, at the end
    spoken: list[str] = field(default_factory=list)  # every text, in order
    #: the keys that the flow took, without the silences
    pressed: list[str] = field(default_factory=list)
    failed: int = 0  # how often an answer could not be stored

    @property
    def response(self) -> str | None:
        """The response that the flow stored, or None."""
        return self.attributes.get("response")


def call(
    keys: str = "",
    flow: InterpretedFlow = OURS,
    attributes: Mapping[str, str] = ATTRIBUTES,
    stores: Iterable[bool] = (),
) -> Heard:
    """Play a flow with keys and then silence; `stores`: whether storing each answer succeeds."""
    heard = Heard(dict(attributes))
    left, works = deque(keys), deque(stores)
    steps = flow.run(heard.attributes)
    try:
        step: Step = next(steps)
        while True:
            match step:
                case SetAttributes() if works and not works.popleft():
                    heard.failed += 1
                    step = steps.throw(ActionError(NO_MATCH, "the attributes cannot be stored"))
                case SetAttributes():
                    heard.attributes.update(step.attributes)
                    step = next(steps)
                case PlayPrompt():
                    heard.spoken.append(step.speech.text)
                    step = next(steps)
                case GetInput():
                    heard.spoken.append(step.speech.text)
                    key = left.popleft() if left else SILENCE
                    heard.pressed += [] if key == SILENCE else [key]
                    step = steps.send(None if key == SILENCE else key)
    except StopIteration:
        return heard


def without(*names: str) -> dict[str, str]:
    """Return the attributes except some."""
    return {name: value for name, value in ATTRIBUTES.items() if name not in names}
