"""What the code assumes of Amazon Connect, SNS and phones, and what depends on each assumption."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from oncall.calls.call_evaluation import FINAL_POLL_DELAY_SECONDS, POLL_INTERVAL
from oncall.roster.defaults_and_limits import RING_SECONDS

#: The shortest time for which a roster lets a phone ring.
SHORTEST_RING = RING_SECONDS.minimum


@dataclass(frozen=True)
class Assumption:
    """One assumption; `limit` is in seconds, if it has one."""

    text: str
    affects: str  # the decision record or setting to reconsider if it does not hold
    limit: float = 0


class Verdict(StrEnum):
    """The result of a comparison."""

    HOLDS = "holds"
    BROKEN = "does not hold"
    NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Finding:
    """What one step measured about an assumption; `measured` identifies no one."""

    assumption: Assumption
    verdict: Verdict
    measured: str


FOUND = Assumption(
    f"DescribeContact finds a new call within {SHORTEST_RING} s",
    "decision 003; `ring_seconds` in the roster",
    SHORTEST_RING,
)
ANSWER_SHOWN = Assumption(
    f"DescribeContact shows an answer within {POLL_INTERVAL} s",
    "decision 018; `ring_seconds` in the roster",
    POLL_INTERVAL,
)
END_SHOWN = Assumption(
    f"DescribeContact shows the end of a call within {POLL_INTERVAL} s",
    "decision 018 (`POLL_INTERVAL`)",
    POLL_INTERVAL,
)
KEY_SHOWN = Assumption(
    "DescribeContact or GetContactAttributes shows the pressed key within"
    f" {FINAL_POLL_DELAY_SECONDS} s after the end of the call",
    "decision 018 (`FINAL_POLL_DELAY_SECONDS`)",
    FINAL_POLL_DELAY_SECONDS,
)
STOP_RINGING = Assumption(
    f"StopContact ends a ringing call within {POLL_INTERVAL} s",
    "decision 018; `ring_seconds` in the roster",
    POLL_INTERVAL,
)
KEY_IN_SPEECH = Assumption(
    "A key that is pressed while the message is spoken counts",
    "`telephony.contact_flow_id`; `GetParticipantInput` in workflow/contact_flow/flow.py",
)
VOICEMAIL = Assumption("Voicemail does not acknowledge", "`telephony.acknowledge`")
VOICE = Assumption(
    "The message is spoken by a voice of the contact's language",
    "decision 021; `language` in the roster; functions/oncall/messages/locales",
)
RING = Assumption(
    f"The first phone rings within {SHORTEST_RING} s of the event",
    "`ring_seconds` in the roster; docs/performance.md",
    SHORTEST_RING,
)
ACKNOWLEDGED_PAGE = Assumption(
    "Key 1 during a page ends it as acknowledged", "decision 001; `triggers.page`"
)
UNANSWERED_PAGE = Assumption(
    "A page that nobody acknowledges ends in a notification", "decision 001; `notifications`"
)
EMAIL = Assumption("SNS delivers the email about a page", "`notifications.emails`")

ASSUMPTIONS = (
    RING,
    FOUND,
    ANSWER_SHOWN,
    KEY_SHOWN,
    END_SHOWN,
    STOP_RINGING,
    KEY_IN_SPEECH,
    VOICEMAIL,
    VOICE,
    ACKNOWLEDGED_PAGE,
    UNANSWERED_PAGE,
    EMAIL,
)


def not_measured(assumption: Assumption, reason: str) -> Finding:
    """Return the finding of a step that could not compare."""
    return Finding(assumption, Verdict.NOT_MEASURED, reason)


def compare(assumption: Assumption, *, holds: bool | None, measured: str) -> Finding:
    """Return a finding; `holds` is None if the operator does not know."""
    if holds is None:
        return not_measured(assumption, "the operator could not tell")
    return Finding(assumption, Verdict.HOLDS if holds else Verdict.BROKEN, measured)


def overall(assumption: Assumption, findings: list[Finding]) -> Verdict:
    """Return the verdict over all steps: one that does not hold outweighs the others."""
    verdicts = {finding.verdict for finding in findings if finding.assumption is assumption}
    return next(
        (each for each in (Verdict.BROKEN, Verdict.HOLDS) if each in verdicts),
        Verdict.NOT_MEASURED,
    )
