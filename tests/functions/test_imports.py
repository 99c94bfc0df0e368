"""Test imports: the dial path imports only what it needs, so that it starts fast."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT, local_environment

if TYPE_CHECKING:
    from pathlib import Path

#: botocore and what it needs itself (its distribution's dependencies), by import name.
RUNTIME_PACKAGES = {
    "botocore",
    "certifi",  # botocore uses it if it is installed, as moto requires it here
    "dateutil",
    "jmespath",
    "six",
    "urllib3",
}
OURS = {path.stem for path in (ROOT / "functions").iterdir()}
LOAD = """
import json, sys
sys.path.insert(0, sys.argv[1])
before = set(sys.modules)
__import__(sys.argv[2])
loaded = {name: sys.modules[name].__name__ for name in set(sys.modules) - before}
print(json.dumps(sorted(name for name, own in loaded.items() if name == own)))
"""


@cache
def imported_by(handler: str) -> set[str]:
    """Return the modules that a handler imports, without the standard library."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, ROOT / "functions", handler],
        env=local_environment("http://127.0.0.1:9"),
        capture_output=True,
        text=True,
        check=True,
    )
    return {
        name
        for name in json.loads(done.stdout)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not name.startswith("_sysconfigdata")
    }


@pytest.mark.parametrize(
    "handler",
    [
        "open_incident",
        "acquire_team_lock",
        "collect_open_incidents",
        "place_call",
        "check_call",
        "finish_page",
        "send_reminder",
    ],
)
def test_dial_path_imports_only_botocore_and_our_own_code(handler: str) -> None:
    packages = {name.partition(".")[0] for name in imported_by(handler)}

    assert packages - OURS <= RUNTIME_PACKAGES


@pytest.mark.parametrize("handler", ["place_call", "check_call"])
def test_dial_path_does_not_import_the_roster(handler: str) -> None:
    loaded = imported_by(handler)

    assert not [name for name in loaded if name.startswith("oncall.roster")]
    assert not loaded & {
        "oncall.calls.planner",
        "oncall.messages.voice_message",
        "oncall.messages.speakable",
    }


def test_every_handler_can_be_imported_from_the_root_of_the_asset() -> None:
    handlers = [path for path in (ROOT / "functions").glob("*.py") if defines_handler(path)]

    assert {path.stem for path in handlers} >= {"open_incident", "plan_calls"}
    for path in handlers:
        assert path.stem in imported_by(path.stem)


def defines_handler(path: Path) -> bool:
    """Return whether a module is a Lambda handler."""
    return "\ndef handler(" in path.read_text()


@pytest.mark.parametrize("handler", ["place_call", "check_call"])
def test_dial_path_does_not_import_time_zones(handler: str) -> None:
    assert not {
        name for name in imported_by(handler) if name.startswith("oncall.messages.local_time")
    }
