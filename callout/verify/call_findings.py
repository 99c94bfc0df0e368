"""Compare the record of one call with the assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.verify.assumptions import Assumption, Finding
from callout.verify.contact_record import CONNECTED, DISCONNECTED, INITIATION, STOP, Delay
from oncall.calls.call import ACKNOWLEDGED, NO_ANSWER, UNANSWERED

if TYPE_CHECKING:
    from callout.verify.contact_record import ContactRecord
    from oncall.calls.call import Call


def found(record: ContactRecord) -> Finding:
    """Compare how soon DescribeContact found the call."""
    return _within(Assumption.FOUND, record.delay_of(INITIATION), "never", holds=False)


def answer_shown(record: ContactRecord) -> Finding:
    """Compare how soon DescribeContact showed the answer; only an answered call has a key."""
    keyed = bool(record.key_operations)
    missing = "never, although a key was pressed" if keyed else "no answer was shown"
    delay = record.delay_of(CONNECTED)
    return _within(Assumption.ANSWER_SHOWN, delay, missing, holds=False if keyed else None)


def end_shown(record: ContactRecord) -> Finding:
    """Compare how soon DescribeContact showed the end, which comes soon after every outcome."""
    return _within(Assumption.END_SHOWN, record.delay_of(DISCONNECTED), "never", holds=False)


def key_shown(record: ContactRecord, *, pressed: bool | None) -> Finding:
    """Compare how soon the key was shown; `pressed` is the operator's answer."""
    if not record.key_operations and not pressed:
        return Finding(Assumption.KEY_SHOWN, "no key was stored", None)
    delay = record.delay_of_key()
    by = ", then ".join(record.key_operations)
    finding = _within(Assumption.KEY_SHOWN, delay, "the end was not shown", holds=None)
    return Finding(finding.assumption, f"{finding.measured} {by}".strip(), finding.holds)


def stop_while_ringing(record: ContactRecord, call: Call, *, silent: bool | None) -> Finding:
    """Compare StopContact with the end of the call; `silent`: the phone stopped ringing."""
    stops, ended = record.of(STOP), record.happened(DISCONNECTED)
    holds: bool | None = False
    if call.outcome != NO_ANSWER or not stops or record.shows(CONNECTED):
        measured, holds = f"the call ended before StopContact: {call.outcome}", None
    elif stops[0].error:
        measured = f"StopContact: {stops[0].error}"
    elif silent is False:
        measured = "the phone kept ringing"
    elif ended is None:
        measured = "the call did not end"
    else:
        delay = Delay(max(0, ended[0] - stops[0].ended), max(0, ended[1] - stops[0].began))
        return _within(Assumption.STOP_RINGING, delay, "", holds=None)
    return Finding(Assumption.STOP_RINGING, measured, holds)


def key_in_speech(record: ContactRecord, *, pressed: bool | None) -> Finding:
    """Check that the key counted; `pressed`: it was pressed while the voice was speaking."""
    stored = bool(record.key_operations)
    measured = f"the key was {'stored' if stored else 'lost'}" if pressed else "no key in speech"
    return Finding(Assumption.KEY_IN_SPEECH, measured, stored if pressed else None)


def voicemail(call: Call) -> Finding:
    """Check that a call answered by voicemail is not acknowledged."""
    answered = call.outcome in (UNANSWERED, ACKNOWLEDGED)
    holds = call.outcome == UNANSWERED if answered else None
    return Finding(Assumption.VOICEMAIL, call.outcome, holds)


def _within(
    assumption: Assumption, delay: Delay | None, missing: str, *, holds: bool | None
) -> Finding:
    """Compare a delay with the limit: a later poll that showed nothing breaks the assumption.

    Without a delay, return `missing` and `holds`.
    """
    if delay is None:
        return Finding(assumption, missing, holds)
    return Finding(assumption, str(delay), delay.at_least <= assumption.limit)
