"""Runs one story on the local system, and says what happened while it happens."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.connect.speech import speech
from local.emulator import LocalError
from local.faults.gate import Gate
from local.faults.kinds import EVENTS
from local.reminders import begun, remind_after, reminding
from local.system import LOOK, LocalSystem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.timeline import TimelineEntry
    from local.faults.fault import Fault
    from local.mailbox import Notification
    from local.scenarios.scenario import LaterEvent, Scenario

#: Real seconds after which a story that does not end is given up.
LIMIT = 300
#: Real seconds in which SNS must have delivered what an execution published.
DELIVERY = 5
#: Real seconds between looks at the history for a listener.
WATCH = 0.1


@dataclass(frozen=True)
class Ending:
    """What came of a story.

    Attributes:
        execution: ARN of the execution that the event started.
            Where the event was delivered more than once: the one that was not a duplicate.
        status: its status, SUCCEEDED where nothing went wrong inside Callout.
        output: its output, empty where it failed.
        further: the outcomes of the others.
        error: the error that the execution failed with.
        idle_faults: the story's faults that have struck nothing: it is not about what it says.
        spoken: what the message of each placed call says, in order.
        notifications: what SNS sent.
        states: the states entered, in order.
        seconds: real seconds from the event to the end.
    """

    execution: str
    status: str
    output: dict[str, Any]
    spoken: list[str] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    seconds: float = 0.0
    further: list[str] = field(default_factory=list)
    error: str = ""
    idle_faults: list[Fault] = field(default_factory=list)

    @property
    def calls(self) -> list[str]:
        """Each call as a story expects it: `<contact> <outcome>`."""
        return [f"{call['contact']} {call['outcome']}" for call in self.output.get("calls", [])]


class Listener:
    """Told what happens; the demo shows it, tests need not. Times are story seconds."""

    def state(self, at: float, name: str, given: dict[str, Any]) -> None:
        """A state was entered with this input."""

    def phone(self, entry: TimelineEntry) -> None:
        """Something happened on a phone."""

    def flush_until(self, at: float) -> None:
        """Everything before this moment has been told."""


def tell(system: LocalSystem, story: Scenario, listener: Listener | None = None) -> Ending:
    """Save the roster, set the phones, send the event, and wait for the end.

    Raises:
        LocalError: no rule matched the event, the story did not end, or it is to happen at a
            time, which the emulator's is not.
    """
    if story.at is not None:
        raise LocalError("at: the emulator lives now; callout simulate can be at any time")
    phones = story.phones_by_number()
    if story.roster_read() is None:
        # It is about a roster of which there was never a good version.
        system.forget_roster(story.team)
    system.save_roster(story.roster_text, story.team)
    system.forget_incidents(story.team)
    system.notifications()  # what an earlier story left
    system.connect.reset(phones)
    if listener:
        system.connect.subscribe(listener.phone)
    with _faults_of(story, system) as idle_faults, reminding(system, story.remind_minutes):
        before = set(system.executions())
        began = time.monotonic()
        execution = system.send(story.event_sent)
        if execution is None:
            raise LocalError(
                "no rule matched the event, so nobody is called; which triggers are deployed here"
                " is said in local/everything.py"
            )
        again = [_delivered_again(system, execution) for _ in range(story.further_deliveries)]
        with _watched(system, execution, listener):
            again += [_sent_later(system, one, began) for one in story.also]
            found = [wait_for_end(system, one) for one in (execution, *again)]
            if story.remind_minutes:
                found += _reminded(system, [execution, *again], before)
        seconds = time.monotonic() - began
    if not story.also:
        # Which of several deliveries comes first is chance: what is told is the one that pages.
        found.sort(key=lambda one: _output(one).get("outcome") == "duplicate")
    page, *others = found
    history = system.history(page["executionArn"])
    # That an execution failed is told by a rule.
    told = page["status"] != "SUCCEEDED" or _published(history)
    return Ending(
        execution=page["executionArn"],
        status=page["status"],
        output=_output(page),
        spoken=[speech(call.attributes["message"]).text for call in system.connect.calls],
        notifications=system.notifications(wait=DELIVERY if told else 0),
        states=[event["stateEnteredEventDetails"]["name"] for event in states_entered(history)],
        seconds=seconds,
        further=[_output(one).get("outcome", one["status"]) for one in others],
        error=page.get("error", ""),
        idle_faults=idle_faults,
    )


@contextmanager
def _faults_of(story: Scenario, system: LocalSystem) -> Iterator[list[Fault]]:
    """Let the story's faults strike, and nothing after it; then fill the list with idle ones."""
    idle: list[Fault] = []
    # One for each, as each lets one thread at a time ask; what they are for is never the same.
    system.connect.faults, system.proxy.gate = story.gate(), story.gate()
    try:
        yield idle
    finally:
        elsewhere = system.connect.faults.never_struck
        idle += [
            fault
            for fault in system.proxy.gate.never_struck
            if fault in elsewhere and fault.service != EVENTS
        ]
        system.connect.faults, system.proxy.gate = Gate(), Gate()


