"""The simulated Connect as tests and the demo use it, through boto3's client over HTTP."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ConnectionClosedError

from local.connect.clock import ScenarioClock
from local.connect.failing_numbers import (
    InvalidNumber,
    NetworkFault,
    NotAllowed,
    Throttled,
    Unavailable,
)
from local.connect.simulated_phones import Busy, Press, Voicemail
from local.connect.timeline import EntryType, TimelineEntry
from tests.local.connect.caller import (
    ANA,
    ATTRIBUTES,
    LI_WEI,
    Caller,
    calling,
    refused,
    wait_until,
)


def test_an_acknowledged_call_is_described_completely(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Press("1", answer_after=6, key_after=8)}
    contact = caller.dial()
    caller.wait_until_calls_end()
    described = caller.describe(contact)
    assert described["Id"] == contact
    assert described["Arn"].endswith(f"/contact/{contact}")
    assert (described["InitiationMethod"], described["Channel"]) == ("API", "VOICE")
    assert described["CustomerEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": LI_WEI}
    answered = described["ConnectedToSystemTimestamp"] - described["InitiationTimestamp"]
    assert answered.total_seconds() == pytest.approx(6, abs=0.002)
    assert described["DisconnectTimestamp"] == described["LastUpdateTimestamp"]
    assert described["DisconnectReason"] == "CONTACT_FLOW_DISCONNECT"
    assert described["Attributes"] == {**ATTRIBUTES, "response": "acknowledged"}
    assert caller.attributes(contact) == described["Attributes"]


def test_a_ringing_call_is_neither_connected_nor_ended(caller: Caller) -> None:
    caller.server.time_scale = 1.0
    described = caller.describe(caller.dial())
    assert "ConnectedToSystemTimestamp" not in described
    assert "DisconnectTimestamp" not in described
    assert "DisconnectReason" not in described


def test_a_connected_call_has_a_connected_timestamp_but_no_reason(
    caller: Caller,
) -> None:
    caller.server.phones = {LI_WEI: Voicemail(answer_after=0, hang_up_after=500)}
    caller.server.time_scale = 1.0
    described = caller.describe(caller.dial())
    assert described["ConnectedToSystemTimestamp"] == described["InitiationTimestamp"]
    assert "DisconnectReason" not in described


def test_stopping_a_ringing_call_ends_it(caller: Caller) -> None:
    contact = caller.dial()
    caller.stop(contact)
    assert caller.describe(contact)["DisconnectReason"] == "TELECOM_ORIGINATOR_CANCEL"
    assert [entry.type for entry in caller.server.timeline][-2:] == [
        EntryType.STOPPED,
        EntryType.ENDED,
    ]


def test_stopping_an_ended_or_unknown_contact_returns_contact_not_found(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    ended = caller.dial()
    assert refused(lambda: caller.stop(ended)) == ("ContactNotFoundException", 410)
    assert refused(lambda: caller.stop("unknown")) == ("ContactNotFoundException", 410)


def test_a_number_without_a_phone_is_not_answered(caller: Caller) -> None:
    contact = caller.dial("+14155550178")
    caller.wait_until_calls_end()
    assert caller.describe(contact)["DisconnectReason"] == "TELECOM_TIMEOUT"


def test_a_phone_on_a_call_is_busy_for_the_next_call(caller: Caller) -> None:
    caller.server.time_scale = 1.0
    first, second = caller.dial(), caller.dial()
    assert caller.server.calls[1].on_call_with == first
    assert caller.describe(second)["DisconnectReason"] == "TELECOM_BUSY"
    assert f"already on a call with {first}" in [entry.text for entry in caller.server.timeline]


def test_a_call_that_ends_when_dialed_does_not_keep_the_phone_busy(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    caller.server.time_scale = 1.0
    caller.dial()
    caller.dial()
    assert caller.server.calls[1].on_call_with is None


def test_a_number_that_connect_refuses_creates_no_call(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: NotAllowed(), ANA: InvalidNumber()}
    assert refused(lambda: caller.dial(LI_WEI)) == ("DestinationNotAllowedException", 403)
    assert refused(lambda: caller.dial(ANA)) == ("InvalidParameterException", 400)
    assert caller.server.calls == []


@pytest.mark.parametrize("error", ["ThrottlingException", "TooManyRequestsException"])
def test_a_throttled_number_is_called_after_the_failures(caller: Caller, error: str) -> None:
    caller.server.phones = {LI_WEI: Throttled(times=2, error=error, then=Busy())}
    assert refused(caller.dial) == (error, 429)
    assert refused(caller.dial) == (error, 429)
    assert caller.describe(caller.dial())["DisconnectReason"] == "TELECOM_BUSY"


def test_an_unavailable_service_returns_500(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Unavailable()}
    assert refused(caller.dial) == ("InternalServiceException", 500)


@pytest.mark.parametrize("placed", [False, True])
def test_a_network_fault_returns_no_response_whether_or_not_the_call_was_placed(
    caller: Caller, *, placed: bool
) -> None:
    caller.server.phones = {LI_WEI: NetworkFault(placed=placed, times=1, then=Busy())}
    with pytest.raises(ConnectionClosedError):
        caller.dial(attempt="a")
    assert len(caller.server.calls) == placed
    contact = caller.dial(attempt="a")
    assert [call.contact_id for call in caller.server.calls] == [contact]
    assert [request.status for request in caller.server.requests] == [None, 200]


def test_subscribers_get_every_entry_in_order_without_a_request(caller: Caller) -> None:
    received: list[TimelineEntry] = []
    caller.server.subscribe(received.append)
    caller.server.phones = {LI_WEI: Press("2"), ANA: Press("1", answer_after=3)}
    caller.dial(LI_WEI)
    caller.dial(ANA)
    wait_until(lambda: [entry.type for entry in received].count(EntryType.ENDED) == 2)
    assert received == caller.server.timeline
    assert [entry.at for entry in received] == sorted(entry.at for entry in received)


def test_a_failing_subscriber_is_a_defect_and_the_others_are_still_called() -> None:
    received: list[TimelineEntry] = []

    def failing(entry: TimelineEntry) -> None:
        raise LookupError(entry.type)

    with calling() as caller:
        caller.server.subscribe(failing)
        caller.server.subscribe(received.append)
        caller.server.phones = {LI_WEI: Busy()}
        caller.dial()
        wait_until(lambda: len(received) == 2)
        assert caller.server.defects == ["LookupError: dialled", "LookupError: ended"]
        caller.server.defects.clear()


def test_fifty_concurrent_clients_are_all_served(caller: Caller) -> None:
    numbers = [f"+1415555{1000 + n}" for n in range(50)]
    caller.server.phones = dict.fromkeys(numbers, Press("1"))
    with ThreadPoolExecutor(50) as pool:
        contacts = list(pool.map(caller.dial, numbers))
    caller.wait_until_calls_end()
    assert {caller.attributes(contact)["response"] for contact in contacts} == {"acknowledged"}
    assert len({call.contact_id for call in caller.server.calls}) == 50


def test_the_time_scale_cannot_change_during_a_call(caller: Caller) -> None:
    caller.server.time_scale = 1.0
    contact = caller.dial()
    with pytest.raises(RuntimeError, match="a call is in progress"):
        caller.server.time_scale = 0.5
    caller.stop(contact)
    caller.server.time_scale = 0.5


def test_a_new_run_begins_at_second_0_without_the_previous_calls(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    caller.server.time_scale = 1000.0
    contact = caller.dial(attempt="a")
    caller.server.config.outbound_calls = False
    caller.server.reset({LI_WEI: Busy()})
    assert (caller.server.calls, caller.server.timeline, caller.server.requests) == ([], [], [])
    assert caller.server.now() < 1
    assert refused(lambda: caller.describe(contact)) == ("ResourceNotFoundException", 404)
    assert caller.dial(attempt="a") != contact


def test_scenario_time_continues_when_its_speed_changes() -> None:
    clock = ScenarioClock(0.00001)
    time.sleep(0.001)
    before = clock.now()
    clock.time_scale = 1000.0
    assert before <= clock.now() < before * 100
    assert clock.real_seconds_until(0) == 0
