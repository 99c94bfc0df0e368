"""What a client of AWS meets behind the proxy, as boto3 sees it over HTTP."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError

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


class Standing:
    """A clock that stands still."""

    time_scale = 0.0

    def now(self) -> float:
        """Always 0."""
        return 0.0


@pytest.fixture(scope="module")
def proxy(system: LocalSystem) -> Iterator[FaultProxy]:
    """A proxy of its own before the running emulator."""
    with FaultProxy(Standing(), system.emulator.url) as running:
        yield running


@contextmanager
def striking(proxy: FaultProxy, *faults: Fault) -> Iterator[None]:
    """Let faults strike."""
    proxy.faults = FaultInjector(faults)
    yield
    proxy.faults = FaultInjector()


def client(service: str, proxy: FaultProxy, who: str = "") -> Any:  # noqa: ANN401 - boto3 makes classes at run time
    """Make a client that asks once."""
    settings: Any = client_settings(f"{proxy.url}/{who}")
    settings["config"] = Config(retries={"total_max_attempts": 1}, proxies={}, read_timeout=5)
    return boto3.client(service, **settings)  # type: ignore[call-overload]


def ask(service: str, proxy: FaultProxy, system: LocalSystem, who: str = "") -> Any:  # noqa: ANN401
    """Ask something harmless that the page asks too."""
    asked = client(service, proxy, who)
    if service == "ssm":
        return asked.put_parameter(Name=NAME, Value="kept", Type="String", Overwrite=True)
    if service == "dynamodb":
        table = system.deployment.incident_table_name
        return asked.get_item(TableName=table, Key={"pk": {"S": "x"}, "sk": {"S": "y"}})
    return asked.publish(TopicArn=system.deployment.notification_topic_arn, Message="hello")


@pytest.mark.parametrize("service", PROXIED_SERVICES)
def test_without_a_fault_it_is_as_if_the_proxy_were_not_there(
    service: str, proxy: FaultProxy, system: LocalSystem
) -> None:
    system.notifications()
    answer = ask(service, proxy, system, who="plan_calls")

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    if service == "sns":
        [told] = system.notifications(wait=5)
        assert told.message == "hello"


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
def test_an_error_is_that_services_own(  # noqa: PLR0913, PLR0917 - four of them are the example
    service: str, kind: FaultKind, code: str, status: int, proxy: FaultProxy, system: LocalSystem
) -> None:
    with striking(proxy, Fault(service, kind, times=1)):
        with pytest.raises(ClientError) as refused:
            ask(service, proxy, system)
        after = ask(service, proxy, system)

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
def test_a_connection_that_drops_or_hangs_leaves_it_done_or_not(
    kind: FaultKind, *, done: bool, proxy: FaultProxy, system: LocalSystem
) -> None:
    ssm = system.client("ssm")
    ssm.delete_parameters(Names=[NAME])

    with striking(proxy, Fault("ssm PutParameter", kind)), pytest.raises(HTTPClientError):
        ask("ssm", proxy, system)

    assert bool(ssm.get_parameters(Names=[NAME])["Parameters"]) is done


def test_a_connection_that_hangs_is_held_for_longer_than_the_functions_wait(
    system: LocalSystem,
) -> None:
    held: list[float] = []
    with FaultProxy(Standing(), system.emulator.url, held.append) as proxy:
        proxy.faults = FaultInjector([Fault("ssm", FaultKind.HANG_BEFORE)])
        with pytest.raises(HTTPClientError):
            ask("ssm", proxy, system)

    from adapters import aws_clients  # noqa: PLC0415 - boto3 is imported with it

    assert held == [HANG_SECONDS]
    assert aws_clients.READ_TIMEOUT < HANG_SECONDS


def test_who_asks_is_known_by_the_path(proxy: FaultProxy, system: LocalSystem) -> None:
    with striking(proxy, Fault("dynamodb", FaultKind.THROTTLING, by="plan_calls")):
        ask("dynamodb", proxy, system, who="open_incident")
        with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
            ask("dynamodb", proxy, system, who="plan_calls")
