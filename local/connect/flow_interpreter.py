"""Plays a contact flow in Connect's flow language, action by action.

A run is a generator of steps. It yields each prompt and is sent the pressed key, or None; when it
returns, the call hangs up. It has no notion of time: the call does.

It simulates the deployed flow itself, not a copy of its behavior. Where the documentation leaves
Connect's behavior open, it takes the interpretation that is worse for the callee, so that a flow
that works here does not depend on the better one.
"""

import functools
import json
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

from local.connect.text_to_speech import InvalidSsmlError, Speech, synthesize, voice_ids
from workflow.contact_flow.action_types import (
    CONTINUE_LOOPING,
    DONE_LOOPING,
    NO_CONDITION,
    NO_MATCH,
    REFERENCE,
    TIMED_OUT,
    error_branch,
    result_branch,
)

MAX_ACTIONS = 1_000
"""Actions after which a run counts as endless. Whether Connect has such a limit is unverified;
without one, a flow with an endless loop would hang the simulator."""


@dataclass(frozen=True)
class PlayPrompt:
    """Speak a text. Keys pressed meanwhile are lost, as in Connect's MessageParticipant."""

    speech: Speech


@dataclass(frozen=True)
class GetInput:
    """Speak a text and take one key, during it or within ``timeout`` seconds after it.

    The flow is sent the key, or None if there was none (GetParticipantInput).
    """

    speech: Speech
    timeout: float


@dataclass(frozen=True)
class SetAttributes:
    """Set contact attributes (UpdateContactAttributes); takes no time.

    If they cannot be set, AttributesNotSetError is thrown into the flow.
    """

    attributes: Mapping[str, str]


Step = PlayPrompt | GetInput | SetAttributes
Steps = Generator[Step, str | None, None]


class AttributesNotSetError(Exception):
    """None of the attributes of a SetAttributes step were set."""


class FlowError(Exception):
    """The flow cannot continue, so Connect hangs up. The message is the reason."""


Action = Mapping[str, Any]
ActionSteps = Generator[Step, str | None, str]
"""The steps of one action; it returns the identifier of the next action."""


class _ActionError(Exception):
    """An action failed; the flow continues at the branch for this type of error."""

    def __init__(self, error_type: str, reason: str) -> None:
        super().__init__(reason)
        self.error_type = error_type


class InterpretedFlow:
    """A contact flow, from its JSON text."""

    def __init__(self, content: str) -> None:
        flow = json.loads(content)
        self._start: str = flow["StartAction"]
        self._actions: Mapping[str, Action] = {
            action["Identifier"]: action for action in flow["Actions"]
        }

    def run(self, attributes: Mapping[str, str]) -> Steps:
        """The steps of one call.

        Args:
            attributes: the contact's attributes; those that ``SetAttributes`` sets appear in it.

        Raises:
            FlowError: (while it runs) the flow cannot continue.
        """
        return _FlowRun(self._actions, attributes).play(self._start)


interpreted_flow = functools.cache(InterpretedFlow)
"""The InterpretedFlow of a text."""


