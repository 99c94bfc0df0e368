"""Faults injected into a running service, and the account's rate limit."""

from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from local.connect.clock import ScenarioClock
from local.connect.instance_config import Instance
from local.connect.protocol import ServiceError
from local.connect.quotas import RateLimit
from local.connect.service import ConnectService
from local.connect.simulated_phones import Busy, HangUp, Press, Silent
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from local.faults.injector import FaultInjector
from tests.local.connect.caller import ANA, ATTRIBUTES, LI_WEI, Caller, refused


@pytest.fixture
def caller(server_and_client: Caller) -> Caller:
    server_and_client.server.reset({LI_WEI: Busy()})
    return server_and_client


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.THROTTLING, ("ThrottlingException", 429)),
        (FaultKind.TOO_MANY_REQUESTS, ("TooManyRequestsException", 429)),
        (FaultKind.UNAVAILABLE, ("InternalServiceException", 500)),
        (FaultKind.DENIED, ("AccessDeniedException", 403)),
        (FaultKind.NOT_FOUND_YET, ("ResourceNotFoundException", 404)),
    ],
)
def test_a_fault_affects_its_operation_as_often_as_times_allows(
    caller: Caller, kind: FaultKind, error: tuple[str, int]
) -> None:
    contact = caller.dial()
    caller.server.faults.append(Fault("connect DescribeContact", kind, times=2))
    assert refused(lambda: caller.describe(contact)) == error
    assert caller.attributes(contact)
    assert refused(lambda: caller.describe(contact)) == error
    assert caller.describe(contact)
    assert list(caller.server.faults) == []


@pytest.mark.parametrize(
    ("kind", "calls"),
    [
        (FaultKind.DROP_BEFORE, 0),
        (FaultKind.DROP_AFTER, 1),
        (FaultKind.HANG_BEFORE, 0),
        (FaultKind.HANG_AFTER, 1),
    ],
)
def test_a_call_on_a_dropped_connection_is_placed_or_not(
    caller: Caller, kind: FaultKind, calls: int
) -> None:
    caller.server.faults.append(Fault("connect StartOutboundVoiceContact", kind, times=1))
    with pytest.raises(ConnectionClosedError):
        caller.dial(attempt="a")
    assert len(caller.server.calls) == calls
    caller.dial(attempt="a")
    assert len(caller.server.calls) == 1


def test_late_attributes_affect_only_the_operation_of_the_fault(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Press("1", answer_after=0, key_after=0)}
    caller.server.faults.append(Fault("connect DescribeContact", FaultKind.LATE_ATTRIBUTES))
    contact = caller.dial()
    assert caller.attributes(contact)["response"] == "acknowledged"
    assert caller.describe(contact)["Attributes"] == ATTRIBUTES


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (FaultKind.NO_CONNECTED_TIMESTAMP, "ConnectedToSystemTimestamp"),
        (FaultKind.NO_DISCONNECT_TIMESTAMP, "DisconnectTimestamp"),
        (FaultKind.NO_DISCONNECT_REASON, "DisconnectReason"),
    ],
)
def test_a_field_may_be_missing(caller: Caller, kind: FaultKind, missing: str) -> None:
    caller.server.phones = {LI_WEI: HangUp(answer_after=0, hang_up_after=0)}
    contact = caller.dial()
    caller.wait_until_calls_end()
    healthy = caller.describe(contact)
    caller.server.faults.append(Fault("connect DescribeContact", kind))

    assert set(healthy) - set(caller.describe(contact)) == {missing}


def test_a_disconnect_reason_may_be_unknown(caller: Caller) -> None:
    kind = FaultKind.UNKNOWN_DISCONNECT_REASON
    contact = caller.dial()
    known = caller.describe(contact)["DisconnectReason"]
    caller.server.faults.append(Fault("connect DescribeContact", kind))

    assert caller.describe(contact)["DisconnectReason"] not in ("", known)


def test_a_call_may_end_a_moment_before_it_is_stopped(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Silent()}
    caller.server.faults.append(Fault("connect StopContact", FaultKind.ALREADY_ENDED))
    contact = caller.dial()

    assert refused(lambda: caller.stop(contact)) == ("ContactNotFoundException", 410)
    assert caller.server.calls[0].ended_at is not None


