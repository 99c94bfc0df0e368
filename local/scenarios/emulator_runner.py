"""Run scenarios on the emulator, in real time."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from local.emulator.process import LocalError
from local.emulator.reminders import ack_timeout, set_ack_timeout, started_by_reminders
from local.emulator.system import START_LIMIT, wait_until_ended
from local.faults.injector import FaultInjector
from local.scenarios.alerts import SNS_TRIGGER, SnsMessage
from local.scenarios.called_back import NO_CALLBACK
from local.scenarios.opened_link import NO_LINKS
from local.scenarios.result import Execution, ScenarioResult, states_entered
from local.scenarios.runner import NO_RULE, inject_faults, unused_faults
from local.scenarios.sent_event import SentEvent
from oncall.events.trigger_metadata import unwrap

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from datetime import datetime

    from local.emulator.system import LocalSystem
    from local.faults.fault import Fault
    from local.scenarios.called_back import CalledBack
    from local.scenarios.opened_link import LinkAnswer, OpenedLink
    from local.scenarios.runner import Listener
    from local.scenarios.scenario import Scenario, Sent

#: Real seconds after which a scenario that does not end fails.
LIMIT = 300
#: Real seconds in which SNS must deliver what an execution published.
DELIVERY = 5
#: Real seconds between polls of the history for a listener.
WATCH = 0.1


@dataclass(frozen=True)
class EmulatorRunner:
    """Runs scenarios on the local system; see ScenarioRunner."""

    system: LocalSystem

    def run_scenario(self, scenario: Scenario, listener: Listener | None = None) -> ScenarioResult:
        """Save the roster, set the phones, send the event, and wait for the end.

        Raises:
            LocalError: no rule matched the event, the scenario did not end, or it needs a time or a
                limit of Lambda, which the emulator cannot set.
        """
        system = self.system
        _refuse_impossible(scenario, system)
        phones = scenario.phones_by_number()
        if scenario.roster_read() is None:
            # The scenario is about a roster that never had a valid version.
            system.delete_roster(scenario.team)
        system.save_roster(scenario.roster_text, scenario.team)
        system.delete_incidents(scenario.team)
        if scenario.calls_back:
            system.restart_callback()
        system.notifications()  # drop what an earlier scenario left
        system.texts()
        system.connect.reset(phones)
        system.proxy.cloudwatch.reset(scenario.alarms, system.connect.now())
        if listener:
            system.connect.subscribe(listener.phone)
        with (
            _faults(scenario, system) as unused,
            ack_timeout(system, scenario.ack_timeout_minutes),
        ):
            before = set(system.executions())
            if scenario.opens_link:
                system.request("/incidents/-")  # a cold start would take scenario minutes
            began = time.monotonic()
            events, started = _send(system, scenario.sent, replay=scenario.replay)
            if not started:
                raise LocalError(NO_RULE + system.explain_mismatch(events[0].event))
            for execution in started * scenario.further_deliveries:
                started += _deliver_again(system, scenario, execution)
            with (
                _watched(system, started[0], listener),
                _people_answer(system, scenario, events[0], began) as answering,
            ):
                for after, sent in scenario.later:
                    due = began + after * system.connect.time_scale
                    time.sleep(max(0.0, due - time.monotonic()))
                    later, more = _send(system, sent, replay=scenario.replay)
                    events += later
                    started += more
                found = [wait_for_end(system, execution) for execution in started]
                if scenario.ack_timeout_minutes:
                    found += _reminded(system, started, before)
            seconds = time.monotonic() - began
        executions = [_execution(system, description) for description in found]
        result = ScenarioResult(
            executions=executions,
            calls=system.connect.calls,
            all_notifications=[],
            timeline=[],
            unused_faults=unused,
            events=events,
            several_events=scenario.several_events,
            seconds=seconds,
            answers=[answer.result() for answer in answering],
            texts=system.texts(),
            inbound_calls=system.connect.inbound_calls,
        )
        # A rule publishes that an execution failed.
        published = result.status != "SUCCEEDED" or _published(result.page.history)
        published = published or bool(result.answers or result.inbound_calls)
        notifications = system.notifications(wait=DELIVERY if published else 0)
        timeline = system.connect.timeline  # late, so that it shows how the last call ended
        return replace(result, all_notifications=notifications, timeline=timeline)


@contextmanager
def _people_answer(
    system: LocalSystem, scenario: Scenario, own: SentEvent, began: float
) -> Iterator[list[Future[LinkAnswer]]]:
    """Open links and call back at the scenario's times, each in a thread, and wait for the end."""
    names = scenario.names_by_number()

    def wait(after: float) -> None:
        time.sleep(max(0.0, began + after * system.connect.time_scale - time.monotonic()))

    def open_link(opened: OpenedLink) -> LinkAnswer:
        wait(opened.after)
        return system.open_link(scenario.team, own.event, opened)

    def call_back(called: CalledBack) -> None:
        wait(called.after)
        call = system.connect.call_in(called.caller(names))
        while call.ended_at is None:
            time.sleep(WATCH)

    count = len(scenario.opens_link) + len(scenario.calls_back)
    with ThreadPoolExecutor(max(1, count)) as threads:
        calls = [threads.submit(call_back, called) for called in scenario.calls_back]
        yield [threads.submit(open_link, opened) for opened in scenario.opens_link]
        for each in calls:
            each.result()


