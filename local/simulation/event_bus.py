"""EventBridge: delivers events to the targets of their rules; and what webhooks and topics get."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from moto.events.models import EventsBackend
from moto.sns.models import SNSBackend

from local.environment import ACCOUNT, REGION
from local.http_server import HttpResponse
from local.scenarios.alerts import SNS_TRIGGER, SnsMessage, WebhookRequest
from local.scenarios.sent_event import SentEvent, as_delivered
from local.simulation.event_rules import matching_rules, status_change_event
from local.simulation.invocations import invocation
from local.simulation.moto_patches import iso
from local.simulation.strict_interpreter import fits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from local.scenarios.result import Execution
    from local.simulation.event_rules import Event
    from local.simulation.execution_history import Stop
    from local.simulation.lambda_runtime import LambdaRuntime
    from local.simulation.state_machine import Interpreter
    from local.simulation.template_resources import DeployedStack, RuleSettings
    from local.simulation.virtual_clock import VirtualClock

#: Pauses before Lambda's retries of an asynchronous invocation (AWS Lambda developer guide, "How
#: Lambda handles errors and retries with asynchronous invocation").
ASYNC_RETRY_SECONDS = (60, 120)


@dataclass(frozen=True)
class Delivery:
    """An event to put on the bus, or what a function turns into one.

    Attributes:
        event: as EventBridge delivers it, with its own source, account and region.
        at: the scenario seconds at which it is delivered; AWS may deliver an event or a message
            more than once, and a sender may repeat a request.
        replay: whether an event of AWS is sent as a replay.
    """

    event: Mapping[str, Any] | WebhookRequest | SnsMessage
    at: tuple[float, ...] = (0.0,)
    replay: bool = False


class EventBus:
    """The bus of one run."""

    def __init__(  # noqa: PLR0913 - all targets
        self,
        *,
        deployed: DeployedStack,
        interpreter: Interpreter,
        functions: LambdaRuntime,
        sns: Any,  # noqa: ANN401 - boto3 makes its clients' classes at run time
        time: VirtualClock,
        utc_now: Callable[[], datetime],
        new_id: Callable[[], UUID],
        stops: Sequence[Stop] = (),
        observe: Callable[[Event], None] = lambda _event: None,
    ) -> None:
        self._observe = observe
        self._deployed = deployed
        self._interpreter = interpreter
        self._functions = functions
        self._sns = sns
        self._time = time
        self._utc_now = utc_now
        self._new_id = new_id
        self._stops = stops
        self._executions: list[Execution | None] = []
        self._started: dict[str, object] = {}  # by name, as Step Functions remembers it
        self.events: list[SentEvent] = []  # in the order of their first deliveries

    @property
    def executions(self) -> list[Execution]:
        """The executions that have ended, in the order in which they began."""
        return [execution for execution in self._executions if execution]

    def send(self, delivery: Delivery) -> None:
        """Put an event on the bus, to be delivered at its times from now."""
        given, event_id = delivery.event, str(self._new_id())
        if isinstance(given, WebhookRequest | SnsMessage):
            for second in delivery.at:
                self._time.start(lambda: self._receive(given, event_id), after=second)
            return
        event = as_delivered(given, event_id, iso(self._utc_now()), replay=delivery.replay)
        for index, second in enumerate(delivery.at):
            arrive = self._deliver if index else self._arrive
            self._time.start(lambda arrive=arrive: arrive(event), after=second)  # type: ignore[misc]

    def _arrive(self, event: Event) -> None:
        rules = self._deliver(event)
        machine = self._deployed.state_machine_arn
        triggers = tuple(rule.trigger for rule in rules if rule.target == machine)
        self.events.append(SentEvent(self._time.now(), event, triggers))

    def _receive(self, sent: WebhookRequest | SnsMessage, message_id: str) -> None:
        """Invoke the function that receives a webhook request or a message, as AWS does."""
        arrived, known = self._time.now(), message_id in self._started
        arn, event = invocation(sent, self._deployed, message_id, iso(self._utc_now()))
        result = self._invoke(arn, event, retry=isinstance(sent, SnsMessage))
        if isinstance(sent, WebhookRequest):
            sent.require_accepted(
                result.get("statusCode", 500), json.loads(result.get("body", "{}"))
            )
        elif not known and message_id in self._started:
            started: Any = self._started[message_id]
            self.events.append(SentEvent(arrived, started["event"], (SNS_TRIGGER,)))

    def _invoke(self, function: str, event: Event, *, retry: bool) -> Event:
        """Invoke a function for an event; return the result of its first invocation."""
        payload = json.dumps(event).encode()
        answer = self._functions.invoke_async(FunctionName=function, Payload=payload)
        result: Event = json.load(answer["Payload"]) or {}
        for pause in ASYNC_RETRY_SECONDS if retry else ():
            if "FunctionError" in answer:
                self._time.sleep(pause)
                answer = self._functions.invoke_async(FunctionName=function, Payload=payload)
        return result

    def notify(self, message: Event) -> None:
        """Deliver a message of the notification topic to the function that repeats it for chat."""
        function, event = self._deployed.chat_function, {"Records": [{"Sns": message}]}
        if function and message["TopicArn"] == self._deployed.topic_arn:
            self._time.start(lambda: self._invoke(function, event, retry=True))

    def _deliver(self, event: Event) -> list[RuleSettings]:
        self._observe(event)
        matched = list(matching_rules(self._deployed.rules, event))
        for rule, given in matched:
            if rule.target == self._deployed.state_machine_arn:
                name = f"{self._new_id()}_{self._new_id()}"  # two ids, as EventBridge does
                if not self.start_execution(name, given):
                    self._send_to_dead_letter_queue(rule, event)
            elif rule.target == self._deployed.topic_arn:
                self._sns.publish(TopicArn=rule.target, Message=given)
            else:
                payload = json.dumps(given).encode()
                self._functions.invoke_async(FunctionName=rule.target, Payload=payload)
        return [rule for rule, _ in matched]

    def start_execution(self, name: str, given: object) -> bool:
        """Start an execution; return False if its input is too large."""
        if not fits(given):
            return False
        self._started[name] = given
        self._time.start(lambda: self._execute(name, given))
        return True

    def _send_to_dead_letter_queue(self, rule: RuleSettings, event: Event) -> None:
        """Deliver an event to the function that reads the dead-letter queue of a rule.

        EventBridge does not retry what the target rejects as invalid (HTTP status 4xx).
        """
        attributes = {
            "RULE_ARN": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule.name}",
            "ERROR_CODE": "INVALID_PARAMETER",
            "ERROR_MESSAGE": "Input exceeds the maximum number of bytes",
        }
        record = {
            "body": json.dumps(event),
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {
                name: {"stringValue": value, "dataType": "String"}
                for name, value in attributes.items()
            },
        }
        consumer = self._deployed.consumers[rule.dead_letter_queue]
        payload = json.dumps({"Records": [record]}).encode()
        self._functions.invoke_async(FunctionName=consumer, Payload=payload)

    def respond(self, headers: Mapping[str, str], body: bytes) -> HttpResponse | None:
        """Respond to requests about rules and executions; None for others, which moto knows."""
        operation = {name.lower(): value for name, value in headers.items()}.get("x-amz-target")
        request = json.loads(body) if operation else {}
        match operation:
            case "AWSStepFunctions.StartExecution":
                if request["name"] in self._started:
                    return _json_response({"__type": "ExecutionAlreadyExists"}, status=400)
                if self.start_execution(request["name"], json.loads(request["input"])):
                    return _json_response({"executionArn": request["name"], "startDate": 0})
                return _json_response({"__type": "InvalidExecutionInput"}, status=400)
            case "AWSStepFunctions.DescribeExecution":
                arn = request["executionArn"]
                found = next(each for each in self.executions if each.arn == arn)
                started = found.history[0]["executionStartedEventDetails"]
                details = {"name": arn.rsplit(":", 1)[-1], "error": found.error}
                return _json_response(details | {"status": found.status, "input": started["input"]})
            case "AWSEvents.ListTargetsByRule":
                [rule] = [each for each in self._deployed.rules if each.name == request["Rule"]]
                target: Event = {"Id": "Target0", "Arn": rule.target}
                if rule.template:
                    target["InputTransformer"] = {"InputTemplate": rule.template}
                return _json_response({"Targets": [target]})
        return None

    def _execute(self, name: str, given: object) -> None:
        index = len(self._executions)
        self._executions.append(None)
        stops = [stop for stop in self._stops if stop.execution == index]
        execution = self._interpreter.execute(name, given, stops)
        self._executions[index] = execution
        self._deliver(
            status_change_event(
                execution,
                self._deployed.state_machine_arn,
                str(self._new_id()),
                iso(self._utc_now()),
            )
        )


def _json_response(content: object, status: int = 200) -> HttpResponse:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    return HttpResponse(status, headers, json.dumps(content).encode())


@contextmanager
def forward_events(send: Callable[[Event], None]) -> Iterator[None]:
    """Call `send` with every event that moto accepts, because moto starts no state machines.

    It is called in a thread of moto's, while the function waits for the response.
    """
    original: Any = EventsBackend.put_events

    def put_events(backend: EventsBackend, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = original(backend, events)
        for entry, result in zip(events, results, strict=True):
            if "EventId" in result:
                send(_event(entry))
        return results

    with patch.object(EventsBackend, "put_events", put_events):
        yield


@contextmanager
def forward_messages(send: Callable[[Event], None]) -> Iterator[None]:
    """Call `send` with every message that moto accepts for a topic, as Lambda receives it."""
    original: Any = SNSBackend.publish

    def publish(backend: SNSBackend, message: str, arn: str | None, **more: Any) -> str:  # noqa: ANN401 - moto's
        message_id: str = original(backend, message, arn=arn, **more)
        if arn:
            content = {"Subject": more.get("subject"), "Message": message}
            attributes = {"MessageAttributes": more.get("message_attributes") or {}}
            send({"TopicArn": arn, "MessageId": message_id, **content, **attributes})
        return message_id

    with patch.object(SNSBackend, "publish", publish):
        yield


def _event(entry: dict[str, Any]) -> Event:
    """Return an entry of PutEvents in the form of a scenario's event."""
    return {
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
        "detail": json.loads(entry["Detail"]),
    }
