"""A simulated Amazon Connect that boto3 finds through AWS_ENDPOINT_URL_CONNECT."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from local.connect import protocol
from local.connect.callee_action import CalleeAction
from local.connect.clock import Clock, ScenarioClock
from local.connect.fault_responses import DroppedError
from local.connect.flow_interpreter import ActionError
from local.connect.inbound_call import Caller, InboundCall, Invocation
from local.connect.instance_config import Instance, InstanceConfig
from local.connect.service import ConnectService
from local.connect.simulated_call import Call
from local.connect.simulated_phones import Phone
from local.connect.text_to_speech import voice_ids
from local.connect.timeline import TimelineEntry
from local.faults.injector import FaultInjector
from local.http_server import HttpResponse, HttpServer


@dataclass(frozen=True)
class RequestRecord:
    """A request as received, with its input as far as it could be parsed."""

    operation: str | None  # None if the path matches no operation
    params: Mapping[str, Any]
    status: int | None  # the HTTP status of the response; None if the connection was dropped
    at: float  # scenario seconds since the server's epoch


class SimulatedConnect:
    """A context manager that listens while it is entered.

    Args:
        phones: the phone behind each E.164 number; a number without a phone never answers.
        time_scale: real seconds per scenario second; 0.02 is 50 times faster than real time.
        clock: replaces the clock that counts real time at time_scale.
        new_id: creates the ids of contacts.

    Attributes:
        requests: every request, in the order of the responses.
        defects: errors of the simulator itself; a test run should end without any.
        inbound_flow: the JSON text of the flow that inbound calls play; "" for none.
        lambda_client: invokes the functions of that flow; with None, the caller of
            `take_invocations` invokes them.
    """

    def __init__(
        self,
        phones: Mapping[str, Phone],
        *,
        time_scale: float = 1.0,
        clock: Clock | None = None,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self.instance = Instance()
        self.requests: list[RequestRecord] = []
        self.defects: list[str] = []
        self.inbound_flow = ""
        self.lambda_client: Any = None
        self._clock = clock or ScenarioClock(time_scale)
        self._new_id = new_id
        self._service = self._new_service(phones)
        self._changed = threading.Condition()
        self._delivered = 0
        self._subscribers: list[Callable[[TimelineEntry], None]] = []
        self._stopping = False

    def __enter__(self) -> Self:
        protocol.service_model()  # these are loaded here, so that no request has to wait for them
        voice_ids()
        self._clock.restart()
        self._http_server = HttpServer(self._respond, self._record_defect)
        self._thread = threading.Thread(target=self._deliver_entries, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._http_server.stop()
        self._thread.join()

    @property
    def url(self) -> str:
        """The value for AWS_ENDPOINT_URL_CONNECT."""
        return self._http_server.url

    @property
    def phones(self) -> dict[str, Phone]:
        """The phone behind each number; changes apply from the next call."""
        return self._service.phones

    @phones.setter
    def phones(self, phones: Mapping[str, Phone]) -> None:
        self._service.phones = dict(phones)

    @property
    def faults(self) -> FaultInjector:
        """The faults to inject into the next requests; append to it, or set another."""
        return self._service.faults

    @faults.setter
    def faults(self, faults: FaultInjector) -> None:
        self._service.faults = faults

    @property
    def config(self) -> InstanceConfig:
        """How the instance is set up; changes apply from the next request."""
        return self._service.config

    @property
    def calls(self) -> list[Call]:
        """The calls in the order they were placed, in their current state."""
        with self._changed:
            self._service.advance(self.now())
            return list(self._service.calls)

    @property
    def inbound_calls(self) -> list[InboundCall]:
        """The calls that people made, in their current state."""
        with self._changed:
            self._service.advance(self.now())
            return list(self._service.inbound_calls)

    @property
    def timeline(self) -> list[TimelineEntry]:
        """What has happened in all calls, in order."""
        with self._changed:
            self._service.advance(self.now())
            return list(self._service.timeline)

    @property
    def time_scale(self) -> float:
        """Real seconds per scenario second.

        Raises:
            RuntimeError: (when set) a call is in progress, so its times would be ambiguous.
        """
        return self._clock.time_scale

    @time_scale.setter
    def time_scale(self, time_scale: float) -> None:
        with self._changed:
            self._service.advance(self.now())
            if self._service.next_at is not None:
                raise RuntimeError("time_scale cannot change while a call is in progress")
            self._clock.time_scale = time_scale

    def now(self) -> float:
        """Scenario seconds since the server's epoch: when it was entered or last reset."""
        return self._clock.now()

    def perform(self, contact_id: str, action: CalleeAction) -> None:
        """Perform an action of a person with a phone on a call, now.

        A phone without a script rings until such an action.

        Raises:
            InvalidActionError: there is no such call, or the action is not possible now.
        """
        with self._changed:
            self._service.perform(contact_id, action, self.now())
            self._changed.notify_all()

    def call_in(self, caller: Caller) -> InboundCall:
        """Let a person call the instance's number now, as ConnectService does."""
        with self._changed:
            call = self._service.call_in(caller, self.now())
            self._changed.notify_all()
            return call

    def take_invocations(self) -> tuple[list[Invocation], float | None]:
        """Advance, and return the functions to invoke now, and when an inbound call continues."""
        with self._changed:
            self._service.advance(self.now())
            return self._service.take_invocations(), self._service.next_inbound_at

    def answer(self, invocation: Invocation, result: str | ActionError | None = None) -> bool:
        """Pass the result of a function to its call, as InboundCall.answer describes."""
        with self._changed:
            self._service.advance(self.now())
            waited = invocation.call.answer(self.now(), invocation.step, result)
            self._changed.notify_all()
            return waited

    def _invoke(self, invocation: Invocation) -> None:
        """Invoke a function in a thread; the time limit is in real seconds if those are longer."""
        limit = invocation.step.timeout * max(1.0, self.time_scale)
        client, answer = self.lambda_client, self.answer
        for thread in (
            threading.Timer(limit, answer, [invocation]),
            threading.Thread(target=lambda: answer(invocation, invocation.run(client))),
        ):
            thread.daemon = True
            thread.start()

    def subscribe(self, callback: Callable[[TimelineEntry], None]) -> None:
        """Call back with each new entry of the timeline, as it happens.

        The server makes the callbacks one at a time, in order, from a thread of its own. They may
        use the server.
        """
        with self._changed:
            self._subscribers.append(callback)

    def reset(self, phones: Mapping[str, Phone]) -> None:
        """Begin a new run: second 0, a healthy instance; no calls, requests or faults.

        Subscriptions stay, and so do defects, which are the simulator's and not the run's.
        """
        with self._changed:
            self._clock.restart()
            self._service = self._new_service(phones)
            self.requests = []
            self._delivered = 0
            self._changed.notify_all()

    def _new_service(self, phones: Mapping[str, Phone]) -> ConnectService:
        service = ConnectService(self.instance, phones, self._clock.date)
        service.new_id = self._new_id
        service.config.inbound_flow = self.inbound_flow
        return service

    def _respond(
        self, method: str, target: str, _headers: Mapping[str, str], body: bytes
    ) -> HttpResponse | None:
        """Respond to one request; connections have many threads, requests run one at a time."""
        held = 0.0
        with self._changed:
            operation, params, at = None, dict[str, Any](), self.now()
            response: HttpResponse | None
            try:
                route = protocol.match_route(method, target)
                operation, params = route.operation, dict(route.path_members)
                params = protocol.parse_request(route, body)
                output = self._service.handle(operation, params, at)
                response = protocol.serialize_output(operation, output)
            except protocol.ServiceError as error:
                response = self._error_response(operation, error)
            except DroppedError as dropped:
                response, held = None, dropped.held
            except Exception as error:  # noqa: BLE001 - any of them must be visible
                response = self._record_defect(error)
            status = response.status if response else None
            self.requests.append(RequestRecord(operation, params, status, at))
            self._changed.notify_all()
        time.sleep(held * self.time_scale)
        return response

    def _error_response(self, operation: str | None, error: protocol.ServiceError) -> HttpResponse:
        try:
            return protocol.serialize_error(operation, error)
        except protocol.SimulatorDefectError as defect:
            return self._record_defect(defect)

    def _record_defect(self, error: BaseException) -> HttpResponse:
        self.defects.append(f"{type(error).__name__}: {error}")
        return protocol.error_response("SimulatorDefect", self.defects[-1], 500)

    def _deliver_entries(self) -> None:
        """Advance the calls and call the subscribers, until the server stops."""
        while True:
            with self._changed:
                self._service.advance(self.now())
                for invocation in self._service.take_invocations() if self.lambda_client else ():
                    self._invoke(invocation)
                entries = self._service.timeline[self._delivered :]
                self._delivered += len(entries)
                subscribers = list(self._subscribers)
                if not entries:
                    if self._stopping:
                        return
                    next_at = self._service.next_at
                    wait = None if next_at is None else self._clock.real_seconds_until(next_at)
                    self._changed.wait(wait)
            for entry in entries:
                for subscriber in subscribers:
                    try:
                        subscriber(entry)
                    except Exception as error:  # noqa: BLE001 - so that the others are still called
                        self._record_defect(error)
