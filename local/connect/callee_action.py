"""What somebody who holds a phone does with a call, while it goes on."""

from dataclasses import dataclass
from enum import StrEnum

from local.connect.simulated_phones import KEYPAD


class ActionType(StrEnum):
    """The kinds of deeds."""

    ANSWER = "answer"
    REJECT = "reject"
    VOICEMAIL = "voicemail"  # a machine takes the call in the owner's place
    HANG_UP = "hang_up"
    KEY = "key"


#: What is done to a phone that rings; the rest is done to a call that is answered.
_WHILE_RINGING = (ActionType.ANSWER, ActionType.REJECT, ActionType.VOICEMAIL)


class InvalidActionError(ValueError):
    """A deed that cannot be done; one line that says why."""


@dataclass(frozen=True)
class CalleeAction:
    """One deed.

    Attributes:
        what: its kind.
        key: one key of the keypad; "" for another kind.

    Raises:
        InvalidActionError: the key is none.
    """

    type: ActionType
    key: str = ""

    def __post_init__(self) -> None:
        if self.type is not ActionType.KEY:
            wrong = self.key
        else:
            wrong = "" if len(self.key) == 1 and self.key in KEYPAD else self.key or "none"
        if wrong:
            raise InvalidActionError(
                f"{self.type}: the keys of a phone are {KEYPAD}, not {wrong!r}"
            )

    def check(self, *, ringing: bool, over: bool) -> None:
        """Refuse what cannot be done to a call that rings, is answered, or is over.

        Raises:
            InvalidActionError: see there.
        """
        if over:
            raise InvalidActionError("the call is over")
        if ringing and self.type not in _WHILE_RINGING:
            raise InvalidActionError("the phone still rings: answer it first")
        if not ringing and self.type in _WHILE_RINGING:
            raise InvalidActionError("the call is already answered")
