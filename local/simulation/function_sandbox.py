"""Where one function lives: its own modules, environment, log and clock."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3

from local import FUNCTIONS
from local.environment import local_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from local.simulation.template_resources import FunctionSettings
    from local.simulation.virtual_clock import StoryTime


class Sandbox:
    """A function's modules, imported anew, so that its clients are made in its environment.

    What is imported from `oncall` is shared: it has neither state nor surroundings.

    Args:
        settings: the function's.
        aws: the environment in which AWS is found.
        time: what it sleeps in.
        today: the date and time of the scenario, in UTC.
        write: takes each line of its log.

    Attributes:
        environment: what its handler finds in `os.environ`.
    """

    def __init__(
        self,
        settings: FunctionSettings,
        aws: Mapping[str, str],
        time: StoryTime,
        today: Callable[[], datetime],
        write: Callable[[str], object],
    ) -> None:
        environment = {**aws, **settings.environment, "AWS_LAMBDA_FUNCTION_NAME": settings.name}
        self.environment = environment
        surroundings = {
            "os": SimpleNamespace(**vars(os) | {"environ": environment}),
            "sys": SimpleNamespace(**vars(sys) | {"stdout": SimpleNamespace(write=write)}),
            "time": SimpleNamespace(
                time=lambda: today().timestamp(), monotonic=time.now, sleep=time.sleep
            ),
            "datetime": _dated(today),
        }
        with _environment(environment), _modules_apart() as ours:
            self._handler = importlib.import_module(settings.name).handler
            for module in ours():
                for name, stand_in in surroundings.items():
                    if hasattr(module, name):
                        setattr(module, name, stand_in)

    def handle(self, given: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Call the handler, which raises what it raises."""
        return self._handler(given, None)


def aws_environment(services_url: str, connect_url: str) -> dict[str, str]:
    """Give the variables by which a function finds AWS, and nothing beyond this machine."""
    found = local_environment(services_url) | {"AWS_ENDPOINT_URL_CONNECT": connect_url}
    return {name: one for name, one in found.items() if name.startswith("AWS_")}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Have this process's environment say this, and boto3 begin with it."""
    before, session = dict(os.environ), boto3.DEFAULT_SESSION
    for name in [name for name in before if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(values)
    boto3.DEFAULT_SESSION = None
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        boto3.DEFAULT_SESSION = session


@contextmanager
def _modules_apart() -> Iterator[Callable[[], list[ModuleType]]]:
    """Import the handlers and adapters anew, and leave no trace of it.

    Gives a way to the modules that were imported.
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


def _dated(today: Callable[[], datetime]) -> type[datetime]:
    class StoryDatetime(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> StoryDatetime:
            return cls.fromtimestamp(today().timestamp(), tz or UTC)

    return StoryDatetime
