"""Sends events to the deployment in the emulator, and sees when the first phone is dialled."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

from bench.dial_history import PLACE_CALL, split
from bench.stories import FIRST
from local.connect.phone import NotAllowed
from local.emulator import LocalError
from local.telling import wait_for_end

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.system import LocalSystem

Json = dict[str, Any]
START = "StartOutboundVoiceContact"
ROSTER = f"{{contacts: [{{name: Ana, phone: '{FIRST}'}}], rounds: 1}}"
#: A handler that gives what the function gave when it was asked in earnest.
NOTHING = """
import json
ANSWER = json.loads({answer!r})

def handler(event, context):
    return ANSWER
"""
#: One that does so too, but tells Connect first that it is there: that is where dialling begins.
DIALS_ONLY = """
import json, os, urllib.request
ANSWER = json.loads({answer!r})
URL = os.environ["AWS_ENDPOINT_URL_CONNECT"] + "/contact/outbound-voice"

def handler(event, context):
    body = json.dumps({request}).encode()
    request = urllib.request.Request(URL, data=body, method="PUT")
    try:
        urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open(request).close()
    except urllib.error.HTTPError:
        pass
    return ANSWER
"""


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
        self._functions = {
            one["Handler"].removesuffix(".handler"): one["FunctionName"]
            for page in system.client("lambda").get_paginator("list_functions").paginate()
            for one in page["Functions"]
        }
        system.save_roster(ROSTER)
        system.connect.reset({FIRST: NotAllowed()})
        self.page()  # so that what is measured later is not the first of all

    def page(self) -> tuple[dict[str, float], list[Json]]:
        """Send an event; give the parts of the time until it dialled, and the history.

        Raises:
            LocalError: nothing was dialled.
        """
        connect = self._system.connect
        before = len(connect.requests)
        self._sent += 1
        detail = {"title": f"Measured event {self._sent}"}
        event = {"source": "callout", "detail-type": "Page", "detail": detail}
        sent, second = time.time(), connect.now()
        execution = self._system.send(event)
        if execution is None:
            raise LocalError("no execution was started")
        wait_for_end(self._system, execution)
        dialled = [one.at for one in connect.requests[before:] if one.operation == START]
        if not dialled:
            raise LocalError("nobody was dialled")
        history = self._system.history(execution)
        return split(history, sent, sent + dialled[0] - second), history

    def end_processes(self) -> None:
        """End the processes of all functions, so that the next page finds none.

        The emulator does so when a function's configuration is set, to whatever it is.
        """
        client = self._system.client("lambda")
        for name in self._functions.values():
            found = client.get_function_configuration(FunctionName=name)
            client.update_function_configuration(FunctionName=name, MemorySize=found["MemorySize"])
        self._wait_until_updated()

    def do_nothing(self, history: Sequence[Json]) -> None:
        """Have the functions of a page do nothing but answer as they did in its history."""
        client = self._system.client("lambda")
        for state, answer in answers(history).items():
            name = "".join(f"_{one.lower()}" if one.isupper() else one for one in state)[1:]
            form = DIALS_ONLY if state == PLACE_CALL else NOTHING
            code = form.format(answer=json.dumps(answer), request=self._request())
            client.update_function_code(
                FunctionName=self._functions[name], ZipFile=zipped({f"{name}.py": code})
            )
        self._wait_until_updated()

    def _request(self) -> Mapping[str, str]:
        instance = self._system.connect.instance
        return {
            "DestinationPhoneNumber": FIRST,
            "ContactFlowId": instance.contact_flow_id,
            "InstanceId": instance.instance_id,
            "SourcePhoneNumber": instance.source_phone_number,
        }

    def _wait_until_updated(self) -> None:
        waiter = self._system.client("lambda").get_waiter("function_updated_v2")
        for name in self._functions.values():
            waiter.wait(FunctionName=name, WaiterConfig={"Delay": 1})


def answers(history: Sequence[Json]) -> dict[str, Json]:
    """Give what each function answered the first time, by the state that asked it."""
    found: dict[str, Json] = {}
    state = ""
    for event in history:
        if details := event.get("stateEnteredEventDetails"):
            state = details["name"]
        elif details := event.get("taskSucceededEventDetails"):
            output = json.loads(details["output"])
            if "Payload" in output:
                found.setdefault(state, output["Payload"])
    return found


def zipped(files: Mapping[str, str]) -> bytes:
    """Make a zip of some files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()
