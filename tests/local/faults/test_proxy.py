"""The fault proxy, through boto3 over HTTP."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

from local.connect.clock import ManualClock
from local.environment import client_settings
from local.faults.error_responses import HANG_SECONDS
from local.faults.fault import Fault
from local.faults.fault_types import PROXIED_SERVICES, FaultKind
from local.faults.injector import FaultInjector
from local.faults.proxy import FaultProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.system import LocalSystem

NAME = "/proxied/parameter"


@pytest.fixture(scope="module")
def proxy(system: LocalSystem) -> Iterator[FaultProxy]:
    """A separate proxy in front of the running emulator."""
    with FaultProxy(ManualClock(datetime.now(UTC)), system.emulator.url) as running:
        yield running


@contextmanager
def injected(proxy: FaultProxy, *faults: Fault) -> Iterator[None]:
    """Inject faults, and remove them afterwards."""
    proxy.faults = FaultInjector(faults)
    yield
    proxy.faults = FaultInjector()


def client(service: str, proxy: FaultProxy, caller: str = "") -> Any:  # noqa: ANN401 - boto3 makes classes at run time
    """Return a client that does not retry."""
    settings: Any = client_settings(f"{proxy.url}/{caller}")
    settings["config"] = Config(retries={"total_max_attempts": 1}, proxies={}, read_timeout=5)
    return boto3.client(service, **settings)  # type: ignore[call-overload]


def send(service: str, proxy: FaultProxy, system: LocalSystem, caller: str = "") -> Any:  # noqa: ANN401
    """Send a harmless request."""
    through_proxy = client(service, proxy, caller)
    if service == "ssm":
        return through_proxy.put_parameter(Name=NAME, Value="kept", Type="String", Overwrite=True)
    if service == "dynamodb":
        table = system.deployment.incident_table_name
        return through_proxy.get_item(TableName=table, Key={"pk": {"S": "x"}, "sk": {"S": "y"}})
    if service == "cloudwatch":
        return through_proxy.describe_alarms()
    return through_proxy.publish(TopicArn=system.deployment.notification_topic_arn, Message="hello")


@pytest.mark.parametrize("service", PROXIED_SERVICES)
def test_a_request_without_a_fault_is_forwarded(
    service: str, proxy: FaultProxy, system: LocalSystem
) -> None:
    system.notifications()
    response = send(service, proxy, system, caller="plan_calls")

    assert response["ResponseMetadata"]["HTTPStatusCode"] == 200
    if service == "sns":
        [notification] = system.notifications(wait=5)
        assert notification.message == "hello"


@pytest.mark.parametrize(
    ("service", "kind", "code", "status"),
    [
        ("ssm", FaultKind.THROTTLING, "ThrottlingException", 400),
        ("ssm", FaultKind.UNAVAILABLE, "InternalServerError", 500),
        ("ssm", FaultKind.DENIED, "AccessDeniedException", 400),
        ("dynamodb", FaultKind.THROTTLING, "ProvisionedThroughputExceededException", 400),
        ("dynamodb", FaultKind.UNAVAILABLE, "InternalServerError", 500),
        ("dynamodb", FaultKind.DENIED, "AccessDeniedException", 400),
        ("sns", FaultKind.THROTTLING, "Throttling", 400),
        ("sns", FaultKind.UNAVAILABLE, "InternalError", 500),
        ("sns", FaultKind.DENIED, "AuthorizationError", 403),
    ],
)
def test_each_service_returns_its_own_error(  # noqa: PLR0913, PLR0917 - four of them are the example
    service: str, kind: FaultKind, code: str, status: int, proxy: FaultProxy, system: LocalSystem
) -> None:
    with injected(proxy, Fault(service, kind, times=1)):
        with pytest.raises(ClientError) as refused:
            send(service, proxy, system)
        after = send(service, proxy, system)

    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    assert after["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("kind", "done"),
    [
        (FaultKind.DROP_BEFORE, False),
        (FaultKind.DROP_AFTER, True),
        (FaultKind.HANG_BEFORE, False),
        (FaultKind.HANG_AFTER, True),
    ],
)
def test_a_request_on_a_dropped_or_hanging_connection_is_processed_or_not(
    kind: FaultKind, *, done: bool, proxy: FaultProxy, system: LocalSystem
) -> None:
    ssm = system.client("ssm")
    ssm.delete_parameters(Names=[NAME])

    with injected(proxy, Fault("ssm PutParameter", kind)), pytest.raises(HTTPClientError):
        send("ssm", proxy, system)

    assert bool(ssm.get_parameters(Names=[NAME])["Parameters"]) is done


def test_a_hanging_connection_is_held_longer_than_the_functions_wait(
    system: LocalSystem,
) -> None:
    held: list[float] = []
    with FaultProxy(ManualClock(datetime.now(UTC)), system.emulator.url, held.append) as proxy:
        proxy.faults = FaultInjector([Fault("ssm", FaultKind.HANG_BEFORE)])
        with pytest.raises(HTTPClientError):
            send("ssm", proxy, system)

    from adapters import aws_clients  # noqa: PLC0415 - boto3 is imported with it

    assert held == [HANG_SECONDS]
    assert aws_clients.READ_TIMEOUT < HANG_SECONDS


def test_the_path_identifies_the_caller(proxy: FaultProxy, system: LocalSystem) -> None:
    with injected(proxy, Fault("dynamodb", FaultKind.THROTTLING, by="plan_calls")):
        send("dynamodb", proxy, system, caller="open_incident")
        with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
            send("dynamodb", proxy, system, caller="plan_calls")
