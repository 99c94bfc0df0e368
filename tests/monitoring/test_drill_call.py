"""A drill places no call, and finds what would prevent one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from oncall.calls.readiness import readiness_problems
from tests.functions.invoke import invoke, log_lines, placing
from tests.monitoring.emf import metric, written

if TYPE_CHECKING:
    from types import ModuleType

    from local.connect.server import SimulatedConnect

SUCCEEDED = metric("DrillSucceeded")


def drilling() -> dict[str, Any]:
    """Return the input of place_call for the call of a drill."""
    event = placing()
    event["call"]["drill"] = True
    return event | {"started": "2026-01-05T03:12:00.000Z", "planned_calls": 1}


def requested_operations(connect: SimulatedConnect) -> set[str | None]:
    return {request.operation for request in connect.requests}


def test_a_drill_checks_the_connect_configuration_and_places_no_call(
    place_call: ModuleType, connect: SimulatedConnect, capsys: pytest.CaptureFixture[str]
) -> None:
    progress = invoke(place_call, drilling())
    assert progress["call"]["outcome"] == "drilled"
    assert requested_operations(connect) == {"DescribeInstance", "DescribeContactFlow"}
    assert connect.calls == []
    assert written(capsys) == {SUCCEEDED: 1}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"outbound_calls": False}, "outbound calls are switched off in the Connect instance"),
        ({"status": "CREATION_FAILED"}, "the Connect instance is CREATION_FAILED, not ACTIVE"),
        ({"flow": {"state": "ARCHIVED"}}, "the contact flow is ARCHIVED, not ACTIVE"),
        ({"flow": {"status": "SAVED"}}, "DescribeContactFlow: ContactFlowNotPublishedException"),
        ({"flow": None}, "DescribeContactFlow: ResourceNotFoundException"),
        ({}, "DescribeInstance: AccessDeniedException"),
    ],
)
def test_a_configuration_problem_fails_the_drill_with_its_reason(
    place_call: ModuleType,
    connect: SimulatedConnect,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, Any],
    reason: str,
) -> None:
    config = connect.config
    assert config.flow
    for name, value in changes.items():
        setattr(config, name, replace(config.flow, **value) if isinstance(value, dict) else value)
    if not changes:
        connect.faults.append(Fault("connect DescribeInstance", FaultKind.DENIED))

    progress = invoke(place_call, drilling())

    assert (progress["call"]["outcome"], progress["reason"]) == ("failed", reason)
    # So the state machine notifies SNS that no call was possible.
    assert (progress["next"], progress["any_call_placed"]) == (1, False)
    assert connect.calls == []
    [line] = log_lines(capsys)
    assert (line["level"], line["reason"]) == ("WARNING", reason)
    assert "_aws" not in line


@pytest.mark.parametrize("operation", ["DescribeInstance", "DescribeContactFlow"])
@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE, FaultKind.DROP_BEFORE])
def test_a_transient_error_is_left_to_the_state_machine(
    place_call: ModuleType,
    connect: SimulatedConnect,
    capsys: pytest.CaptureFixture[str],
    operation: str,
    kind: FaultKind,
) -> None:
    connect.faults.append(Fault(f"connect {operation}", kind))
    with pytest.raises((ClientError, ConnectionClosedError)):
        invoke(place_call, drilling())
    assert written(capsys) == {metric("DependencyErrors"): 1}
    assert connect.calls == []


def test_a_missing_instance_id_fails_the_drill(
    place_call: ModuleType, connect: SimulatedConnect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECT_INSTANCE_ID", "")
    progress = invoke(place_call, drilling())
    assert progress["reason"] == "the instance or the contact flow has no valid id"
    assert connect.requests == []


def test_a_real_page_places_the_call_without_checks(
    place_call: ModuleType, connect: SimulatedConnect
) -> None:
    progress = invoke(place_call, drilling() | {"call": placing()["call"]})
    assert progress["call"]["outcome"] == "ringing"
    assert requested_operations(connect) == {"StartOutboundVoiceContact"}


def test_all_problems_are_reported_together() -> None:
    instance = {"InstanceStatus": "CREATION_IN_PROGRESS", "OutboundCallsEnabled": False}
    found = readiness_problems(instance, {"State": "ARCHIVED", "Status": "SAVED"})
    assert found.count(";") == 3


def test_missing_fields_are_not_problems() -> None:
    assert readiness_problems({}, {}) == ""
