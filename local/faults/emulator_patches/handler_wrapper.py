"""Wraps a function's handler: before each invocation it asks what is to become of it.

And has the function sleep, and time what it does, in seconds of the story.

The emulator's worker imports the handler's module by its name, through importlib; that is
where the wrapping is done. The clients are made then too, so this is the moment to point them
at the proxy, under the function's own name.
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
#: Real seconds per second of a story; the emulator has its own waits by it.
TIME_SCALE = "SFN_WAIT_SCALE"
PROXIED_SERVICES = ("SSM", "DYNAMODB", "SNS")


def install() -> None:
    """Take the place of importlib.import_module, for the handler's module."""
    import_module = importlib.import_module

    def imported(name: str, package: str | None = None) -> ModuleType:
        if not Path(os.environ["LAMBDA_TASK_ROOT"], f"{name}.py").exists():
            return import_module(name, package)
        for service in PROXIED_SERVICES:
            os.environ[f"AWS_ENDPOINT_URL_{service}"] = f"{os.environ[FAULTS_URL]}/{name}"
        module: Any = import_module(name)
        if hasattr(module, "time"):
            module.time = SimpleNamespace(
                **vars(time) | scenario_time(float(os.environ[TIME_SCALE]))
            )
        module.handler = at_risk(name, module.handler)
        found: ModuleType = module
        return found

    importlib.import_module = imported


def scenario_time(scale: float) -> dict[str, Callable[..., float | None]]:
    """Give what takes the place of functions of `time`.

    Args:
        scale: real seconds per second of the story.
    """
    return {
        "sleep": lambda seconds: time.sleep(seconds * scale),
        "monotonic": lambda: time.monotonic() / scale,
    }


def at_risk(name: str, handler: Handler) -> Handler:
    """Wrap a handler.

    Args:
        name: of its module.
        handler: as it is in the asset.
    """

    @wraps(handler)
    def struck(event: object, context: object) -> object:
        behavior = ask(name, event)
        if behavior and not behavior["after"]:
            end(behavior)
        result = handler(event, context)
        if behavior:
            end(behavior)
        return result

    return struck


def ask(name: str, event: object) -> dict[str, Any]:
    """Ask what is to become of this invocation; nothing where no fault strikes it."""
    limit = float(os.environ.get("_LAMBDA_TIMEOUT", "3"))
    body = json.dumps({"function": name, "event": event, "limit": limit}).encode()
    url = f"{os.environ[FAULTS_URL]}/_invocations"
    request = urllib.request.Request(url, data=body)  # noqa: S310 - http, ours
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request) as answer:
        behavior: dict[str, Any] = json.load(answer)
    return behavior


def end(behavior: dict[str, Any]) -> None:
    """End as the fault has it.

    Raises:
        RuntimeError: it is to end so.
    """
    time.sleep(behavior["pause"])
    if behavior["mode"] == "raise":
        raise RuntimeError(f"simulated: {behavior['kind']}")
    sys.stderr.flush()  # what the handler has logged was sent before it died
    if behavior["mode"] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(1)
