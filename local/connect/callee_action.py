"""What a person who holds a phone does during a call."""

from dataclasses import dataclass
from enum import StrEnum

from local.connect.simulated_phones import KEYPAD


class ActionType(StrEnum):
    """The types of actions."""

    ANSWER = "answer"
    REJECT = "reject"
    VOICEMAIL = "voicemail"  # the answering machine takes the call
    HANG_UP = "hang_up"
    KEY = "key"


#: Actions on a ringing phone; the others need an answered call.
_WHILE_RINGING = (ActionType.ANSWER, ActionType.REJECT, ActionType.VOICEMAIL)


class InvalidActionError(ValueError):
    """An action that is not possible; the message is the reason, in one line."""


@dataclass(frozen=True)
class CalleeAction:
    """One action.

    Raises:
        InvalidActionError: the key does not exist.
    """

    type: ActionType
    key: str = ""  # one key of the keypad; "" for the other types

    def __post_init__(self) -> None:
        if self.type is not ActionType.KEY:
            invalid = self.key
        else:
            invalid = "" if len(self.key) == 1 and self.key in KEYPAD else self.key or "none"
        if invalid:
            message = f"{self.type}: the keys of a phone are {KEYPAD}, not {invalid!r}"
            raise InvalidActionError(message)

    def check(self, *, ringing: bool, ended: bool) -> None:
        """Refuse an action that the state of the call does not allow.

        Raises:
            InvalidActionError: the call has ended, is not answered yet, or is already answered.
        """
        if ended:
            raise InvalidActionError("the call has ended")
        if ringing and self.type not in _WHILE_RINGING:
            raise InvalidActionError("the phone is still ringing: answer it first")
        if not ringing and self.type in _WHILE_RINGING:
            raise InvalidActionError("the call is already answered")
