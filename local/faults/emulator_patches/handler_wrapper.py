"""Wraps a function's handler: before each invocation it asks the proxy whether to fail.

It also makes the function sleep and measure time in scenario seconds.

The emulator's worker imports the handler's module by name, through importlib, so the wrapper hooks
in there. The module creates its clients during this import, so this is also the moment to point
them at the proxy, under the function's own name.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
import urllib.request
from functools import wraps
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    Handler = Callable[[Any, Any], Any]

FAULTS_URL = "CALLOUT_FAULTS"
#: Real seconds per scenario second; the emulator scales its own waits by it.
TIME_SCALE = "SFN_WAIT_SCALE"
#: As in functions/adapters/warm_up.py.
WARM_UP = {"warm_up": True}
PROXIED_SERVICES = ("SSM", "DYNAMODB", "SNS", "CLOUDWATCH")


def install() -> None:
    """Replace importlib.import_module for the handler's module."""
    original = importlib.import_module

    def import_module(name: str, package: str | None = None) -> ModuleType:
        if not Path(os.environ["LAMBDA_TASK_ROOT"], f"{name}.py").exists():
            return original(name, package)
        for service in PROXIED_SERVICES:
            os.environ[f"AWS_ENDPOINT_URL_{service}"] = f"{os.environ[FAULTS_URL]}/{name}"
        imported: Any = original(name)
        if hasattr(imported, "time"):
            scale = float(os.environ[TIME_SCALE])
            imported.time = SimpleNamespace(**vars(time) | scenario_time(scale))
        imported.handler = wrap_handler(name, imported.handler)
        module: ModuleType = imported
        return module

    importlib.import_module = import_module


def scenario_time(scale: float) -> dict[str, Callable[..., float | None]]:
    """Return replacements for functions of `time`.

    Args:
        scale: real seconds per scenario second.
    """
    return {
        "sleep": lambda seconds: time.sleep(seconds * scale),
        "monotonic": lambda: time.monotonic() / scale,
    }


def wrap_handler(name: str, handler: Handler) -> Handler:
    """Return a handler that fails as the faults of the run require."""

    @wraps(handler)
    def wrapped(event: object, context: object) -> object:
        if event == WARM_UP:  # faults are for the page
            return handler(event, context)
        behavior = request_behavior(name, event)
        if behavior and not behavior["after"]:
            fail(behavior)
        result = handler(event, context)
        if behavior:
            fail(behavior)
        return result

    return wrapped


def request_behavior(name: str, event: object) -> dict[str, Any]:
    """Ask the proxy how this invocation is to fail; {} if no fault matches it."""
    limit = float(os.environ.get("_LAMBDA_TIMEOUT", "3"))
    body = json.dumps({"function": name, "event": event, "limit": limit}).encode()
    url = f"{os.environ[FAULTS_URL]}/_invocations"
    request = urllib.request.Request(url, data=body)  # noqa: S310 - http, ours
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as response:
        behavior: dict[str, Any] = json.load(response)
    return behavior


def fail(behavior: dict[str, Any]) -> None:
    """End the invocation as the fault requires.

    Raises:
        RuntimeError: the failure mode is "raise".
    """
    time.sleep(behavior["pause"])
    if behavior["mode"] == "raise":
        raise RuntimeError(f"simulated: {behavior['kind']}")
    sys.stderr.flush()  # what the handler logged was sent before the process ended
    if behavior["mode"] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(1)
