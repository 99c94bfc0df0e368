"""The steps that call one contact, with the deployed telephony settings and the same polls."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import typer

from callout.aws_session import AwsSession
from callout.commands.call import CallConfig, TestCall, build_message, describe_call
from callout.verify.assumptions import Assumption, Finding
from callout.verify.contact_record import (
    CONNECTED,
    DISCONNECTED,
    INITIATION,
    STOP,
    ContactRecord,
    Delay,
    RequestRecorder,
)
from callout.verify.operator_questions import ask
from oncall.calls.call import ACKNOWLEDGED, NO_ANSWER, UNANSWERED, Call
from oncall.calls.call_evaluation import POLL_INTERVAL
from oncall.messages.locale import nearest
from oncall.roster.model import Contact, Roster

#: Seconds to poll for the end of a call, and its key, after the outcome. An unanswered
#: call ends after 60 s (Connect API reference, StartOutboundVoiceContact).
OBSERVED_SECONDS = 60


@dataclass(frozen=True)
class Setup:
    """The deployed stack, the contact of the calls, and the team of the pages."""

    aws: AwsSession
    stack: str
    config: CallConfig
    team: str
    roster: Roster
    contact: Contact


def call_contact(setup: Setup, *, key: bool = False) -> tuple[Call, ContactRecord]:
    """Call the contact and poll until the call's end is shown; with `key`, also the key."""
    recorder = RequestRecorder(setup.aws.client("connect"))
    message = build_message(setup.contact, setup.roster, setup.config.telephony, datetime.now(UTC))
    test_call = TestCall(
        setup.aws, setup.config, lambda now: typer.echo(f"  {describe_call(now)}", err=True)
    )
    phone = setup.contact.phones[0]
    call = test_call.run(setup.contact, phone, message, setup.roster.ring_seconds)
    for _ in range(OBSERVED_SECONDS // POLL_INTERVAL):
        if recorder.record.shows(DISCONNECTED) and (recorder.record.key_operations or not key):
            break
        test_call.poll(call)
        time.sleep(POLL_INTERVAL)
    recorder.stop()
    return call, recorder.record


def unanswered(setup: Setup) -> list[Finding]:
    """Let the phone ring until Callout ends the call."""
    call, record = call_contact(setup)
    silent = ask("Did the phone ring, and stop ringing when 'did not answer' appeared above?")
    return [_found(record), _stop_while_ringing(record, call, silent=silent), _end_shown(record)]


def declined(setup: Setup) -> list[Finding]:
    """Listen, and press 2."""
    _, record = call_contact(setup, key=True)
    pressed = ask("Did you press 2?")
    language = nearest(setup.contact.language).tag
    spoken = ask(f"Did you hear a voice speaking {language}, and understand it?")
    return [
        *_answered(record),
        _key_shown(record, pressed=pressed),
        Finding(Assumption.VOICE, language, spoken),
    ]


def acknowledged(setup: Setup) -> list[Finding]:
    """Press 1 while the voice is speaking."""
    _, record = call_contact(setup, key=True)
    pressed = ask("Did you press 1 while the voice was speaking?")
    stored = bool(record.key_operations)
    measured = f"the key was {'stored' if stored else 'lost'}" if pressed else "no key in speech"
    return [
        *_answered(record),
        # A key that is never shown was lost, not late.
        _key_shown(record, pressed=None),
        Finding(Assumption.KEY_IN_SPEECH, measured, stored if pressed else None),
    ]


def voicemail(setup: Setup) -> list[Finding]:
    """Let voicemail answer: it must not acknowledge."""
    call, record = call_contact(setup)
    answered = call.outcome in (UNANSWERED, ACKNOWLEDGED)
    holds = call.outcome == UNANSWERED if answered else None
    return [*_answered(record), Finding(Assumption.VOICEMAIL, call.outcome, holds)]


def _answered(record: ContactRecord) -> list[Finding]:
    keyed = bool(record.key_operations)  # only an answered call has a key
    missing = "never, although a key was pressed" if keyed else "no answer was shown"
    delay = record.delay_of(CONNECTED)
    shown = _within(Assumption.ANSWER_SHOWN, delay, missing, holds=False if keyed else None)
    return [_found(record), shown, _end_shown(record)]


def _found(record: ContactRecord) -> Finding:
    return _within(Assumption.FOUND, record.delay_of(INITIATION), "never", holds=False)


def _end_shown(record: ContactRecord) -> Finding:
    return _within(Assumption.END_SHOWN, record.delay_of(DISCONNECTED), "never", holds=False)


def _key_shown(record: ContactRecord, *, pressed: bool | None) -> Finding:
    if not record.key_operations and not pressed:
        return Finding(Assumption.KEY_SHOWN, "no key was stored", None)
    delay = record.delay_of_key()
    by = ", then ".join(record.key_operations)
    finding = _within(Assumption.KEY_SHOWN, delay, "the end was not shown", holds=None)
    return Finding(finding.assumption, f"{finding.measured} {by}".strip(), finding.holds)


def _stop_while_ringing(record: ContactRecord, call: Call, *, silent: bool | None) -> Finding:
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


def _within(
    assumption: Assumption, delay: Delay | None, missing: str, *, holds: bool | None
) -> Finding:
    """Compare a delay with the limit; without a delay, return `missing` and `holds`."""
    if delay is None:
        return Finding(assumption, missing, holds)
    return Finding(assumption, str(delay), delay.at_least <= assumption.limit)


#: Instruction to the operator, and function that measures, by step.
STEPS: dict[str, tuple[str, Callable[[Setup], list[Finding]]]] = {
    "unanswered": ("Let the phone ring. Do not answer or reject the call.", unanswered),
    "declined": ("Answer, listen to the whole message, then press 2.", declined),
    "acknowledged": ("Answer, and press 1 while the voice is speaking.", acknowledged),
    "voicemail": ("Switch voicemail on and let it answer.", voicemail),
}
