"""The simulated Connect as boto3's real client sees it, over HTTP."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from mypy_boto3_connect import ConnectClient
from mypy_boto3_connect.type_defs import ContactTypeDef

from local.connect.phone import (
    Busy,
    InvalidNumber,
    NetworkFault,
    NotAllowed,
    Press,
    Throttled,
    Unavailable,
    Voicemail,
)
from local.connect.server import SimulatedConnect
from local.connect.timeline import What

LI_WEI, ANA = "+8613800138000", "+14155550132"
ATTRIBUTES = {
    "message": "<speak>The database is down.</speak>",
    "voice": "Joanna",
    "language": "en-US",
    "prompt_confirmed": "<speak>It is yours.</speak>",
    "prompt_declined": "<speak>Passing it on.</speak>",
    "prompt_wrong_key": "<speak>That is not one of the keys.</speak>",
}


class Caller:
    """A server and a boto3 client of it, with the ids filled in."""

    def __init__(self, server: SimulatedConnect, client: ConnectClient) -> None:
        self.server, self.client = server, client
        self.instance_id = server.instance.instance_id

    def dial(
        self, number: str = LI_WEI, attempt: str = "", attributes: Mapping[str, str] = ATTRIBUTES
    ) -> str:
        """Place a call; the same attempt, if one is named, has the same ClientToken."""
        return self.client.start_outbound_voice_contact(
            DestinationPhoneNumber=number,
            InstanceId=self.instance_id,
            ContactFlowId=self.server.instance.contact_flow_id,
            SourcePhoneNumber=self.server.instance.source_phone_number,
            Attributes=attributes,
            ClientToken=attempt or str(uuid.uuid4()),
        )["ContactId"]

    def describe(self, contact: str) -> ContactTypeDef:
        """DescribeContact."""
        answer = self.client.describe_contact(InstanceId=self.instance_id, ContactId=contact)
        return answer["Contact"]

    def attributes(self, contact: str) -> Mapping[str, str]:
        """GetContactAttributes."""
        return self.client.get_contact_attributes(
            InstanceId=self.instance_id, InitialContactId=contact
        )["Attributes"]

    def stop(self, contact: str) -> None:
        """StopContact."""
        self.client.stop_contact(InstanceId=self.instance_id, ContactId=contact)

    def wait_for_the_end(self) -> None:
        """Wait until no call is live."""
        until(lambda: all(call.ended_at is not None for call in self.server.calls))


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "it did not happen within 5 s"
        time.sleep(0.002)


@contextmanager
def calling() -> Iterator[Caller]:
    """A server and its client, found as the functions find it: through the environment."""
    with SimulatedConnect({}, time_scale=0.002) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_CONNECT", server.url)
        client = boto3.client(
            "connect",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - signs requests that nobody checks
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=50),
        )
        yield Caller(server, client)
        client.close()
    assert server.defects == []


@pytest.fixture(scope="module")
def server_and_client() -> Iterator[Caller]:
    with calling() as caller:
        yield caller


@pytest.fixture
def caller(server_and_client: Caller) -> Caller:
    server_and_client.server.reset({})
    server_and_client.server.time_scale = 0.002
    return server_and_client


def refused(act: Callable[[], object]) -> tuple[str, int]:
    """The error code and HTTP status that boto3 raises."""
    with pytest.raises(ClientError) as error:
        act()
    answer = error.value.response
    assert answer["Error"]["Message"]
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_a_call_that_is_acknowledged_from_dialling_to_its_end(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Press("1", answer_after=6, key_after=8)}
    contact = caller.dial()
    caller.wait_for_the_end()
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


def test_a_connected_call_shows_when_it_was_answered_and_not_why_it_ends(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Voicemail(answer_after=0, hang_up_after=500)}
    caller.server.time_scale = 1.0
    described = caller.describe(caller.dial())
    assert described["ConnectedToSystemTimestamp"] == described["InitiationTimestamp"]
    assert "DisconnectReason" not in described


def test_stopping_a_ringing_call_ends_it(caller: Caller) -> None:
    contact = caller.dial()
    caller.stop(contact)
    assert caller.describe(contact)["DisconnectReason"] == "TELECOM_ORIGINATOR_CANCEL"
    assert [entry.what for entry in caller.server.timeline][-2:] == [What.STOPPED, What.ENDED]


def test_stopping_an_ended_or_unknown_contact_is_contact_not_found(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    ended = caller.dial()
    assert refused(lambda: caller.stop(ended)) == ("ContactNotFoundException", 410)
    assert refused(lambda: caller.stop("nobody")) == ("ContactNotFoundException", 410)


def test_a_number_without_a_script_is_not_answered(caller: Caller) -> None:
    contact = caller.dial("+14155550178")
    caller.wait_for_the_end()
    assert caller.describe(contact)["DisconnectReason"] == "TELECOM_TIMEOUT"


def test_the_same_client_token_rings_nobody_again(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    first, again, other = (
        caller.dial(attempt="a"),
        caller.dial(attempt="a"),
        caller.dial(attempt="b"),
    )
    assert first == again != other
    assert len(caller.server.calls) == 2


def test_a_phone_on_a_call_is_busy_for_the_next_and_that_is_recorded(caller: Caller) -> None:
    caller.server.time_scale = 1.0
    first, second = caller.dial(), caller.dial()
    assert caller.server.calls[1].on_call_with == first
    assert caller.describe(second)["DisconnectReason"] == "TELECOM_BUSY"
    assert f"already on a call with {first}" in [e.text for e in caller.server.timeline]


def test_a_call_that_was_over_as_it_was_dialled_keeps_no_phone_busy(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Busy()}
    caller.server.time_scale = 1.0
    caller.dial()
    caller.dial()
    assert caller.server.calls[1].on_call_with is None


def test_what_connect_refuses_to_dial_is_no_call(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: NotAllowed(), ANA: InvalidNumber()}
    assert refused(lambda: caller.dial(LI_WEI)) == ("DestinationNotAllowedException", 403)
    assert refused(lambda: caller.dial(ANA)) == ("InvalidParameterException", 400)
    assert caller.server.calls == []


@pytest.mark.parametrize("error", ["ThrottlingException", "TooManyRequestsException"])
def test_a_throttled_number_is_called_after_enough_requests(caller: Caller, error: str) -> None:
    caller.server.phones = {LI_WEI: Throttled(times=2, error=error, then=Busy())}
    assert refused(caller.dial) == (error, 429)
    assert refused(caller.dial) == (error, 429)
    assert caller.describe(caller.dial())["DisconnectReason"] == "TELECOM_BUSY"


def test_an_unavailable_service_answers_500(caller: Caller) -> None:
    caller.server.phones = {LI_WEI: Unavailable()}
    assert refused(caller.dial) == ("InternalServiceException", 500)


@pytest.mark.parametrize("placed", [False, True])
def test_a_network_fault_gives_no_answer_whether_the_call_was_placed_or_not(
    caller: Caller, *, placed: bool
) -> None:
    caller.server.phones = {LI_WEI: NetworkFault(placed=placed, times=1, then=Busy())}
    with pytest.raises(ConnectionClosedError):
        caller.dial(attempt="a")
    assert len(caller.server.calls) == placed
    contact = caller.dial(attempt="a")
    assert [call.contact_id for call in caller.server.calls] == [contact]
    assert [request.status for request in caller.server.requests] == [None, 200]
