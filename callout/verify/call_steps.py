"""The steps that call one contact, with the telephony settings and the polls of the functions."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from callout.commands.call import TestCall, build_message, describe_call
from callout.verify import call_findings
from callout.verify.assumptions import VOICE, Finding, compare
from callout.verify.contact_record import DISCONNECTED, ContactRecord
from callout.verify.operator_questions import ask
from callout.verify.request_recorder import RequestRecorder
from oncall.calls.call_evaluation import POLL_INTERVAL
from oncall.messages.locale import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from callout.aws_session import AwsSession
    from callout.commands.call import CallConfig
    from oncall.calls.call import Call
    from oncall.roster.model import Contact, Roster

#: Seconds after the outcome in which the end of a call, and its key, are observed. An unanswered
#: call ends after 60 s (Connect API reference, StartOutboundVoiceContact).
OBSERVED_SECONDS = 60


@dataclass(frozen=True)
class CallSetup:
    """Whom the steps call, and how."""

    aws: AwsSession
    config: CallConfig
    contact: Contact
    phone: str  # E.164
    roster: Roster

    def call(self, *, key: bool = False) -> tuple[Call, ContactRecord]:
        """Call the contact and observe the call to its end, and with `key` until that is shown."""
        connect = self.aws.client("connect")
        recorder = RequestRecorder(connect)
        message = build_message(self.contact, self.roster, self.config.telephony, datetime.now(UTC))
        test_call = TestCall(
            self.aws, self.config, lambda now: typer.echo(f"  {describe_call(now)}", err=True)
        )
        call = test_call.run(self.contact, self.phone, message, self.roster.ring_seconds)
        for _ in range(OBSERVED_SECONDS // POLL_INTERVAL):
            record = recorder.record
            if record.shows(DISCONNECTED) and (record.shows_key or not key):
                break
            test_call.poll(call)
            time.sleep(POLL_INTERVAL)
        recorder.stop()
        return call, recorder.record


def unanswered(setup: CallSetup) -> list[Finding]:
    """Let the phone ring until Callout ends the call."""
    call, record = setup.call()
    silent = ask("Did the phone ring, and stop when the line above said 'did not answer'?")
    return [
        call_findings.found(record),
        call_findings.stop_while_ringing(record, call, silent=silent),
        call_findings.end_shown(record, OBSERVED_SECONDS),
    ]


def declined(setup: CallSetup) -> list[Finding]:
    """Listen, and press 2."""
    _, record = setup.call(key=True)
    pressed = ask("Did you press 2?")
    language = nearest(setup.contact.language).tag
    spoken = ask(f"Did a voice of the language {language} speak, and did you understand it?")
    return [
        *_answered(record, pressed=pressed),
        compare(VOICE, holds=spoken, measured=f"{language}, {'yes' if spoken else 'no'}"),
    ]


def acknowledged(setup: CallSetup) -> list[Finding]:
    """Press 1 while the voice is speaking."""
    _, record = setup.call(key=True)
    pressed = ask("Did you press 1 while the voice was speaking?")
    return [
        *_answered(record, pressed=None),  # a key that is never shown was probably lost
        call_findings.key_in_speech(record, pressed=pressed),
    ]


def voicemail(setup: CallSetup) -> list[Finding]:
    """Let voicemail answer."""
    call, record = setup.call()
    return [
        call_findings.found(record),
        call_findings.answer_shown(record),
        call_findings.end_shown(record, OBSERVED_SECONDS),
        call_findings.voicemail(call),
    ]


def _answered(record: ContactRecord, *, pressed: bool | None) -> list[Finding]:
    return [
        call_findings.found(record),
        call_findings.answer_shown(record),
        call_findings.key_shown(record, pressed=pressed),
        call_findings.end_shown(record, OBSERVED_SECONDS),
    ]


#: Request to the operator, and what measures, by name.
STEPS: dict[str, tuple[str, Callable[[CallSetup], list[Finding]]]] = {
    "unanswered": ("Let the phone ring, and do not touch it.", unanswered),
    "declined": ("Answer, listen to the whole message, and press 2.", declined),
    "acknowledged": ("Answer, and press 1 while the voice is still speaking.", acknowledged),
    "voicemail": ("Let voicemail answer: switch it on, and do not touch the phone.", voicemail),
}