class _FlowRun:
    """One call's run through a flow."""

    def __init__(self, actions: Mapping[str, Action], attributes: Mapping[str, str]) -> None:
        self._actions = actions
        self._attributes = attributes
        self._loop_counts: Counter[str] = Counter()
        self._voice_works = True  # Joanna, until the flow sets another
        self._handlers: Mapping[str, Callable[[Action], ActionSteps]] = {
            "UpdateContactTextToSpeechVoice": self._set_voice,
            "MessageParticipant": self._play_prompt,
            "GetParticipantInput": self._get_input,
            "UpdateContactAttributes": self._set_attributes,
            "Loop": self._loop,
        }

    def play(self, identifier: str) -> Steps:
        for _ in range(MAX_ACTIONS):
            if identifier not in self._actions:
                raise FlowError(f"the flow has no action {identifier!r}")
            action = self._actions[identifier]
            if action["Type"] == "DisconnectParticipant":
                return
            try:
                identifier = yield from self._play_action(action)
            except _ActionError as error:
                branch = error_branch(action, error.error_type)
                if branch is None:
                    message = f"{identifier}: {error}, and {error.error_type} has no branch"
                    raise FlowError(message) from None
                identifier = branch
        raise FlowError(f"the flow does not end: it played {MAX_ACTIONS} actions")

    def _play_action(self, action: Action) -> ActionSteps:
        if action["Type"] not in self._handlers:
            raise FlowError(f"{action['Identifier']}: {action['Type']} is not simulated")
        return self._handlers[action["Type"]](action)

    def _set_voice(self, action: Action) -> ActionSteps:
        # Documented: an invalid voice is an error, and ends text to speech for the contact.
        self._voice_works = False
        voice = self._resolve(action["Parameters"]["TextToSpeechVoice"])
        if voice not in voice_ids():
            raise _ActionError(NO_MATCH, f"Polly has no voice {voice!r}")
        self._voice_works = True
        yield from ()
        return _next(action)

    def _play_prompt(self, action: Action) -> ActionSteps:
        yield PlayPrompt(self._speech(action))
        return _next(action)

    def _get_input(self, action: Action) -> ActionSteps:
        timeout = float(action["Parameters"]["InputTimeLimitSeconds"])
        key = yield GetInput(self._speech(action), timeout)
        if key is None:
            raise _ActionError(TIMED_OUT, "no key was pressed")
        if branch := result_branch(action, key):
            return branch
        raise _ActionError(NO_CONDITION, f"the key {key} has no condition")

    def _set_attributes(self, action: Action) -> ActionSteps:
        attributes = action["Parameters"]["Attributes"]
        resolved = {name: self._resolve(value) for name, value in attributes.items()}
        try:
            yield SetAttributes(resolved)
        except AttributesNotSetError as error:
            raise _ActionError(NO_MATCH, str(error)) from None
        return _next(action)

    def _loop(self, action: Action) -> ActionSteps:
        """Branch to the loop's body LoopCount times, then out of it once, then start over."""
        identifier, limit = action["Identifier"], self._resolve(action["Parameters"]["LoopCount"])
        if not limit.isdecimal():
            raise _ActionError(NO_MATCH, f"{limit!r} is not a number of iterations")
        if self._loop_counts[identifier] < int(limit):
            self._loop_counts[identifier] += 1
            result = CONTINUE_LOOPING
        else:
            self._loop_counts[identifier] = 0
            result = DONE_LOOPING
        yield from ()
        return result_branch(action, result) or _next(action)

    def _speech(self, action: Action) -> Speech:
        parameters = action["Parameters"]
        if "SSML" not in parameters:
            raise FlowError(f"{action['Identifier']}: only SSML is simulated")
        if not self._voice_works:
            raise _ActionError(NO_MATCH, "the voice is not valid")
        try:
            return synthesize(self._resolve(parameters["SSML"]))
        except InvalidSsmlError as error:
            raise _ActionError(NO_MATCH, str(error)) from None

    def _resolve(self, value: str | int) -> str:
        """Insert the contact's attributes.

        A missing attribute is an error of the action. This is the strict interpretation: it may
        also become an empty text, which cannot be spoken either. Unverified.
        """
        try:
            return REFERENCE.sub(lambda found: self._attribute(found[1]), str(value))
        except KeyError as missing:
            raise _ActionError(NO_MATCH, f"there is no $.{missing.args[0]}") from None

    def _attribute(self, path: str) -> str:
        root, _, name = path.partition(".")
        if root != "Attributes" or name not in self._attributes:
            raise KeyError(path)
        return self._attributes[name]


def _next(action: Action) -> str:
    following = action["Transitions"].get("NextAction")
    if not isinstance(following, str):
        raise FlowError(f"{action['Identifier']}: no NextAction")
    return following
