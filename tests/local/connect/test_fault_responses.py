"""Faults of the service that can be set while it runs, and the account's rate limit."""

from typing import Any

import pytest
from botocore.exceptions import ConnectionClosedError

from local.connect.clock import ScenarioClock
from local.connect.instance import Instance
from local.connect.protocol import ServiceError
from local.connect.quotas import RateLimit
from local.connect.service import ConnectService
from local.connect.simulated_phones import Busy, HangUp, Press, Silent
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from local.faults.injector import FaultInjector
from tests.contact_flow.callee import OURS
from tests.local.connect.caller import ANA, ATTRIBUTES, LI_WEI, Caller, refused

NOT_FOUND = ("ResourceNotFoundException", 404)


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
        (FaultKind.NOT_FOUND_YET, NOT_FOUND),
    ],
)
def test_a_fault_strikes_as_often_as_it_says_and_only_its_operation(
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
def test_a_dropped_connection_has_placed_the_call_or_not(
    caller: Caller, kind: FaultKind, calls: int
) -> None:
    caller.server.faults.append(Fault("connect StartOutboundVoiceContact", kind, times=1))
    with pytest.raises(ConnectionClosedError):
        caller.dial(attempt="a")
    assert len(caller.server.calls) == calls
    caller.dial(attempt="a")
    assert len(caller.server.calls) == 1


def test_late_attributes_are_late_in_the_operation_that_is_struck_only(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Press("1", answer_after=0, key_after=0)}
    caller.server.faults.append(Fault("connect DescribeContact", FaultKind.LATE_ATTRIBUTES))
    contact = caller.dial()
    assert caller.attributes(contact)["response"] == "acknowledged"
    assert caller.describe(contact)["Attributes"] == ATTRIBUTES


def test_a_disconnect_reason_may_be_missing(caller: Caller) -> None:
    caller.server.faults.append(Fault("connect DescribeContact", FaultKind.NO_DISCONNECT_REASON))
    described = caller.describe(caller.dial())
    assert "DisconnectTimestamp" in described
    assert "DisconnectReason" not in described


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        (FaultKind.NO_CONNECTED_TIMESTAMP, "ConnectedToSystemTimestamp"),
        (FaultKind.NO_DISCONNECT_TIMESTAMP, "DisconnectTimestamp"),
    ],
)
def test_a_timestamp_may_be_missing(caller: Caller, kind: FaultKind, missing: str) -> None:
    caller.server.phones = {LI_WEI: HangUp(answer_after=0, hang_up_after=0)}
    contact = caller.dial()
    caller.wait_for_the_end()
    healthy = caller.describe(contact)
    caller.server.faults.append(Fault("connect DescribeContact", kind))

    assert set(healthy) - set(caller.describe(contact)) == {missing}


def test_a_disconnect_reason_may_be_one_that_nobody_has_seen(caller: Caller) -> None:
    kind = FaultKind.UNKNOWN_DISCONNECT_REASON
    contact = caller.dial()
    known = caller.describe(contact)["DisconnectReason"]
    caller.server.faults.append(Fault("connect DescribeContact", kind))

    assert caller.describe(contact)["DisconnectReason"] not in ("", known)


def test_a_call_may_end_by_itself_a_moment_before_it_is_stopped(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Silent()}
    caller.server.faults.append(Fault("connect StopContact", FaultKind.ALREADY_ENDED))
    contact = caller.dial()

    assert refused(lambda: caller.stop(contact)) == ("ContactNotFoundException", 410)
    assert caller.server.calls[0].ended_at is not None


def test_an_attempt_is_a_client_token_however_often_it_is_tried(caller: Caller) -> None:
    caller.server.faults.append(Fault("connect", FaultKind.THROTTLING, attempt=2))
    first = caller.dial(attempt="first")
    for _ in range(2):
        assert refused(lambda: caller.dial(attempt="second"))
    assert caller.describe(first)
    assert caller.dial(attempt="third")


def test_a_fault_of_a_contact_strikes_its_numbers_only(caller: Caller) -> None:
    fault = Fault("connect", FaultKind.THROTTLING, contact="Ana")
    caller.server.faults = FaultInjector([fault], {ANA: "Ana", LI_WEI: "Li Wei"})
    contact = caller.dial(LI_WEI)

    assert caller.describe(contact)
    assert refused(lambda: caller.dial(ANA)) == ("ThrottlingException", 429)


