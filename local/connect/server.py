"""A simulated Amazon Connect to point boto3 at, through AWS_ENDPOINT_URL_CONNECT."""

import threading
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Self

from local.connect import protocol
from local.connect.callee_action import CalleeAction
from local.connect.clock import Clock, ScenarioClock
from local.connect.fault_responses import DroppedError
from local.connect.flow_interpreter import InterpretedFlow
from local.connect.flow_steps import ContactFlow
from local.connect.http_server import HttpServer
from local.connect.instance import Instance
from local.connect.instance_config import InstanceConfig
from local.connect.quotas import RateLimit
from local.connect.request_log import RequestRecord
from local.connect.service import ConnectService
from local.connect.simulated_call import Call
from local.connect.simulated_phones import Phone
from local.connect.timeline import TimelineEntry
from local.faults.injector import FaultInjector
from workflow.contact_flow.flow import contact_flow, content


class SimulatedConnect:
    """A context manager: listens from entering to leaving it.

    Args:
        phones: the phone behind each E.164 number; one without a script is never answered.
        time_scale: real seconds per story second; 0.02 is 50 times faster than life.
        instance_id: the only Connect instance there is.
        contact_flow_id: the only flow it has.
        source_phone_number: the only number it may call from, in E.164 format.
        port: the port on 127.0.0.1; 0 takes a free one.
        flow: what the callee hears, and what the keys do; by default the flow we deploy.
        clock: in place of one that counts real time at time_scale.
        new_id: makes the ids of contacts.

    Attributes:
        requests: every request in the order it was answered.
        defects: what the simulator itself did wrong; a test run should end with none.
    """

    def __init__(  # noqa: PLR0913 - keyword-only, each with a default
        self,
        phones: Mapping[str, Phone],
        *,
        time_scale: float = 1.0,
        instance_id: str = Instance.instance_id,
        contact_flow_id: str = Instance.contact_flow_id,
        source_phone_number: str = Instance.source_phone_number,
        port: int = 0,
        flow: ContactFlow | None = None,
        clock: Clock | None = None,
        new_id: Callable[[], uuid.UUID] = uuid.uuid4,
    ) -> None:
        self.instance = Instance(instance_id, contact_flow_id, source_phone_number)
        self.requests: list[RequestRecord] = []
        self.defects: list[str] = []
        self._flow = flow or InterpretedFlow(content(contact_flow()))
        self._clock = clock or ScenarioClock(time_scale)
        self._new_id = new_id
        self._exchange = self._new_exchange(phones)
        self._port = port
        self._changed = threading.Condition()
        self._told = 0
        self._listeners: list[Callable[[TimelineEntry], None]] = []
        self._leaving = False

    def __enter__(self) -> Self:
        protocol.service_model()  # loaded now: no request has to wait
        self._listener = HttpServer(self._port, self._answer, self._defect)
        self._clock.restart()
        self._threads = [
            threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True),
            threading.Thread(target=self._tell, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._leaving = True
            self._changed.notify_all()
        self._listener.shutdown()
        self._listener.close_connections()
        self._listener.server_close()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        """What to put into AWS_ENDPOINT_URL_CONNECT."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    @property
    def phones(self) -> dict[str, Phone]:
        """The phone behind each number; what changes here holds for the next call."""
        return self._exchange.phones

    @phones.setter
    def phones(self, phones: Mapping[str, Phone]) -> None:
        self._exchange.phones = dict(phones)

    @property
    def faults(self) -> FaultInjector:
        """What goes wrong with the requests to come; append to it, or set another."""
        return self._exchange.faults

    @faults.setter
    def faults(self, faults: FaultInjector) -> None:
        self._exchange.faults = faults

    @property
    def config(self) -> InstanceConfig:
        """How the instance is set up; what changes here holds for the next request."""
        return self._exchange.config

    @property
    def rate_limit(self) -> RateLimit | None:
        """The account's limit per operation; None, the default, is off."""
        return self._exchange.rate_limit

    @rate_limit.setter
    def rate_limit(self, rate_limit: RateLimit | None) -> None:
        self._exchange.rate_limit = rate_limit

    @property
    def calls(self) -> list[Call]:
        """The calls in the order they were placed, as they are at this moment."""
        with self._changed:
            self._exchange.advance(self.now())
            return list(self._exchange.calls)

    @property
    def timeline(self) -> list[TimelineEntry]:
        """What happened so far in all calls, in order."""
        with self._changed:
            self._exchange.advance(self.now())
            return list(self._exchange.timeline)

    @property
    def time_scale(self) -> float:
        """Real seconds per story second.

        Raises:
            RuntimeError: (when set) a call is in progress; its times would mean two things.
        """
        return self._clock.time_scale

    @time_scale.setter
    def time_scale(self, time_scale: float) -> None:
        with self._changed:
            self._exchange.advance(self.now())
            if self._exchange.next_at is not None:
                raise RuntimeError("time_scale cannot change while a call is in progress")
            self._clock.time_scale = time_scale

    def now(self) -> float:
        """Story seconds since the server's epoch: when it was entered or last reset."""
        return self._clock.now()

    def perform(self, contact_id: str, action: CalleeAction) -> None:
        """Do what somebody who holds a phone does with a call, at this moment.

        A phone of which no script says anything rings until then, and obeys nobody else.

        Raises:
            InvalidActionError: there is no such call, or it cannot be done now; one line.
        """
        with self._changed:
            self._exchange.perform(contact_id, action, self.now())
            self._changed.notify_all()

    def subscribe(self, callback: Callable[[TimelineEntry], None]) -> None:
        """Call back with each entry of the timeline from now on, as it happens.

        Callbacks come one at a time, in order, from one thread of the server's own, and
        may use the server.
        """
        with self._changed:
            self._listeners.append(callback)

    def reset(self, phones: Mapping[str, Phone]) -> None:
        """Begin a new run: no calls, requests, faults or rate limit, a healthy set-up, second 0.

        Subscriptions stay, and so do defects: they are the simulator's, not the run's.
        """
        with self._changed:
            self._clock.restart()
            self._exchange = self._new_exchange(phones)
            self.requests = []
            self._told = 0
            self._changed.notify_all()

    def _new_exchange(self, phones: Mapping[str, Phone]) -> ConnectService:
        exchange = ConnectService(self.instance, self._flow, phones, self._clock.date)
        exchange.new_id = self._new_id
        return exchange

    def _answer(self, method: str, target: str, body: bytes) -> protocol.Response | None:
        """Answer one request; connections come from many threads, requests pass one by one."""
        held = 0.0
        with self._changed:
            operation, params, at = None, dict[str, Any](), self.now()
            reply: protocol.Response | None
            try:
                asked = protocol.match_route(method, target)
                operation, params = asked.operation, dict(asked.path_members)
                params = protocol.parse_request(asked, body)
                reply = protocol.serialize_output(
                    operation, self._exchange.handle(operation, params, at)
                )
            except protocol.ServiceError as error:
                reply = self._error_reply(operation, error)
            except DroppedError as dropped:
                reply, held = None, dropped.held
            except Exception as wrong:  # noqa: BLE001 - whatever it is, it must be loud
                reply = self._defect(wrong)
            status, code = (reply.status, reply.error) if reply else (None, None)
            self.requests.append(RequestRecord(operation, params, status, code, at))
            self._changed.notify_all()
        time.sleep(held * self.time_scale)
        return reply

    def _error_reply(
        self, operation: str | None, error: protocol.ServiceError
    ) -> protocol.Response:
        try:
            return protocol.serialize_error(operation, error)
        except protocol.SimulatorDefectError as wrong:
            return self._defect(wrong)

    def _defect(self, wrong: BaseException) -> protocol.Response:
        self.defects.append(f"{type(wrong).__name__}: {wrong}")
        return protocol.error_response("SimulatorDefect", self.defects[-1], 500)

    def _tell(self) -> None:
        """Let calls go on by themselves and tell subscribers, until the server is left."""
        while True:
            with self._changed:
                self._exchange.advance(self.now())
                entries = self._exchange.timeline[self._told :]
                self._told += len(entries)
                listeners = list(self._listeners)
                if not entries:
                    if self._leaving:
                        return
                    next_at = self._exchange.next_at
                    wait = None if next_at is None else self._clock.real_seconds_until(next_at)
                    self._changed.wait(wait)
            for entry in entries:
                for listener in listeners:
                    try:
                        listener(entry)
                    except Exception as wrong:  # noqa: BLE001 - a subscriber's, and the next must hear
                        self._defect(wrong)
