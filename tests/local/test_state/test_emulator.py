"""The emulator's TestState responds to the requests as the scenarios' executions went.

Known differences of the emulator from the documentation of TestState ("Testing state machines with
TestState API") are listed here, and hold for these requests only.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from local.asl.transitions import (
    Retrier,
    Transition,
    TransitionKind,
    load_definition,
    transitions,
)
from local.environment import NOWHERE, client_settings
from local.test_state.__main__ import run, send

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

    from local.asl.transitions import Json
    from local.test_state.requests import StateRequest


def known_differences(request: StateRequest) -> set[str]:
    """Return the fields in which the emulator differs from AWS."""
    found = set()
    if isinstance(request.subject, Retrier):
        # It evaluates Catch before Retry, so it never retries.
        found |= {"status", "nextState", "output", "retryIndex"}
    if isinstance(request.subject, Transition) and request.subject.kind is TransitionKind.CATCH:
        found.add("catchIndex")  # it does not return it
    return found | context_differences(request)


def context_differences(request: StateRequest) -> set[str]:
    """Return the difference of a state that reads `$$.State`, which the emulator does not have."""
    return {"afterParameters"} if request.arguments["stateName"] == "CheckCall" else set()


def test_the_emulator_matches_the_executions_except_for_known_differences(
    requests: list[StateRequest], emulator: SFNClient
) -> None:
    for request in requests:
        differences = send(emulator, request)
        assert set(differences) == known_differences(request), f"{request.subject}: {differences}"


def test_retries_respond_as_expected_if_the_emulator_sees_no_catch(
    requests: list[StateRequest], emulator: SFNClient
) -> None:
    for request in requests:
        if isinstance(request.subject, Retrier):
            machine = json.loads(request.arguments["definition"])
            state = machine["States"][request.subject.state]
            del state["Catch"]
            arguments = request.arguments | {"definition": json.dumps(machine)}
            without_catch = replace(request, arguments=arguments)
            # It always says that the first retrier applies.
            first = {"retryIndex"} if request.subject.number else set()
            assert set(send(emulator, without_catch)) == first | context_differences(request)


def noticed(machine: Json, requests: list[StateRequest], emulator: SFNClient) -> set[str]:
    """Return the fields that differ only because of a broken definition."""
    definition = {"definition": json.dumps(machine)}
    broken = [replace(each, arguments=each.arguments | definition) for each in requests]
    return {
        field
        for request in broken
        for field in send(emulator, request).keys() - known_differences(request)
    }


@pytest.mark.parametrize("transition", transitions(load_definition()), ids=str)
def test_a_changed_transition_is_noticed(
    transition: Transition, requests: list[StateRequest], emulator: SFNClient
) -> None:
    [request] = [each for each in requests if each.subject == transition]
    machine = json.loads(request.arguments["definition"])
    state = machine["States"][transition.origin]
    field = {TransitionKind.RULE: "Choices", TransitionKind.CATCH: "Catch"}.get(transition.kind)
    source = state[field][transition.number] if field else state
    is_default = transition.kind is TransitionKind.DEFAULT
    source[TransitionKind.DEFAULT if is_default else TransitionKind.NEXT] = "Elsewhere"

    assert noticed(machine, [request], emulator) == {"nextState"}


@pytest.mark.parametrize(
    ("name", "field"),
    [
        (name, field)
        for name, state in load_definition()["States"].items()
        for field in ("InputPath", "Parameters", "ResultSelector", "ResultPath")
        if field in state and (name, field) != ("CheckCall", "Parameters")  # context_differences
    ],
)
def test_a_missing_field_is_noticed(
    name: str, field: str, requests: list[StateRequest], emulator: SFNClient
) -> None:
    of_state = [request for request in requests if request.arguments["stateName"] == name]
    machine = json.loads(of_state[0].arguments["definition"])
    del machine["States"][name][field]

    assert noticed(machine, of_state, emulator)


def test_a_rejected_request_is_reported(requests: list[StateRequest], emulator: SFNClient) -> None:
    invalid = replace(requests[0], arguments=requests[0].arguments | {"definition": "{"})

    assert "InvalidDefinition" in send(emulator, invalid)["rejected"]


def test_denied_access_is_raised_and_not_reported_as_a_difference(
    requests: list[StateRequest],
) -> None:
    client = boto3.client("stepfunctions", **client_settings(NOWHERE))  # type: ignore[call-overload]
    with Stubber(client) as denying:
        denying.add_client_error("test_state", "AccessDeniedException")

        with pytest.raises(ClientError):
            send(client, requests[0])


def test_the_command_prints_differences_and_fails(
    requests: list[StateRequest], emulator: SFNClient, capsys: pytest.CaptureFixture[str]
) -> None:
    equal = [request for request in requests if not known_differences(request)]
    caught = next(each for each in requests if known_differences(each) == {"catchIndex"})

    assert run(equal, emulator) == 0
    assert f"{len(equal)} requests" in capsys.readouterr().out
    assert run([caught], emulator) == 1
    assert f"  {caught.subject}\n    catchIndex is null, not 0\n1 of 1" in capsys.readouterr().out
