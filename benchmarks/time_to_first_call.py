"""Measure the time from an event to the first call, in real time in the local emulator."""

from __future__ import annotations

import json
import time
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from benchmarks.report import Table
from benchmarks.scenarios import FIRST_PHONE
from benchmarks.stub_chain import PLACE_CALL, create_stub_chain, deployed_chain
from local.connect.failing_numbers import NotAllowed
from local.emulator.process import LocalError
from local.scenarios.emulator_runner import wait_for_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.report import Row
    from benchmarks.stub_chain import Chain
    from benchmarks.systems import Systems
    from local.emulator.system import LocalSystem

Json = dict[str, Any]
#: Seconds of each part of one measurement.
Parts = dict[str, float]

REPETITIONS = 30
EVENTBRIDGE, START, REQUEST, TRANSITIONS = (
    "EventBridge",
    "execution start",
    "PlaceCall, to the request",
    "transitions",
)
START_CALL = "StartOutboundVoiceContact"
ROSTER = f"{{contacts: [{{name: Ana, phone: '{FIRST_PHONE}'}}], rounds: 1}}"
#: Seconds to wait for the call, and between polls of the simulated Connect in this process.
CALL_TIMEOUT, POLL_INTERVAL = 60, 0.002


def time_to_first_call(systems: Systems) -> list[Table]:
    """Measure the deployed chain and the stub chain, alternating."""
    repetitions, timer = systems.repetitions(REPETITIONS), FirstCallTimer(systems.local)
    deployed = deployed_chain(systems.local)
    _, history = timer.measure(deployed)
    stubs = create_stub_chain(systems.local, history)
    timer.measure(stubs)  # the first measurement of each chain is not counted
    measured: dict[str, list[Parts]] = {}
    chains = (("", deployed), (", stubs", stubs))
    for _ in range(repetitions):
        for suffix, chain in chains:
            measured.setdefault(f"warm{suffix}", []).append(timer.measure(chain)[0])
    for _ in range(repetitions):
        for suffix, chain in chains:
            timer.stop_processes(chain)
            measured.setdefault(f"cold{suffix}", []).append(timer.measure(chain)[0])
    return [
        Table(
            "Time to the first call",
            [_row(name, parts) for name, parts in measured.items()],
            f"Seconds from PutEvents to {START_CALL} at the simulated Connect; {repetitions} runs"
            " of each. The parts are medians. Cold: all function processes were stopped before"
            " each run. Stubs: the same state machine with functions that return a recorded result"
            " at once. The emulator itself sleeps for 0.15 s when an execution starts.",
        )
    ]


def _row(name: str, measured: Sequence[Parts]) -> Row:
    totals = [sum(parts.values()) for parts in measured]
    return {
        "functions": name,
        "median": median(totals),
        "p95": quantiles(totals, n=20, method="inclusive")[-1],
        "minimum": min(totals),
        **{part: median([parts[part] for parts in measured]) for part in measured[0]},
    }


class FirstCallTimer:
    """Sends events one after the other and times the first call of each.

    Connect refuses the number, so each page ends as soon as it has requested its call.
    """

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        self._events_sent = 0
        system.save_roster(ROSTER)
        system.connect.reset({FIRST_PHONE: NotAllowed()})

    def measure(self, chain: Chain) -> tuple[Parts, list[Json]]:
        """Send an event; return the parts of the time to its call, and its history.

        Raises:
            LocalError: no call was requested.
        """
        connect = self._system.connect
        earlier = len(connect.requests)
        self._events_sent += 1
        detail = json.dumps({"title": f"Measured event {self._events_sent}"})
        entry = {"Source": chain.source, "DetailType": "Page", "Detail": detail}
        events = self._system.client("events")
        sent, sent_by_connect_clock = time.time(), connect.now()
        events.put_events(Entries=[entry])
        seconds = self._wait_for_call(earlier) - sent_by_connect_clock
        [latest] = self._system.client("stepfunctions").list_executions(
            stateMachineArn=chain.state_machine, maxResults=1
        )["executions"]
        wait_for_end(self._system, latest["executionArn"])
        history = self._system.history(latest["executionArn"])
        return split_time(history, sent, sent + seconds), history

    def stop_processes(self, chain: Chain) -> None:
        """Stop the processes of all functions, so that the next page starts cold.

        The emulator does this when a function's configuration is updated, even to the same values.
        """
        client = self._system.client("lambda")
        for name in chain.functions.values():
            memory = client.get_function_configuration(FunctionName=name)["MemorySize"]
            client.update_function_configuration(FunctionName=name, MemorySize=memory)
        waiter = client.get_waiter("function_updated_v2")
        for name in chain.functions.values():
            waiter.wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def _wait_for_call(self, earlier: int) -> float:
        deadline = time.monotonic() + CALL_TIMEOUT
        while time.monotonic() < deadline:
            for request in self._system.connect.requests[earlier:]:
                if request.operation == START_CALL:
                    return request.at
            time.sleep(POLL_INTERVAL)
        raise LocalError(f"no call was requested within {CALL_TIMEOUT} s")


def split_time(history: Sequence[Json], sent: float, requested: float) -> Parts:
    """Split the time to the first call into consecutive parts that add up to it.

    They are the seconds until the execution started, until its first state, of each task from
    scheduling to success (of the last one until the request), and between the tasks. `sent` and
    `requested` are the Unix times of PutEvents and of the request to Connect.
    """
    started = _timestamp(history[0])
    entered = next(_timestamp(event) for event in history if "stateEnteredEventDetails" in event)
    parts = {EVENTBRIDGE: started - sent, START: entered - started}
    for name, begin, end in task_times(history):
        if name == PLACE_CALL:
            parts[REQUEST] = requested - begin
            break
        parts[name] = end - begin
    parts[TRANSITIONS] = requested - sent - sum(parts.values())
    return parts


def task_times(history: Sequence[Json]) -> Iterator[tuple[str, float, float]]:
    """Yield the state of each successful task, and the Unix times of its begin and end."""
    name, begin = "", 0.0
    for event in history:
        if details := event.get("stateEnteredEventDetails"):
            name = details["name"]
        elif event["type"] == "TaskScheduled":
            begin = _timestamp(event)
        elif event["type"] == "TaskSucceeded":
            yield name, begin, _timestamp(event)


def _timestamp(event: Json) -> float:
    seconds: float = event["timestamp"].timestamp()
    return seconds