def _delivered_again(system: LocalSystem, execution: str) -> str:
    """Start another execution with the input of one, as a rule does that runs twice."""
    again: str = system.client("stepfunctions").start_execution(
        stateMachineArn=system.deployment.state_machine_arn,
        input=system.describe(execution)["input"],
    )["executionArn"]
    return again


def _sent_later(system: LocalSystem, further: LaterEvent, began: float) -> str:
    """Send an event in its time; give the execution that it starts."""
    due = began + further.after * system.connect.time_scale
    time.sleep(max(0.0, due - time.monotonic()))
    execution = system.send(further.sent)
    if execution is None:
        raise LocalError("no rule matched an event of `also`")
    return execution


def _reminded(system: LocalSystem, page: list[str], before: set[str]) -> list[dict[str, Any]]:
    """Wait for the ends of the pages that reminders of a page began, and of theirs."""
    found: list[dict[str, Any]] = []
    known = before.union(page)
    while new := begun(system, page, known):
        remind_after(system, 0)  # once: nobody resolves it, and stories end
        found += [wait_for_end(system, one) for one in new]
        known, page = known.union(new), new
    return found


def _output(found: dict[str, Any]) -> dict[str, Any]:
    output: dict[str, Any] = json.loads(found.get("output") or "{}")
    return output


def _published(history: list[dict[str, Any]]) -> bool:
    """Whether SNS has taken something from an execution."""
    done = (event.get("taskSucceededEventDetails", {}) for event in history)
    return any("sns:publish" in details.get("resource", "") for details in done)


def states_entered(history: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the events of an execution in which a state was entered, in order."""
    return [event for event in history if "stateEnteredEventDetails" in event]


@contextmanager
def _watched(system: LocalSystem, execution: str, listener: Listener | None) -> Iterator[None]:
    """Tell the listener each state as it is entered, from a thread of its own."""
    told = 0
    over = threading.Event()

    def tell_states() -> None:
        nonlocal told
        if listener is None:
            return
        now, clock = system.connect.now(), time.time()
        entered = states_entered(system.history(execution))
        for event in entered[told:]:
            at = now - (clock - event["timestamp"].timestamp()) / system.connect.time_scale
            details = event["stateEnteredEventDetails"]
            listener.state(at, details["name"], json.loads(details["input"]))
        told = len(entered)
        listener.flush_until(now)

    def watch() -> None:
        while not over.wait(WATCH):
            tell_states()

    thread = threading.Thread(target=watch, daemon=True)
    if listener:
        thread.start()
    try:
        yield
    finally:
        over.set()
        if listener:
            thread.join()
        tell_states()


def wait_for_end(system: LocalSystem, execution: str) -> dict[str, Any]:
    """Wait for the end of an execution; raises LocalError if there is none in LIMIT."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        found = system.describe(execution)
        if found["status"] != "RUNNING":
            return found
        time.sleep(LOOK)
    raise LocalError(f"the story did not end within {LIMIT} s: {execution}")
