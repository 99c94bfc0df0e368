"""Sends events to the emulator, and sees when the first phone is dialled."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from bench.dial_history import split
from bench.stories import FIRST
from local.connect.phone_parser import NotAllowed
from local.emulator.process import LocalError
from local.scenarios.emulator_runner import wait_for_end

if TYPE_CHECKING:
    from bench.chain import Chain
    from local.emulator.system import LocalSystem

Json = dict[str, Any]
START = "StartOutboundVoiceContact"
ROSTER = f"{{contacts: [{{name: Ana, phone: '{FIRST}'}}], rounds: 1}}"
#: Seconds that a dial is waited for, and between two looks whether it has come: in this process, so
#: that the emulator has nothing else to do meanwhile.
LIMIT, LOOK = 60, 0.002


class Dialling:
    """Sends events one after the other; none of them rings for long.

    Connect refuses the number, so the page is over as soon as it has been dialled, and the way to
    there is the same.

    Args:
        system: everything, as slow as life.
    """

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        self._sent = 0
        system.save_roster(ROSTER)
        system.connect.reset({FIRST: NotAllowed()})

    def page(self, chain: Chain) -> tuple[dict[str, float], list[Json]]:
        """Send an event; give the parts of the time until it dialled, and the history.

        Raises:
            LocalError: nothing was dialled.
        """
        connect = self._system.connect
        before = len(connect.requests)
        self._sent += 1
        detail = json.dumps({"title": f"Measured event {self._sent}"})
        entry = {"Source": chain.source, "DetailType": "Page", "Detail": detail}
        events = self._system.client("events")
        sent, second = time.time(), connect.now()
        events.put_events(Entries=[entry])
        dialled = self._dialled(before) - second
        [latest] = self._system.client("stepfunctions").list_executions(
            stateMachineArn=chain.state_machine, maxResults=1
        )["executions"]
        wait_for_end(self._system, latest["executionArn"])
        history = self._system.history(latest["executionArn"])
        return split(history, sent, sent + dialled), history

    def end_processes(self, chain: Chain) -> None:
        """End the processes of all its functions, so that the next page finds none.

        The emulator does so when a function's configuration is set, to whatever it is.
        """
        client = self._system.client("lambda")
        for name in chain.functions.values():
            memory = client.get_function_configuration(FunctionName=name)["MemorySize"]
            client.update_function_configuration(FunctionName=name, MemorySize=memory)
        waiter = client.get_waiter("function_updated_v2")
        for name in chain.functions.values():
            waiter.wait(FunctionName=name, WaiterConfig={"Delay": 1})

    def _dialled(self, before: int) -> float:
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            for one in self._system.connect.requests[before:]:
                if one.operation == START:
                    return one.at
            time.sleep(LOOK)
        raise LocalError(f"nobody was dialled within {LIMIT} s")
