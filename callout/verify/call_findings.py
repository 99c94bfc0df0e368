"""What the record of one call says about the assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callout.verify.assumptions import (
    ANSWER_SHOWN,
    END_SHOWN,
    FOUND,
    KEY_IN_SPEECH,
    KEY_SHOWN,
    STOP_RINGING,
    VOICEMAIL,
    Assumption,
    Finding,
    compare,
    not_measured,
)
from callout.verify.contact_record import CONNECTED, DISCONNECTED, STOP, ContactRecord, Delay
from oncall.calls.call import ACKNOWLEDGED, NO_ANSWER, UNANSWERED

if TYPE_CHECKING:
    from oncall.calls.call import Call

_NO_KEY = "no key was pressed, or the contact flow does not store it"


def found(record: ContactRecord) -> Finding:
    """Compare how soon DescribeContact found the call."""
    delay = record.delay_of_contact()
    return _within(FOUND, delay) if delay else not_measured(FOUND, "the call was not placed")


def answer_shown(record: ContactRecord) -> Finding:
    """Compare how soon DescribeContact showed the answer."""
    if delay := record.delay_of(CONNECTED):
        return _within(ANSWER_SHOWN, delay)
    if record.shows_key:
        return compare(ANSWER_SHOWN, holds=False, measured="never shown, although a key was")
    return not_measured(ANSWER_SHOWN, "no answer was shown")


def end_shown(record: ContactRecord, observed: float) -> Finding:
    """Compare how soon DescribeContact showed the end, in `observed` seconds after the outcome."""
    if delay := record.delay_of(DISCONNECTED):
        return _within(END_SHOWN, delay)
    measured = f"not shown within {observed:.0f} s of the outcome"
    return compare(END_SHOWN, holds=False, measured=measured)


def key_shown(record: ContactRecord, *, pressed: bool | None) -> Finding:
    """Compare how soon the key was shown; `pressed` is what the operator says."""
    if not record.shows_key and not pressed:
        return not_measured(KEY_SHOWN, _NO_KEY)
    delay = record.delay_of_key()
    if delay is None:
        return not_measured(KEY_SHOWN, "the end of the call was not shown")
    by = ", then ".join(record.key_operations())
    finding = _within(KEY_SHOWN, delay)
    return Finding(KEY_SHOWN, finding.verdict, f"{finding.measured} ({by or 'by no request'})")


def stop_while_ringing(record: ContactRecord, call: Call, *, silent: bool | None) -> Finding:
    """Compare StopContact with the end of the call; `silent`: the phone stopped ringing."""
    stops = record.of(STOP)
    if call.outcome != NO_ANSWER or not stops or record.shows(CONNECTED):
        return not_measured(STOP_RINGING, f"the call ended as {call.outcome} before StopContact")
    if stops[0].error:
        return compare(STOP_RINGING, holds=False, measured=f"StopContact: {stops[0].error}")
    ended = record.happened(DISCONNECTED)
    if ended is None:
        return compare(STOP_RINGING, holds=False, measured="the end of the call was never shown")
    delay = Delay(max(0.0, ended[0] - stops[0].ended), max(0.0, ended[1] - stops[0].began))
    if silent is False:
        return compare(STOP_RINGING, holds=False, measured="the phone kept ringing")
    ended_text = f"ended {delay.at_least:.1f} to {delay.at_most:.1f} s after the request"
    return compare(STOP_RINGING, holds=delay.at_least <= STOP_RINGING.limit, measured=ended_text)


def key_in_speech(record: ContactRecord, *, pressed: bool | None) -> Finding:
    """Compare whether the key counted; `pressed`: it was pressed while the voice was speaking."""
    if not pressed:
        return not_measured(KEY_IN_SPEECH, "no key was pressed while the voice was speaking")
    measured = "the key was stored" if record.shows_key else "the key was lost"
    return compare(KEY_IN_SPEECH, holds=record.shows_key, measured=measured)


def voicemail(call: Call) -> Finding:
    """Compare the outcome of a call that voicemail took."""
    if call.outcome not in (UNANSWERED, ACKNOWLEDGED):
        return not_measured(VOICEMAIL, f"voicemail did not answer: {call.outcome}")
    return compare(VOICEMAIL, holds=call.outcome == UNANSWERED, measured=call.outcome)


def _within(assumption: Assumption, delay: Delay) -> Finding:
    """Compare a delay; a poll later than the limit that did not show it breaks the assumption."""
    return compare(assumption, holds=delay.at_least <= assumption.limit, measured=str(delay))