def test_an_attempt_is_a_client_token_however_often_it_is_retried(caller: Caller) -> None:
    caller.server.faults.append(Fault("connect", FaultKind.THROTTLING, attempt=2))
    first = caller.dial(attempt="first")
    for _ in range(2):
        assert refused(lambda: caller.dial(attempt="second"))
    assert caller.describe(first)
    assert caller.dial(attempt="third")


def test_a_fault_of_a_contact_affects_only_its_numbers(caller: Caller) -> None:
    fault = Fault("connect", FaultKind.THROTTLING, contact="Ana")
    caller.server.faults = FaultInjector([fault], {ANA: "Ana", LI_WEI: "Li Wei"})
    contact = caller.dial(LI_WEI)

    assert caller.describe(contact)
    assert refused(lambda: caller.dial(ANA)) == ("ThrottlingException", 429)


def service_with(*faults: Fault) -> tuple[ConnectService, str]:
    """Return a service, and a contact called at 100 s that presses 1 at 114 s."""
    service = ConnectService(Instance(), {LI_WEI: Press("1")}, ScenarioClock(1.0).date)
    service.faults = FaultInjector(faults)
    return service, start(service, at=100.0)


def start(service: ConnectService, at: float) -> str:
    params = {
        "DestinationPhoneNumber": LI_WEI,
        "InstanceId": service.instance.instance_id,
        "ContactFlowId": service.instance.contact_flow_id,
        "SourcePhoneNumber": service.instance.source_phone_number,
        "Attributes": ATTRIBUTES,
        "ClientToken": "the same",
    }
    return str(service.handle("StartOutboundVoiceContact", params, at)["ContactId"])


def describe(service: ConnectService, contact: str, at: float) -> dict[str, Any]:
    params = {"InstanceId": service.instance.instance_id, "ContactId": contact}
    return dict(service.handle("DescribeContact", params, at)["Contact"])


def test_a_contact_may_not_be_found_until_it_is_old_enough() -> None:
    service, contact = service_with(
        Fault("connect DescribeContact", FaultKind.NOT_FOUND_YET, seconds=5)
    )
    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        describe(service, contact, 104.9)
    assert describe(service, contact, 105.0)


@pytest.mark.parametrize("operation", ["DescribeContact", "GetContactAttributes"])
def test_late_attributes_show_the_values_of_some_seconds_ago(operation: str) -> None:
    late = Fault(f"connect {operation}", FaultKind.LATE_ATTRIBUTES, seconds=30)
    service, contact = service_with(late)
    id_name = "ContactId" if operation == "DescribeContact" else "InitialContactId"
    params = {"InstanceId": service.instance.instance_id, id_name: contact}

    for at, response in ((143.9, None), (144.0, "acknowledged")):
        output = service.handle(operation, params, at)
        assert output.get("Contact", output)["Attributes"].get("response") == response


def test_a_client_token_expires_after_seven_days() -> None:
    service, contact = service_with()
    week = 7 * 24 * 3600
    assert start(service, at=100.0 + week - 1) == contact
    assert start(service, at=100.0 + week) != contact


def test_the_rate_limit_allows_a_burst_and_then_throttles_each_operation_separately() -> None:
    service, contact = service_with()
    service.rate_limit = RateLimit()
    ids = {"InstanceId": service.instance.instance_id, "InitialContactId": contact}
    for _ in range(5):
        describe(service, contact, 110.0)
    with pytest.raises(ServiceError, match=r"^ThrottlingException"):
        describe(service, contact, 110.0)
    for _ in range(5):
        assert service.handle("GetContactAttributes", ids, 110.0)
    with pytest.raises(ServiceError, match=r"^TooManyRequestsException"):
        service.handle("GetContactAttributes", ids, 110.0)


def test_the_rate_limit_refills_in_scenario_time() -> None:
    limit = RateLimit(per_second=2, burst=5)
    assert [limit.allows("DescribeContact", 10.0) for _ in range(6)] == [True] * 5 + [False]
    assert [limit.allows("DescribeContact", 10.5) for _ in range(2)] == [True, False]
    assert [limit.allows("DescribeContact", 99.0) for _ in range(6)] == [True] * 5 + [False]
