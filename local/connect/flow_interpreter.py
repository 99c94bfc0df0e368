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

# Source: Connect administrator guide, "Grant Amazon Connect access to your AWS Lambda functions".
MAX_PAYLOAD_BYTES = 32 * 1024
# Source: the same, "Store customer input": it continues at NextAction if no key is pressed.
NO_STORED_INPUT, MAX_STORED_KEYS = "Timeout", 20


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
    """Set contact attributes (UpdateContactAttributes); takes no time."""

    attributes: Mapping[str, str]


@dataclass(frozen=True)
class GetDigits:
    """Like GetInput, but take several keys, each within ``key_timeout`` seconds; ``#`` ends them.

    The flow is sent the keys, or None (GetParticipantInput with StoreInput).
    """

    speech: Speech
    timeout: float
    key_timeout: float
    max_keys: int


@dataclass(frozen=True)
class InvokeFunction:
    """Invoke a Lambda function; the flow is sent its payload (InvokeLambdaFunction)."""

    arn: str
    parameters: Mapping[str, str]
    timeout: float


@dataclass(frozen=True)
class Transfer:
    """Call a number and connect it with the caller (TransferParticipantToThirdParty).

    The flow continues when that phone hangs up. ``timeout`` is for its answer, in seconds.
    """

    number: str
    timeout: float


Step = PlayPrompt | GetInput | SetAttributes | GetDigits | InvokeFunction | Transfer
Steps = Generator[Step, str | None, None]
"""If a step fails, ActionError is thrown into it."""


class FlowError(Exception):
    """The flow cannot continue, so Connect hangs up. The message is the reason."""


Action = Mapping[str, Any]
ActionSteps = Generator[Step, str | None, str]
"""The steps of one action; it returns the identifier of the next action."""


class ActionError(Exception):
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
        self._stored: dict[str, str] = {}  # the stored input, and the latest function's result
        self._external: dict[str, str] = {}
        self._loop_counts: Counter[str] = Counter()
        self._voice_works = True  # Joanna, until the flow sets another
        self._handlers: Mapping[str, Callable[[Action], ActionSteps]] = {
            "UpdateContactTextToSpeechVoice": self._set_voice,
            "MessageParticipant": self._play_prompt,
            "GetParticipantInput": self._get_input,
            "UpdateContactAttributes": self._set_attributes,
            "Loop": self._loop,
            "InvokeLambdaFunction": self._invoke_function,
            "Compare": self._compare,
            "TransferParticipantToThirdParty": self._transfer,
        }

    def play(self, identifier: str) -> Steps:
        for _ in range(MAX_ACTIONS):
            if not identifier:
                return
            if identifier not in self._actions:
                raise FlowError(f"the flow has no action {identifier!r}")
            action = self._actions[identifier]
            if action["Type"] == "DisconnectParticipant":
                return
            try:
                identifier = yield from self._play_action(action)
            except ActionError as error:
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
            raise ActionError(NO_MATCH, f"Polly has no voice {voice!r}")
        self._voice_works = True
        yield from ()
        return _next(action)

    def _play_prompt(self, action: Action) -> ActionSteps:
        yield PlayPrompt(self._speech(action))
        return _next(action)

    def _get_input(self, action: Action) -> ActionSteps:
        timeout = float(action["Parameters"]["InputTimeLimitSeconds"])
        if action["Parameters"].get("StoreInput") == "True":
            return (yield from self._store_input(action, timeout))
        key = yield GetInput(self._speech(action), timeout)
        if key is None:
            raise ActionError(TIMED_OUT, "no key was pressed")
        if branch := result_branch(action, key):
            return branch
        raise ActionError(NO_CONDITION, f"the key {key} has no condition")

    def _store_input(self, action: Action, timeout: float) -> ActionSteps:
        parameters = action["Parameters"]
        validation = parameters.get("InputValidation", {}).get("CustomValidation", {})
        keys = yield GetDigits(
            self._speech(action),
            timeout,
            float(parameters.get("DTMFConfiguration", {}).get("InterdigitTimeLimitSeconds", 5)),
            int(validation.get("MaximumLength", MAX_STORED_KEYS)),
        )
        self._stored = {"StoredCustomerInput": keys or NO_STORED_INPUT}
        return _next(action)

    def _invoke_function(self, action: Action) -> ActionSteps:
        parameters = action["Parameters"]
        self._external = {}
        given = parameters.get("LambdaInvocationAttributes", {})
        payload = yield InvokeFunction(
            self._resolve(parameters["LambdaFunctionARN"]),
            {name: self._resolve(value) for name, value in given.items()},
            float(parameters["InvocationTimeLimitSeconds"]),
        )
        found = _string_map(payload or "")
        self._external = {f"External.{name}": value for name, value in found.items()}
        return _next(action)

    def _compare(self, action: Action) -> ActionSteps:
        try:
            value = self._resolve(action["Parameters"]["ComparisonValue"])
        except ActionError:  # a missing value matches no condition
            value = ""
        yield from ()
        if branch := result_branch(action, value):
            return branch
        raise ActionError(NO_CONDITION, f"{value!r} has no condition")

    def _transfer(self, action: Action) -> ActionSteps:
        parameters = action["Parameters"]
        continues = parameters.get("ContinueFlowExecution") == "True"
        limit = self._resolve(parameters["ThirdPartyConnectionTimeLimitSeconds"])
        try:
            yield Transfer(self._resolve(parameters["ThirdPartyPhoneNumber"]), float(limit))
        except ActionError:
            if continues:
                raise
        return _next(action) if continues else ""

    def _set_attributes(self, action: Action) -> ActionSteps:
        attributes = action["Parameters"]["Attributes"]
        resolved = {name: self._resolve(value) for name, value in attributes.items()}
        yield SetAttributes(resolved)
        return _next(action)

    def _loop(self, action: Action) -> ActionSteps:
        """Branch to the loop's body LoopCount times, then out of it once, then start over."""
        identifier, limit = action["Identifier"], self._resolve(action["Parameters"]["LoopCount"])
        if not limit.isdecimal():
            raise ActionError(NO_MATCH, f"{limit!r} is not a number of iterations")
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
            raise ActionError(NO_MATCH, "the voice is not valid")
        try:
            return synthesize(self._resolve(parameters["SSML"]))
        except InvalidSsmlError as error:
            raise ActionError(NO_MATCH, str(error)) from None

    def _resolve(self, value: str | int) -> str:
        """Insert the contact's attributes.

        A missing attribute is an error of the action. This is the strict interpretation: it may
        also become an empty text, which cannot be spoken either. Unverified.
        """
        try:
            return REFERENCE.sub(lambda found: self._attribute(found[1]), str(value))
        except KeyError as missing:
            raise ActionError(NO_MATCH, f"there is no $.{missing.args[0]}") from None

    def _attribute(self, path: str) -> str:
        attributes = {f"Attributes.{name}": value for name, value in self._attributes.items()}
        return (attributes | self._external | self._stored)[path]


def _string_map(payload: str) -> Mapping[str, str]:
    """Read the result of a function, a flat object of strings (ResponseType STRING_MAP)."""
    if len(payload.encode()) > MAX_PAYLOAD_BYTES:
        raise ActionError(NO_MATCH, f"the function returned more than {MAX_PAYLOAD_BYTES} bytes")
    found = json.loads(payload or "null")
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ActionError(NO_MATCH, "the function did not return an object of strings")
    return found


def _next(action: Action) -> str:
    following = action["Transitions"].get("NextAction")
    if not isinstance(following, str):
        raise FlowError(f"{action['Identifier']}: no NextAction")
    return following
