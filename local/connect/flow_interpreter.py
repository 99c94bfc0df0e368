"""Plays a contact flow that is written in Connect's flow language, action by action.

What is simulated is the flow that is deployed, not a copy of its behaviour. Where the
documentation leaves open what Connect does, the reading that is worse for the callee is
taken, so that a flow which does well here does not depend on the better one.
"""

import json
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from typing import Any

from local.connect.flow_steps import (
    AttributesNotSetError,
    FlowError,
    GetInput,
    PlayPrompt,
    SetAttributes,
    Step,
    Steps,
)
from local.connect.polly_voices import voice_ids
from local.connect.text_to_speech import InvalidSsmlError, Speech, synthesize
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
"""Actions after which a run is taken to be endless. Whether Connect has such a limit is
unverified; without one, a flow that goes in circles would hang the simulator."""

Action = Mapping[str, Any]
Outcome = Generator[Step, str | None, str]
"""Playing one action: its steps, then the identifier of the action that follows."""


class _ActionError(Exception):
    """An action failed; the flow goes on at the branch for this type of error."""

    def __init__(self, error: str, reason: str) -> None:
        super().__init__(reason)
        self.error = error


class InterpretedFlow:
    """A ContactFlow from the JSON text of one.

    Args:
        content: the text, as it is deployed.
    """

    def __init__(self, content: str) -> None:
        voice_ids()  # read now, so that no call has to wait for it
        flow = json.loads(content)
        self._start: str = flow["StartAction"]
        self._actions: Mapping[str, Action] = {one["Identifier"]: one for one in flow["Actions"]}

    def run(self, attributes: Mapping[str, str]) -> Steps:
        """See ContactFlow."""
        return _Run(self._actions, attributes).play(self._start)


class _Run:
    """One call's way through a flow."""

    def __init__(self, actions: Mapping[str, Action], attributes: Mapping[str, str]) -> None:
        self._actions = actions
        self._attributes = attributes
        self._turns: Counter[str] = Counter()
        self._voice_works = True  # Joanna, until the flow sets another
        self._play: Mapping[str, Callable[[Action], Outcome]] = {
            "UpdateContactTextToSpeechVoice": self._set_voice,
            "MessageParticipant": self._message,
            "GetParticipantInput": self._input,
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
                identifier = yield from self._one(action)
            except _ActionError as failed:
                branch = error_branch(action, failed.error)
                if branch is None:
                    what = f"{identifier}: {failed}, and {failed.error} has no branch"
                    raise FlowError(what) from None
                identifier = branch
        raise FlowError(f"the flow goes in circles: {MAX_ACTIONS} actions and no end")

    def _one(self, action: Action) -> Outcome:
        if action["Type"] not in self._play:
            raise FlowError(f"{action['Identifier']}: {action['Type']} is not simulated")
        return self._play[action["Type"]](action)

    def _set_voice(self, action: Action) -> Outcome:
        # The page: an invalid voice is an error, and ends text to speech for the contact.
        self._voice_works = False
        voice = self._resolve(action["Parameters"]["TextToSpeechVoice"])
        if voice not in voice_ids():
            raise _ActionError(NO_MATCH, f"Polly has no voice {voice!r}")
        self._voice_works = True
        yield from ()
        return _next(action)

    def _message(self, action: Action) -> Outcome:
        yield PlayPrompt(self._speech(action))
        return _next(action)

    def _input(self, action: Action) -> Outcome:
        wait = float(action["Parameters"]["InputTimeLimitSeconds"])
        key = yield GetInput(self._speech(action), wait)
        if key is None:
            raise _ActionError(TIMED_OUT, "no key was pressed")
        if branch := result_branch(action, key):
            return branch
        raise _ActionError(NO_CONDITION, f"the key {key} has no condition")

    def _set_attributes(self, action: Action) -> Outcome:
        wanted = action["Parameters"]["Attributes"]
        resolved = {name: self._resolve(value) for name, value in wanted.items()}
        try:
            yield SetAttributes(resolved)
        except AttributesNotSetError as failed:
            raise _ActionError(NO_MATCH, str(failed)) from None
        return _next(action)

    def _loop(self, action: Action) -> Outcome:
        """Lead to the loop's body LoopCount times, then out of it once, then start over."""
        identifier, limit = action["Identifier"], self._resolve(action["Parameters"]["LoopCount"])
        if not limit.isdecimal():
            raise _ActionError(NO_MATCH, f"{limit!r} is no number of turns")
        if self._turns[identifier] < int(limit):
            self._turns[identifier] += 1
            result = CONTINUE_LOOPING
        else:
            self._turns[identifier] = 0
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
        except InvalidSsmlError as wrong:
            raise _ActionError(NO_MATCH, str(wrong)) from None

    def _resolve(self, value: str | int) -> str:
        """Put in the contact's attributes.

        That a missing one is an error of the action is the harsh reading: it may as well be
        an empty text, which cannot be spoken either. Unverified.
        """
        try:
            return REFERENCE.sub(lambda found: self._referred(found[1]), str(value))
        except KeyError as missing:
            raise _ActionError(NO_MATCH, f"there is no $.{missing.args[0]}") from None

    def _referred(self, path: str) -> str:
        root, _, name = path.partition(".")
        if root != "Attributes" or name not in self._attributes:
            raise KeyError(path)
        return self._attributes[name]


def _next(action: Action) -> str:
    following = action["Transitions"].get("NextAction")
    if not isinstance(following, str):
        raise FlowError(f"{action['Identifier']}: no NextAction")
    return following
