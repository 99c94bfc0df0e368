"""A simulated Connect, and boto3's real client for it."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from mypy_boto3_connect import ConnectClient
from mypy_boto3_connect.type_defs import ContactTypeDef

from local.connect.server import SimulatedConnect

LI_WEI, ANA = "+8613800138000", "+14155550132"
ATTRIBUTES = {
    "message": "<speak>The database is down.</speak>",
    "voice": "Joanna",
    "language": "en-US",
    "prompt_confirmed": "<speak>It is yours.</speak>",
    "prompt_declined": "<speak>Passing it on.</speak>",
    "prompt_wrong_key": "<speak>That key is not valid.</speak>",
}


class Caller:
    """A server and a boto3 client that fills in the ids."""

    def __init__(self, server: SimulatedConnect, client: ConnectClient) -> None:
        self.server, self.client = server, client
        self.instance_id = server.instance.instance_id

    def dial(
        self, number: str = LI_WEI, attempt: str = "", attributes: Mapping[str, str] = ATTRIBUTES
    ) -> str:
        """Place a call; the same attempt, if given, has the same ClientToken."""
        return self.client.start_outbound_voice_contact(
            DestinationPhoneNumber=number,
            InstanceId=self.instance_id,
            ContactFlowId=self.server.instance.contact_flow_id,
            SourcePhoneNumber=self.server.instance.source_phone_number,
            Attributes=attributes,
            ClientToken=attempt or str(uuid.uuid4()),
        )["ContactId"]

    def describe(self, contact: str) -> ContactTypeDef:
        """Call DescribeContact."""
        output = self.client.describe_contact(InstanceId=self.instance_id, ContactId=contact)
        return output["Contact"]

    def attributes(self, contact: str) -> Mapping[str, str]:
        """Call GetContactAttributes."""
        return self.client.get_contact_attributes(
            InstanceId=self.instance_id, InitialContactId=contact
        )["Attributes"]

    def stop(self, contact: str) -> None:
        """Call StopContact."""
        self.client.stop_contact(InstanceId=self.instance_id, ContactId=contact)

    def wait_until_calls_end(self) -> None:
        """Wait until no call is live."""
        wait_until(lambda: all(call.ended_at is not None for call in self.server.calls))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 5 s"
        time.sleep(0.002)


@contextmanager
def calling() -> Iterator[Caller]:
    """Start a server; its client finds it as the functions do: through the environment."""
    with SimulatedConnect({}, time_scale=0.002) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_CONNECT", server.url)
        client = boto3.client(
            "connect",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",  # noqa: S106 - signs requests; nothing checks the signature
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=50),
        )
        yield Caller(server, client)
        client.close()
    assert server.defects == []


def refused(act: Callable[[], object]) -> tuple[str, int]:
    """Return the error code and HTTP status that boto3 raises."""
    with pytest.raises(ClientError) as error:
        act()
    response = error.value.response
    assert response["Error"]["Message"]
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]
