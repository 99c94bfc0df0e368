"""The chain from an event to the first call: a rule, a state machine and its functions.

There are two chains: the deployed one, and the same state machine with stub functions.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.scenarios import FIRST_PHONE
from local.asl.state_visits import visits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from local.emulator.system import LocalSystem

Json = dict[str, Any]

PLACE_CALL = "PlaceCall"
STUB_NAME = "DoNothing"
#: The source of the events that start the stub chain.
STUB_SOURCE = "benchmarks.nothing"
#: Return the recorded result of the real function. The stub logs a line as the functions do,
#: because the emulator waits up to 50 ms for the first line.
STUB_HANDLER = """
import json
RESULT = json.loads({result!r})

def handler(event, context):
    print("nothing done")
    return RESULT
"""
#: The same, after a minimal request to Connect for a call.
STUB_CALL_HANDLER = """
import http.client, json, os
RESULT = json.loads({result!r})
BODY = json.dumps({request!r})
HOST = os.environ["AWS_ENDPOINT_URL_CONNECT"].removeprefix("http://")

def handler(event, context):
    connection = http.client.HTTPConnection(HOST)
    connection.request("PUT", "/contact/outbound-voice", BODY)
    connection.getresponse().read()
    connection.close()
    print("nothing done")
    return RESULT
"""


@dataclass(frozen=True)
class Chain:
    """One chain."""

    source: str  # of the events that start it
    state_machine: str  # its ARN
    functions: Mapping[str, str]  # names in Lambda by module


def deployed_chain(system: LocalSystem) -> Chain:
    """Return the deployed chain."""
    pages = system.client("lambda").get_paginator("list_functions").paginate()
    functions = {
        function["Handler"].removesuffix(".handler"): function["FunctionName"]
        for page in pages
        for function in page["Functions"]
    }
    return Chain("callout", system.deployment.state_machine_arn, functions)


def create_stub_chain(system: LocalSystem, history: Sequence[Json]) -> Chain:
    """Create the same chain with functions that return recorded results at once.

    Args:
        system: where to create it.
        history: the history of a page that placed a call.
    """
    machine = system.client("stepfunctions").describe_state_machine(
        stateMachineArn=system.deployment.state_machine_arn
    )
    definition = json.loads(machine["definition"])
    functions = {}
    for state, result in first_results(history).items():
        module = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in state)
        module = module.removeprefix("_")
        functions[module] = f"{STUB_NAME}-{module}"
        definition["States"][state]["Parameters"]["FunctionName"] = _create_function(
            system, functions[module], _stub_code(system, state, result)
        )
    arn = system.client("stepfunctions").create_state_machine(
        name=STUB_NAME, definition=json.dumps(definition), roleArn=machine["roleArn"]
    )["stateMachineArn"]
    events = system.client("events")
    events.put_rule(Name=STUB_NAME, EventPattern=json.dumps({"source": [STUB_SOURCE]}))
    target = {"Id": STUB_NAME, "Arn": arn, "RoleArn": machine["roleArn"]}
    events.put_targets(Rule=STUB_NAME, Targets=[target])
    return Chain(STUB_SOURCE, arn, functions)


def first_results(history: Sequence[Json]) -> dict[str, Json]:
    """Return the first result of each function, by the state that invoked it."""
    results: dict[str, Json] = {}
    for visit in visits(history):
        if visit.result and "Payload" in visit.result:
            results.setdefault(visit.state, visit.result["Payload"])
    return results


def _stub_code(system: LocalSystem, state: str, result: Json) -> str:
    if state != PLACE_CALL:
        return STUB_HANDLER.format(result=json.dumps(result))
    instance = system.connect.instance
    request = {
        "DestinationPhoneNumber": FIRST_PHONE,
        "ContactFlowId": instance.contact_flow_id,
        "InstanceId": instance.instance_id,
        "SourcePhoneNumber": instance.source_phone_number,
    }
    return STUB_CALL_HANDLER.format(result=json.dumps(result), request=request)


def _create_function(system: LocalSystem, name: str, code: str) -> str:
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
