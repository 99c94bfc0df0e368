"""The steps that call one contact, with the deployed telephony settings and the same polls."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from callout.commands.call import TestCall, build_message, describe_call
from callout.verify import call_findings
from callout.verify.assumptions import Assumption, Finding
from callout.verify.contact_record import DISCONNECTED
from callout.verify.operator_questions import ask
from callout.verify.request_recorder import RequestRecorder
from oncall.calls.call_evaluation import POLL_INTERVAL
from oncall.messages.locale import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from callout.aws_session import AwsSession
    from callout.commands.call import CallConfig
    from callout.verify.contact_record import ContactRecord
    from oncall.calls.call import Call
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
    return [
        call_findings.found(record),
        call_findings.stop_while_ringing(record, call, silent=silent),
        call_findings.end_shown(record),
    ]


def declined(setup: Setup) -> list[Finding]:
    """Listen, and press 2."""
    _, record = call_contact(setup, key=True)
    pressed = ask("Did you press 2?")
    language = nearest(setup.contact.language).tag
    spoken = ask(f"Did you hear a voice speaking {language}, and understand it?")
    return [
        *_answered(record),
        call_findings.key_shown(record, pressed=pressed),
        Finding(Assumption.VOICE, language, spoken),
    ]


def acknowledged(setup: Setup) -> list[Finding]:
    """Press 1 while the voice is speaking."""
    _, record = call_contact(setup, key=True)
    pressed = ask("Did you press 1 while the voice was speaking?")
    return [
        *_answered(record),
        # A key that is never shown was lost, not late.
        call_findings.key_shown(record, pressed=None),
        call_findings.key_in_speech(record, pressed=pressed),
    ]


def voicemail(setup: Setup) -> list[Finding]:
    """Let voicemail answer."""
    call, record = call_contact(setup)
    return [*_answered(record), call_findings.voicemail(call)]


def _answered(record: ContactRecord) -> list[Finding]:
    return [
        call_findings.found(record),
        call_findings.answer_shown(record),
        call_findings.end_shown(record),
    ]


#: Instruction to the operator, and function that measures, by step.
STEPS: dict[str, tuple[str, Callable[[Setup], list[Finding]]]] = {
    "unanswered": ("Let the phone ring. Do not answer or reject the call.", unanswered),
    "declined": ("Answer, listen to the whole message, then press 2.", declined),
    "acknowledged": ("Answer, and press 1 while the voice is speaking.", acknowledged),
    "voicemail": ("Switch voicemail on and let it answer.", voicemail),
}