def _refuse_impossible(scenario: Scenario, system: LocalSystem) -> None:
    if scenario.at is not None:
        raise LocalError(
            "at: the emulator runs at the current time; use callout simulate for any other time"
        )
    if scenario.lambda_concurrency is not None:
        raise LocalError(
            "lambda_concurrency: the emulator does not limit functions; use callout simulate"
        )
    if scenario.opens_link and not system.has_links:
        raise LocalError(NO_LINKS)
    if scenario.calls_back and not system.callback_function:
        raise LocalError(NO_CALLBACK)


def _execution(system: LocalSystem, description: dict[str, Any]) -> Execution:
    """Return an execution that has ended, as DescribeExecution describes it."""
    arn, scale = description["executionArn"], system.connect.time_scale
    now, clock = system.connect.now(), time.time()

    def second(moment: datetime) -> float:
        return now - (clock - moment.timestamp()) / scale

    history = system.history(arn)
    return Execution(
        arn=arn,
        status=description["status"],
        output=json.loads(description.get("output") or "{}"),
        error=description.get("error", ""),
        cause=description.get("cause", ""),
        history=[event | {"timestamp": event["timestamp"].isoformat()} for event in history],
        began=second(history[0]["timestamp"]),
        ended=second(description["stopDate"]),
        time_scale=scale,
    )


@contextmanager
def _faults(scenario: Scenario, system: LocalSystem) -> Iterator[list[Fault]]:
    """Inject the scenario's faults until the end, then list those that never matched."""
    unused: list[Fault] = []
    inject_faults(scenario, system)
    try:
        yield unused
    finally:
        unused += unused_faults(system)
        system.connect.faults, system.proxy.faults = FaultInjector(), FaultInjector()


def _deliver_again(system: LocalSystem, scenario: Scenario, execution: str) -> list[str]:
    """Start another execution with the same input, as a rule does that runs twice.

    Or deliver the message of a topic again, which starts nothing.
    """
    if isinstance(scenario.sent, SnsMessage):
        system.alerts.deliver_again()
        return []
    again: str = system.client("stepfunctions").start_execution(
        stateMachineArn=system.deployment.state_machine_arn,
        input=system.describe(execution)["input"],
    )["executionArn"]
    return [again]


def _send(system: LocalSystem, sent: Sent, *, replay: bool) -> tuple[list[SentEvent], list[str]]:
    """Send an event, a webhook request or a message; return the events and their executions.

    An event starts an execution for each rule that matches it.
    """
    before, at = set(system.executions()), system.connect.now()
    events: list[SentEvent] = []
    if isinstance(sent, dict):
        delivered = system.put(sent, replay=replay)
        rules = system.matching_triggers(delivered)
        events, count = [SentEvent(at, delivered, rules)], len(rules)
    else:
        count = system.alerts.send(sent)
    started = system.new_executions(before, count, START_LIMIT) if count else []
    if len(started) < count:
        raise LocalError(f"an event started no execution within {START_LIMIT} s")
    for execution in started if not events else ():
        event: Any = unwrap(json.loads(system.describe(execution)["input"]))[0]
        is_message = isinstance(sent, SnsMessage)
        rules = (SNS_TRIGGER,) if is_message else system.matching_triggers(event)
        events = [*events, SentEvent(at, event, rules)]
    return events, started


def _reminded(system: LocalSystem, page: list[str], before: set[str]) -> list[dict[str, Any]]:
    """Wait for the end of the executions that reminders started, and of those after them."""
    found: list[dict[str, Any]] = []
    known = before.union(page)
    while new := started_by_reminders(system, page, known):
        set_ack_timeout(system, 0)  # once: nobody resolves it, and scenarios end
        found += [wait_for_end(system, execution) for execution in new]
        known, page = known.union(new), new
    return found


def _published(history: list[dict[str, Any]]) -> bool:
    """Whether an execution has published to SNS."""
    done = (event.get("taskSucceededEventDetails", {}) for event in history)
    return any("sns:publish" in details.get("resource", "") for details in done)


@contextmanager
def _watched(system: LocalSystem, execution: str, listener: Listener | None) -> Iterator[None]:
    """Notify the listener of each state as it is entered, from a thread."""
    notified = 0
    ended = threading.Event()

    def notify() -> None:
        nonlocal notified
        if listener is None:
            return
        now, clock = system.connect.now(), time.time()
        entered = states_entered(system.history(execution))
        for event in entered[notified:]:
            at = now - (clock - event["timestamp"].timestamp()) / system.connect.time_scale
            details = event["stateEnteredEventDetails"]
            listener.state(at, details["name"], json.loads(details["input"]))
        notified = len(entered)
        listener.flush_until(now)

    def watch() -> None:
        while not ended.wait(WATCH):
            notify()

    thread = threading.Thread(target=watch, daemon=True)
    if listener:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        if listener:
            thread.join()
        notify()


def wait_for_end(system: LocalSystem, execution: str) -> dict[str, Any]:
    """Wait for the end of an execution; raise LocalError if it takes longer than LIMIT."""
    return wait_until_ended(system.client("stepfunctions"), execution, LIMIT)
