"""What leads from an event to the first dial: a rule, a state machine and its functions.

There are two: what is deployed, and the same with functions that do nothing.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bench.dial_history import PLACE_CALL
from bench.stories import FIRST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.system import LocalSystem

Json = dict[str, Any]

NAME = "DoNothing"
#: The source of the events that it takes.
SOURCE = "bench.nothing"
#: A handler that gives what the function gave when it was asked in earnest. It logs a line, as ours
#: do: without one the emulator waits for 50 ms whether one comes.
GIVES = """
import json
ANSWER = json.loads({answer!r})

def handler(event, context):
    print("nothing done")
    return ANSWER
"""
#: One that does so too, but first sends Connect the barest request for a call.
DIALS = """
import http.client, json, os
ANSWER = json.loads({answer!r})
BODY = json.dumps({request!r})
HOST = os.environ["AWS_ENDPOINT_URL_CONNECT"].removeprefix("http://")

def handler(event, context):
    connection = http.client.HTTPConnection(HOST)
    connection.request("PUT", "/contact/outbound-voice", BODY)
    connection.getresponse().read()
    connection.close()
    print("nothing done")
    return ANSWER
"""


@dataclass(frozen=True)
class Chain:
    """One of them.

    Attributes:
        source: of the events that begin it.
        state_machine: its ARN.
        functions: the names that they have in Lambda, by module.
    """

    source: str
    state_machine: str
    functions: Mapping[str, str]


def deployed(system: LocalSystem) -> Chain:
    """Give what is deployed."""
    pages = system.client("lambda").get_paginator("list_functions").paginate()
    functions = {
        one["Handler"].removesuffix(".handler"): one["FunctionName"]
        for page in pages
        for one in page["Functions"]
    }
    return Chain("callout", system.deployment.state_machine_arn, functions)


def doing_nothing(system: LocalSystem, history: Sequence[Json]) -> Chain:
    """Make the same once more, of functions that answer at once as they did in a history.

    Args:
        system: where it is made.
        history: of a page that has dialled.
    """
    machine = system.client("stepfunctions").describe_state_machine(
        stateMachineArn=system.deployment.state_machine_arn
    )
    definition = json.loads(machine["definition"])
    functions = {}
    for state, answer in answers(history).items():
        module = "".join(f"_{one.lower()}" if one.isupper() else one for one in state)[1:]
        functions[module] = f"{NAME}-{module}"
        definition["States"][state]["Parameters"]["FunctionName"] = _function(
            system, functions[module], _code(system, state, answer)
        )
    arn = system.client("stepfunctions").create_state_machine(
        name=NAME, definition=json.dumps(definition), roleArn=machine["roleArn"]
    )["stateMachineArn"]
    events = system.client("events")
    events.put_rule(Name=NAME, EventPattern=json.dumps({"source": [SOURCE]}))
    target = {"Id": NAME, "Arn": arn, "RoleArn": machine["roleArn"]}
    events.put_targets(Rule=NAME, Targets=[target])
    return Chain(SOURCE, arn, functions)


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


def _code(system: LocalSystem, state: str, answer: Json) -> str:
    if state != PLACE_CALL:
        return GIVES.format(answer=json.dumps(answer))
    instance = system.connect.instance
    request = {
        "DestinationPhoneNumber": FIRST,
        "ContactFlowId": instance.contact_flow_id,
        "InstanceId": instance.instance_id,
        "SourcePhoneNumber": instance.source_phone_number,
    }
    return DIALS.format(answer=json.dumps(answer), request=request)


def _function(system: LocalSystem, name: str, code: str) -> str:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("nothing.py", code)
    arn: str = system.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="nothing.handler",
        Role="arn:aws:iam::000000000000:role/nothing",
        Code={"ZipFile": target.getvalue()},
        Timeout=35,
        MemorySize=512,
    )["FunctionArn"]
    return arn
