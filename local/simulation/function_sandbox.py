"""Isolates each function: its own modules, environment, log and clock."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import boto3
from botocore.retries import quota

from local import FUNCTIONS
from local.environment import local_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from local.simulation.template_resources import FunctionSettings
    from local.simulation.virtual_clock import VirtualClock


class Sandbox:
    """A function's modules, imported separately, so that its clients use its own environment.

    Modules of `oncall` are shared: they have no state and read no environment.

    Attributes:
        environment: the handler's `os.environ`.
    """

    def __init__(
        self,
        settings: FunctionSettings,
        aws: Mapping[str, str],
        time: VirtualClock,
        utc_now: Callable[[], datetime],
        write: Callable[[str], object],
    ) -> None:
        environment = {**aws, **settings.environment, "AWS_LAMBDA_FUNCTION_NAME": settings.name}
        environment.pop("PLACE_CALL_FUNCTION", None)  # nothing starts cold here
        self.environment = environment
        replacements = {
            "os": SimpleNamespace(**vars(os) | {"environ": environment}),
            "sys": SimpleNamespace(**vars(sys) | {"stdout": SimpleNamespace(write=write)}),
            "time": SimpleNamespace(
                time=lambda: utc_now().timestamp(), monotonic=time.now, sleep=time.sleep
            ),
            "datetime": _virtual_datetime(utc_now),
        }
        with _environment(environment), _separate_modules() as loaded:
            self._handler = importlib.import_module(settings.name).handler
            for module in loaded():
                for name, replacement in replacements.items():
                    if hasattr(module, name):
                        setattr(module, name, replacement)

    def handle(self, given: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Call the handler."""
        return self._handler(given, None)


class RetryQuotas:
    """The SDK's retry quotas: failed requests use up a client's quota, successful ones restore it.

    A quota lives as long as its client, so without a refill one run would affect the next.
    """

    def __init__(self) -> None:
        self._quotas: list[quota.RetryQuota] = []

    @contextmanager
    def track_new_clients(self) -> Iterator[None]:
        """Collect the quota of every client that is created inside the context."""
        quotas = self._quotas

        class TrackedQuota(quota.RetryQuota):
            def __init__(self) -> None:
                super().__init__()
                quotas.append(self)

        with patch.object(quota, "RetryQuota", TrackedQuota):
            yield

    def refill(self) -> None:
        """Make all quotas full, as they are when a client is new."""
        for each in self._quotas:
            each.release(quota.RetryQuota.INITIAL_CAPACITY)


def aws_environment(services_url: str, connect_url: str) -> dict[str, str]:
    """Return the variables that lead a function to the local endpoints."""
    variables = local_environment(services_url) | {"AWS_ENDPOINT_URL_CONNECT": connect_url}
    return {name: value for name, value in variables.items() if name.startswith("AWS_")}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set this process's environment, with a new default session of boto3."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with (
        patch.dict(os.environ, {**kept, **values}, clear=True),
        patch.object(boto3, "DEFAULT_SESSION", None),
    ):
        yield


@contextmanager
def _separate_modules() -> Iterator[Callable[[], list[ModuleType]]]:
    """Import handlers and adapters again inside the context, and restore `sys.modules`.

    Yields a function that returns the modules imported so far.
    """
    handlers = {path.stem for path in Path(FUNCTIONS).glob("*.py")}

    def loaded() -> list[str]:
        return [name for name in sys.modules if name.split(".")[0] in {*handlers, "adapters"}]

    before = {name: sys.modules.pop(name) for name in loaded()}
    try:
        yield lambda: [sys.modules[name] for name in loaded()]
    finally:
        for name in loaded():
            del sys.modules[name]
        sys.modules.update(before)


def _virtual_datetime(utc_now: Callable[[], datetime]) -> type[datetime]:
    class VirtualDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> VirtualDatetime:
            return cls.fromtimestamp(utc_now().timestamp(), tz or UTC)

    return VirtualDatetime
