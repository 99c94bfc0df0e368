"""What each operation of the simulated Connect does, without HTTP, threads or clocks."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from local.connect.callee_action import CalleeAction, InvalidActionError
from local.connect.failing_numbers import (
    InvalidNumber,
    NetworkFault,
    NotAllowed,
    Throttled,
    Unavailable,
)
from local.connect.fault_responses import DroppedError, change_contact, fail_after, fail_before
from local.connect.flow_interpreter import InterpretedFlow, interpreted_flow
from local.connect.inbound_call import CONVERSATION, Caller, InboundCall, Invocation
from local.connect.instance_config import Instance, InstanceConfig
from local.connect.protocol import ServiceError, has_modeled_error
from local.connect.simulated_call import Call, CallRequest
from local.connect.simulated_phones import NoAnswer, Phone
from local.faults.fault_types import CONNECT, FaultKind
from local.faults.injector import FaultInjector, Request

if TYPE_CHECKING:
    from local.connect.quotas import RateLimit
    from local.connect.timeline import TimelineEntry

# Source: StartOutboundVoiceContact in the Connect API reference.
CLIENT_TOKEN_SECONDS = 7 * 24 * 3600

Operation = Callable[[Mapping[str, Any], float], dict[str, Any]]
"""Returns the output for an input, at a scenario second."""


class ConnectService:
    """The state of the instance during one run.

    Args:
        phones: the phone behind each number; a number without a phone never answers.
        date: returns the date of a scenario second.

    Attributes:
        calls: the calls in the order they were placed.
        inbound_calls: those that people made.
        faults: the faults to inject; requests use them up. For a fault, an attempt is a new
            ClientToken: the order of a page's calls if there is only one page.
    """

    def __init__(
        self,
        instance: Instance,
        phones: Mapping[str, Phone],
        date: Callable[[float], datetime],
    ) -> None:
        self.instance = instance
        self.phones = dict(phones)
        self.calls: list[Call] = []
        self.inbound_calls: list[InboundCall] = []
        self.timeline: list[TimelineEntry] = []
        self.faults = FaultInjector()
        self.rate_limit: RateLimit | None = None
        self.config = InstanceConfig(instance)
        self.new_id: Callable[[], uuid.UUID] = uuid.uuid4
        self._date = date
        self._by_id: dict[str, Call] = {}
        self._live: list[Call] = []
        self._invocations: list[Invocation] = []
        self._by_token: dict[str, Call] = {}
        self._token_of: dict[str, str] = {}
        self._attempts: dict[str, int] = {}
        self._request_counts: Counter[tuple[str, Phone]] = Counter()
        config = self.config
        self._operations: Mapping[str, Operation] = {
            "StartOutboundVoiceContact": self._start,
            "DescribeContact": self._describe,
            "StopContact": self._stop,
            "GetContactAttributes": self._get_attributes,
            "DescribeInstance": lambda *_: config.describe_instance(date(0)),
            "DescribeInstanceAttribute": lambda params, _: config.describe_attribute(params),
            "DescribeContactFlow": lambda params, _: config.describe_flow(params),
            "ListPhoneNumbersV2": lambda *_: config.list_numbers(),
            "DescribePhoneNumber": lambda params, _: config.describe_number(params),
            "AssociatePhoneNumberContactFlow": lambda params, _: config.associate_number_flow(
                params
            ),
            "ListFlowAssociations": lambda params, _: config.list_flow_associations(params),
        }

    @property
    def next_at(self) -> float | None:
        """The scenario second of the next scheduled event; None if no call is live."""
        return min((at for call in self._live if (at := call.next_at) is not None), default=None)

    @property
    def next_inbound_at(self) -> float | None:
        """The same for inbound calls only; None also if each of them waits for a function."""
        calls = (each for call in self.inbound_calls for each in (call, call.leg) if each)
        return min((at for call in calls if (at := call.next_at) is not None), default=None)

    def advance(self, now: float) -> None:
        """Process every event that is due, in the order of scenario time across all calls."""
        while (at := self.next_at) is not None and at <= now:
            for call in self._live:
                call.advance(at)
            self._live = [call for call in self._live if call.ended_at is None]

    def handle(self, operation: str, params: Mapping[str, Any], now: float) -> dict[str, Any]:
        """Return the output of one request.

        Raises:
            ServiceError: Connect would return this error.
            DroppedError: the connection must be dropped without a response.
        """
        self.advance(now)
        if self.rate_limit and not self.rate_limit.allows(operation, now):
            modeled = has_modeled_error(operation, "ThrottlingException")
            code = "ThrottlingException" if modeled else "TooManyRequestsException"
            raise ServiceError(code, "Rate exceeded")
        faults = fail_before(self.faults, self._fault_request(operation, params, now))
        if params.get("InstanceId") not in (None, self.instance.instance_id):
            raise ServiceError("ResourceNotFoundException", f"no instance {params['InstanceId']}")
        output = self._operations[operation](params, now)
        if late := faults.get(FaultKind.LATE_ATTRIBUTES):
            known_at = 0.0 if late.seconds is None else now - late.seconds
            call = self._by_id[_contact_id(params)]
            output.get("Contact", output)["Attributes"] = call.attributes_at(known_at)
        change_contact(output.get("Contact", {}), faults)
        fail_after(faults)
        return output

    def call_in(self, caller: Caller, now: float) -> InboundCall:
        """Let a person call the instance's number.

        Raises:
            InvalidActionError: the number has no flow for inbound calls.
        """
        self.advance(now)
        if not self.config.inbound_flow:
            raise InvalidActionError("the number takes no calls; set telephony.callback to {}")
        call = InboundCall(
            str(self.new_id()),
            caller,
            interpreted_flow(self.config.inbound_flow),
            placed_at=now,
            on_entry=self.timeline.append,
            instance=self.instance,
            invoke=self._invocations.append,
            place_leg=self._place_leg,
        )
        self.inbound_calls.append(call)
        self._live.append(call)
        self._by_id[call.contact_id] = call
        return call

    def take_invocations(self) -> list[Invocation]:
        """Return the functions to invoke that were not returned before."""
        found, self._invocations[:] = list(self._invocations), []
        return found

    def _place_leg(
        self, number: str, now: float, on_entry: Callable[["TimelineEntry"], None]
    ) -> Call:
        request = CallRequest(str(self.new_id()), number, {}, self._contact_on_call(number))
        script = self.phones.get(number, NoAnswer()).for_request(0).call_script
        leg = Call(request, script, CONVERSATION, now, on_entry)
        self._live.append(leg)
        self._by_id[leg.contact_id] = leg
        return leg

    def perform(self, contact_id: str, action: CalleeAction, now: float) -> None:
        """Perform an action of a person with a phone on a call.

        Raises:
            InvalidActionError: there is no such call, or the action is not possible now.
        """
        self.advance(now)
        if contact_id not in self._by_id:
            raise InvalidActionError(f"there is no call {contact_id}")
        self._by_id[contact_id].perform(now, action)

    def _fault_request(self, operation: str, params: Mapping[str, Any], now: float) -> Request:
        contact_id = _contact_id(params)
        call = self._by_id.get(contact_id)
        token = params.get("ClientToken")
        if token:
            self._attempts.setdefault(token, len(self._attempts) + 1)
        return Request(
            CONNECT,
            operation,
            now,
            contact=call.number if call else params.get("DestinationPhoneNumber", ""),
            attempt=self._attempts.get(token or self._token_of.get(contact_id, "")),
            age=now - call.placed_at if call else None,
        )

    def _start(self, params: Mapping[str, Any], now: float) -> dict[str, Any]:
        flow = interpreted_flow(self.config.check_call(params))
        number = params["DestinationPhoneNumber"]
        script = self.phones.get(number, NoAnswer())
        phone = script.for_request(self._request_counts[number, script])
        self._request_counts[number, script] += 1
        if isinstance(phone, Throttled):
            raise ServiceError(phone.error, "Rate exceeded")
        if isinstance(phone, Unavailable):
            raise ServiceError("InternalServiceException", "simulated: unavailable")
        if isinstance(phone, NetworkFault) and not phone.placed:
            raise DroppedError
        call = self._already_started(params, now) or self._place(params, phone, flow, now)
        if isinstance(phone, NetworkFault):
            raise DroppedError
        return {"ContactId": call.contact_id}

    def _already_started(self, params: Mapping[str, Any], now: float) -> Call | None:
        call = self._by_token.get(params.get("ClientToken", ""))
        return call if call and now - call.placed_at < CLIENT_TOKEN_SECONDS else None

    def _place(
        self, params: Mapping[str, Any], phone: Phone, flow: InterpretedFlow, now: float
    ) -> Call:
        if isinstance(phone, NotAllowed):
            raise ServiceError("DestinationNotAllowedException", "Destination is not allowed")
        if isinstance(phone, InvalidNumber):
            raise ServiceError("InvalidParameterException", "DestinationPhoneNumber is not valid")
        number = params["DestinationPhoneNumber"]
        request = CallRequest(
            contact_id=str(self.new_id()),
            number=number,
            attributes=params.get("Attributes", {}),
            on_call_with=self._contact_on_call(number),
        )
        call = Call(request, phone.call_script, flow, now, self.timeline.append)
        self.calls.append(call)
        self._live.append(call)
        self._by_id[call.contact_id] = call
        if token := params.get("ClientToken"):
            self._by_token[token] = call
            self._token_of[call.contact_id] = token
        self.advance(now)
        return call

    def _contact_on_call(self, number: str) -> str | None:
        # A call that ended when it was dialed stays among the live ones until the next event.
        on_call = (call for call in self._live if call.number == number and call.ended_at is None)
        return next((call.contact_id for call in on_call), None)

    def _describe(self, params: Mapping[str, Any], now: float) -> dict[str, Any]:
        del now
        call = self._call(params["ContactId"])
        return {"Contact": self.instance.describe(call, self._date)}

    def _stop(self, params: Mapping[str, Any], now: float) -> dict[str, Any]:
        call = self._by_id.get(params["ContactId"])
        # Source: StopContact in the API reference: "not active or does not exist".
        if call is None or call.ended_at is not None:
            raise ServiceError("ContactNotFoundException", "The contact is not active")
        call.stop(now)
        self._live.remove(call)
        return {}

    def _get_attributes(self, params: Mapping[str, Any], now: float) -> dict[str, Any]:
        del now
        return {"Attributes": self._call(params["InitialContactId"]).attributes}

    def _call(self, contact_id: str) -> Call:
        if contact_id not in self._by_id:
            raise ServiceError("ResourceNotFoundException", f"no contact {contact_id}")
        return self._by_id[contact_id]


def _contact_id(params: Mapping[str, Any]) -> str:
    return str(params.get("ContactId") or params.get("InitialContactId") or "")