def exchange(*faults: Fault) -> tuple[ConnectService, str]:
    """An exchange without a server, and a contact placed at 100 s that presses 1 at 114 s."""
    made = ConnectService(Instance(), OURS, {LI_WEI: Press("1")}, ScenarioClock(1.0).date)
    made.faults = FaultInjector(faults)
    return made, start(made, at=100.0)


def start(made: ConnectService, at: float) -> str:
    order = {
        "DestinationPhoneNumber": LI_WEI,
        "InstanceId": made.instance.instance_id,
        "ContactFlowId": made.instance.contact_flow_id,
        "SourcePhoneNumber": made.instance.source_phone_number,
        "Attributes": ATTRIBUTES,
        "ClientToken": "the same",
    }
    return str(made.handle("StartOutboundVoiceContact", order, at)["ContactId"])


def describe(made: ConnectService, contact: str, at: float) -> dict[str, Any]:
    asked = {"InstanceId": made.instance.instance_id, "ContactId": contact}
    return dict(made.handle("DescribeContact", asked, at)["Contact"])


def test_a_fault_of_some_seconds_is_over_that_long_after_it_first_struck() -> None:
    made, contact = exchange(Fault("connect DescribeContact", FaultKind.UNAVAILABLE, seconds=20))
    for at in (110.0, 129.9):
        with pytest.raises(ServiceError, match="InternalServiceException"):
            describe(made, contact, at)
    assert describe(made, contact, 130.0)
    assert list(made.faults) == []


def test_a_contact_may_not_be_found_until_it_has_some_age() -> None:
    made, contact = exchange(Fault("connect DescribeContact", FaultKind.NOT_FOUND_YET, seconds=5))
    with pytest.raises(ServiceError, match="ResourceNotFoundException"):
        describe(made, contact, 104.9)
    assert describe(made, contact, 105.0)


def late(operation: str) -> Fault:
    return Fault(f"connect {operation}", FaultKind.LATE_ATTRIBUTES, seconds=30)


def test_late_attributes_are_those_of_some_seconds_ago() -> None:
    made, contact = exchange(
        Fault("connect DescribeContact", FaultKind.LATE_ATTRIBUTES, seconds=30)
    )
    assert "response" not in describe(made, contact, 143.9)["Attributes"]
    assert describe(made, contact, 144.0)["Attributes"]["response"] == "acknowledged"


def test_the_other_way_of_looking_may_be_late_too() -> None:
    made, contact = exchange(late("GetContactAttributes"))
    asked = {"InstanceId": made.instance.instance_id, "InitialContactId": contact}
    shown = [made.handle("GetContactAttributes", asked, at)["Attributes"] for at in (143.9, 144.0)]

    assert ["response" in one for one in shown] == [False, True]
    assert describe(made, contact, 144.0)["Attributes"]["response"] == "acknowledged"


def test_a_client_token_is_forgotten_after_seven_days() -> None:
    made, contact = exchange()
    week = 7 * 24 * 3600
    assert start(made, at=100.0 + week - 1) == contact
    assert start(made, at=100.0 + week) != contact


def test_the_rate_limit_lets_a_burst_through_and_then_throttles_each_api_by_itself(
    caller: Caller,
) -> None:
    caller.server.time_scale = 1.0
    caller.server.rate_limit = RateLimit()
    contact = caller.dial()
    for _ in range(5):
        caller.describe(contact)
    assert refused(lambda: caller.describe(contact)) == ("ThrottlingException", 429)
    for _ in range(5):
        caller.attributes(contact)
    assert refused(lambda: caller.attributes(contact)) == ("TooManyRequestsException", 429)
    caller.server.time_scale = 0.002


def test_the_rate_limit_fills_up_in_story_time() -> None:
    limit = RateLimit(per_second=2, burst=5)
    assert [limit.allows("DescribeContact", 10.0) for _ in range(6)] == [True] * 5 + [False]
    assert [limit.allows("DescribeContact", 10.5) for _ in range(2)] == [True, False]
    assert [limit.allows("DescribeContact", 99.0) for _ in range(6)] == [True] * 5 + [False]
