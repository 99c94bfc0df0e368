"""Rings one person as a test: the call that a page would make, without the page.

The state machine calls a whole list; so the command itself places this one call, with the
deployed telephony, and judges it as the functions do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from adapters.connect import get_contact_snapshot
from callout.errors import CommandError, reason
from callout.signals import held
from oncall.calls.announcement import attributes
from oncall.calls.call import ACKNOWLEDGED, RINGING, TALKING, Call, evaluate_call, mark_placed
from oncall.calls.grouping import CallGroup
from oncall.calls.plan import Telephony
from oncall.incident import Incident
from oncall.mask_phone_number import mask
from oncall.roster.parsing.field_reader import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from callout.aws_session import Aws
    from oncall.roster.model import Contact, Roster

#: What the functions' variables say where the call goes, and how it is made.
NEEDED = ("CONNECT_INSTANCE_ID", "CONTACT_FLOW_ID", "SOURCE_PHONE_NUMBER")
#: What is said while a call goes on, and what it came to.
TOLD = {
    RINGING: "rings",
    TALKING: "is answered",
    ACKNOWLEDGED: "pressed 1",
    "declined": "pressed 2: passed on",
    "no_answer": "did not answer",
    "unanswered": "answered, and pressed neither 1 nor 2",
    "busy": "was busy",
    "failed": "was not reached",
}


@dataclass(frozen=True)
class Deployed:
    """What the deployed functions call with.

    Attributes:
        instance_id, flow_id, number: of Connect; the number is called from.
        telephony: how long a call may take, and what acknowledges it.
    """

    instance_id: str
    flow_id: str
    number: str
    telephony: Telephony


def deployed(environments: Mapping[str, Mapping[str, str]], stack: str) -> Deployed:
    """Read what calls are made with from the functions' variables, by module.

    Raises:
        CommandError: there are no such functions.
    """
    place, plan = environments.get("place_call", {}), environments.get("plan_calls", {})
    missing = [name for name in NEEDED if not place.get(name)]
    if missing or not plan:
        raise CommandError(f"the functions of stack {stack} cannot call: callout doctor says why")
    instance_id, flow_id, number = (place[name] for name in NEEDED)
    telephony = Telephony(
        int(plan["MAX_CALL_SECONDS"]),
        plan.get("MESSAGE_ATTRIBUTE", "message"),
        plan.get("ACKNOWLEDGE", "key"),
    )
    return Deployed(instance_id, flow_id, number, telephony)


def person(roster: Roster, name: str) -> Contact:
    """Find somebody; raises CommandError where nobody is called so."""
    try:
        return roster.contact(name)
    except LookupError:
        names = [contact.name for contact in roster.contacts]
        meant = nearest(name, names)
        fix = f"did you mean {meant}?" if meant else f"there are {', '.join(names)}"
        raise CommandError(f"nobody in the roster is called {name!r}: {fix}") from None


def message(
    contact: Contact, roster: Roster, telephony: Telephony, now: datetime
) -> dict[str, str]:
    """Compose what the person hears, in their language."""
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


class Ring:
    """One call, from dialling to its end.

    Args:
        aws: where AWS is.
        to: what is called with.
        say: told each time something happens.
    """

    def __init__(self, aws: Aws, to: Deployed, say: Callable[[Call], None]) -> None:
        self._connect = aws.client("connect")
        self._to = to
        self._say = say

    def ring(self, contact: Contact, phone: str, said: dict[str, str], ring_seconds: int) -> Call:
        """Ring a phone and watch the call until nothing more can come of it.

        Raises:
            CommandError: Connect did not take the call; says what it answered.
        """
        call = Call(
            attempt=1,
            round=1,
            contact=contact.name,
            phone=mask(phone),
            language=contact.language,
            ring_seconds=ring_seconds,
            max_call_seconds=self._to.telephony.max_call_seconds,
            acknowledge=self._to.telephony.acknowledge,
        )
        try:
            # Not to be left between asking Connect and knowing which call it made of it.
            with held():
                call = mark_placed(call, self._dial(phone, said))
            return self._watched(call)
        except BaseException:
            # Interrupted, most likely: whoever rings a person in vain hangs up.
            if call.contact_id:
                with held():
                    self._hang_up(call)
            raise

    def _watched(self, call: Call) -> Call:
        self._say(call)
        while not call.is_finished:
            time.sleep(call.wait_seconds)
            verdict = evaluate_call(
                call, get_contact_snapshot(self._connect, self._to.instance_id, call, _unseen)
            )
            if verdict.should_hang_up:
                self._hang_up(call)
            if verdict.call.outcome != call.outcome:
                self._say(verdict.call)
            call = verdict.call
        return call

    def _dial(self, phone: str, said: dict[str, str]) -> str:
        try:
            answer = self._connect.start_outbound_voice_contact(
                DestinationPhoneNumber=phone,
                InstanceId=self._to.instance_id,
                ContactFlowId=self._to.flow_id,
                SourcePhoneNumber=self._to.number,
                ClientToken=str(uuid4()),
                Attributes=said,
            )
        except ClientError as error:
            code = error.response["Error"]["Code"]
            hint = ": see callout doctor, countries" if "NotAllowed" in code else ""
            raise CommandError(f"{mask(phone)}: {reason(error)}{hint}") from None
        return str(answer["ContactId"])

    def _hang_up(self, call: Call) -> None:
        try:
            self._connect.stop_contact(ContactId=call.contact_id, InstanceId=self._to.instance_id)
        except (BotoCoreError, ClientError):
            return  # it is over already, most likely; the limits end it otherwise


def told(call: Call) -> str:
    """Say in a line how far a call is."""
    what = TOLD.get(call.outcome, call.outcome)
    if call.outcome == ACKNOWLEDGED and call.acknowledge == "answer":
        what = "answered (the contact flow asks for no key)"
    return f"{call.contact} {call.phone} {what}{f' ({call.reason})' if call.reason else ''}"


def _unseen(_what: str, _error: ClientError | BotoCoreError) -> None:
    """Say nothing: the next look may see more, and the limits say when there is none."""
