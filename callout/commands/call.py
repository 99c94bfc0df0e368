"""Call one person as a test, as a page would, but without the state machine, which calls all."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from botocore.exceptions import ClientError

from adapters.aws_clients import AWS_ERRORS, AwsError, error_code
from adapters.connect import get_contact_snapshot
from callout.aws_session import AwsSession
from callout.defer_interrupt import defer_interrupt
from callout.errors import CommandError, describe_error
from oncall.calls.announcement import CallGroup, attributes
from oncall.calls.call import ACKNOWLEDGED, RINGING, TALKING, Call, Telephony, mark_placed
from oncall.calls.call_evaluation import ContactSnapshot, evaluate_call
from oncall.incident import Incident
from oncall.mask_phone_number import mask
from oncall.roster.model import Contact, Roster
from oncall.roster.parsing.field_reader import closest

#: Environment variables of place_call that a call needs.
REQUIRED_VARIABLES = ("CONNECT_INSTANCE_ID", "CONTACT_FLOW_ID", "SOURCE_PHONE_NUMBER")
#: Descriptions of a call's progress and outcome.
OUTCOME_TEXT = {
    RINGING: "is ringing",
    TALKING: "answered",
    ACKNOWLEDGED: "pressed 1",
    "declined": "pressed 2 (declined)",
    "no_answer": "did not answer",
    "unanswered": "answered, but pressed neither 1 nor 2",
    "busy": "was busy",
    "failed": "could not be reached",
}


@dataclass(frozen=True)
class CallConfig:
    """The telephony settings of the deployed functions."""

    instance_id: str  # instance_id, flow_id: of Amazon Connect
    flow_id: str
    number: str  # the number that calls are placed from
    telephony: Telephony  # how long a call may take, and what acknowledges it


def read_call_config(environments: Mapping[str, Mapping[str, str]], stack: str) -> CallConfig:
    """Read the functions' telephony settings; raise CommandError if they are missing."""
    place, plan = environments.get("place_call", {}), environments.get("plan_calls", {})
    missing = [name for name in REQUIRED_VARIABLES if not place.get(name)]
    if missing or not plan:
        raise CommandError(f"the functions of stack {stack} cannot place calls: run callout doctor")
    instance_id, flow_id, number = (place[name] for name in REQUIRED_VARIABLES)
    telephony = Telephony(
        int(plan["MAX_CALL_SECONDS"]),
        plan.get("MESSAGE_ATTRIBUTE", "message"),
        plan.get("ACKNOWLEDGE", "key"),
        json.loads(plan.get("ACCOUNT_NAMES", "{}")),
    )
    return CallConfig(instance_id, flow_id, number, telephony)


def find_contact(roster: Roster, name: str) -> Contact:
    """Return a contact of a roster; raise CommandError if there is none of that name."""
    try:
        return roster.contact(name)
    except LookupError:
        names = [contact.name for contact in roster.contacts]
        suggestion = closest(name, names)
        fix = f"did you mean {suggestion}?" if suggestion else f"it has {', '.join(names)}"
        raise CommandError(f"the roster has no contact {name!r}: {fix}") from None


def build_message(
    contact: Contact, roster: Roster, telephony: Telephony, now: datetime
) -> dict[str, str]:
    """Return the contact attributes of a test call, in the contact's language."""
    test = Incident(
        id="test-call",
        kind="test_call",
        title="Test call",
        severity="low",
        dedup_key=f"test:{uuid4()}",
        time=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        test=True,
    )
    return attributes(CallGroup((test,)), contact.language, roster.timezone, telephony)


class TestCall:
    """One call, from dialing to its end; calls `on_change` each time its outcome changes."""

    def __init__(
        self, aws: AwsSession, config: CallConfig, on_change: Callable[[Call], None]
    ) -> None:
        self._connect = aws.client("connect")
        self._config = config
        self._on_change = on_change

    def run(self, contact: Contact, phone: str, message: dict[str, str], ring_seconds: int) -> Call:
        """Call a phone, and poll the call to its end; raise CommandError if Connect refuses it."""
        telephony = self._config.telephony
        call = Call(
            attempt=1,
            round=1,
            contact=contact.name,
            phone=mask(phone),
            language=contact.language,
            ring_seconds=ring_seconds,
            max_call_seconds=telephony.max_call_seconds,
            acknowledge=telephony.acknowledge,
        )
        try:
            # Without the contact ID, an interrupted call could not be hung up.
            with defer_interrupt():
                call = mark_placed(call, self._dial(phone, message))
            return self._poll_until_finished(call)
        except BaseException:
            # Interrupted, most likely: hang up, so that nobody answers an abandoned call.
            if call.contact_id:
                with defer_interrupt():
                    self._hang_up(call)
            raise

    def poll(self, call: Call) -> ContactSnapshot | None:
        """Poll a call that has been placed, as the functions do."""
        return get_contact_snapshot(self._connect, self._config.instance_id, call, _ignore_error)

    def _poll_until_finished(self, call: Call) -> Call:
        self._on_change(call)
        while not call.is_finished:
            time.sleep(call.wait_seconds)
            result = evaluate_call(call, self.poll(call))
            if result.should_hang_up:
                self._hang_up(call)
            if result.call.outcome != call.outcome:
                self._on_change(result.call)
            call = result.call
        return call

    def _dial(self, phone: str, message: dict[str, str]) -> str:
        try:
            answer = self._connect.start_outbound_voice_contact(
                DestinationPhoneNumber=phone,
                InstanceId=self._config.instance_id,
                ContactFlowId=self._config.flow_id,
                SourcePhoneNumber=self._config.number,
                ClientToken=str(uuid4()),
                Attributes=message,
            )
        except ClientError as error:
            hint = (
                "; see `countries` in callout doctor" if "NotAllowed" in error_code(error) else ""
            )
            raise CommandError(f"{mask(phone)}: {describe_error(error)}{hint}") from None
        return str(answer["ContactId"])

    def _hang_up(self, call: Call) -> None:
        try:
            self._connect.stop_contact(
                ContactId=call.contact_id, InstanceId=self._config.instance_id
            )
        except AWS_ERRORS:
            return  # The call has probably ended; otherwise its time limits end it.


def describe_call(call: Call) -> str:
    """Return a call's progress or outcome in one line."""
    text = OUTCOME_TEXT.get(call.outcome, call.outcome)
    if call.outcome == ACKNOWLEDGED and call.acknowledge == "answer":
        text = "answered (the contact flow does not ask for a key)"
    return f"{call.contact} {call.phone} {text}{f' ({call.reason})' if call.reason else ''}"


def _ignore_error(_request: str, _error: AwsError) -> None:
    """Ignore a failed poll: the next one may succeed, and time limits end the loop."""
