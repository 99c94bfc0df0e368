"""What the code assumes of Amazon Connect, SNS and phones, and what depends on each assumption."""

from dataclasses import dataclass
from enum import Enum

from oncall.calls.call_evaluation import FINAL_POLL_DELAY_SECONDS, POLL_INTERVAL
from oncall.roster.defaults_and_limits import RING_SECONDS

_SHORTEST_RING = RING_SECONDS.minimum


class Assumption(Enum):
    """What the code assumes; what to reconsider if it does not hold; a limit in seconds."""

    RING = (
        f"The first phone rings within {_SHORTEST_RING} s of the event",
        "`ring_seconds` in the roster; docs/performance.md",
        _SHORTEST_RING,
    )
    FOUND = (
        f"DescribeContact finds a new call within {_SHORTEST_RING} s",
        "decision 003; `ring_seconds` in the roster",
        _SHORTEST_RING,
    )
    ANSWER_SHOWN = (
        f"DescribeContact shows an answer within {POLL_INTERVAL} s",
        "decision 018; `ring_seconds` in the roster",
        POLL_INTERVAL,
    )
    KEY_SHOWN = (
        f"A poll shows the pressed key within {FINAL_POLL_DELAY_SECONDS} s of the call's end",
        "decision 018 (`FINAL_POLL_DELAY_SECONDS`)",
        FINAL_POLL_DELAY_SECONDS,
    )
    END_SHOWN = (
        f"DescribeContact shows the end of a call within {POLL_INTERVAL} s",
        "decision 018 (`POLL_INTERVAL`)",
        POLL_INTERVAL,
    )
    STOP_RINGING = (
        f"StopContact ends a ringing call within {POLL_INTERVAL} s",
        "decision 018; `ring_seconds` in the roster",
        POLL_INTERVAL,
    )
    KEY_IN_SPEECH = (
        "A key pressed while the message is spoken counts",
        "`telephony.contact_flow_id`; `GetParticipantInput` in workflow/contact_flow/flow.py",
    )
    VOICEMAIL = ("Voicemail does not acknowledge", "`telephony.acknowledge`")
    VOICE = (
        "The message is spoken by a voice in the contact's language",
        "decision 021; `language` in the roster; functions/oncall/messages/locales",
    )
    ACKNOWLEDGED_PAGE = (
        "Key 1 during a page ends it as acknowledged",
        "decision 018; `triggers.page`",
    )
    UNANSWERED_PAGE = (
        "A page that nobody acknowledges ends as unanswered, with a notification",
        "decision 001; `notifications`",
    )
    EMAIL = ("SNS delivers the email about a page", "`notifications.emails`")

    def __init__(self, text: str, affects: str, limit: float = 0) -> None:
        self.text = text
        self.affects = affects
        self.limit = limit


@dataclass(frozen=True)
class Finding:
    """What a step measured, without identifying anyone; `holds` is None if it measured nothing."""

    assumption: Assumption
    measured: str
    holds: bool | None

    @property
    def result(self) -> str:
        """The result in words."""
        return {True: "holds", False: "DOES NOT HOLD", None: "not measured"}[self.holds]
