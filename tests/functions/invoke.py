"""Invoke a handler as Lambda does: imported in its own environment, JSON in and out."""

from __future__ import annotations

import importlib
import json
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from local.environment import local_environment
from oncall.calls.announcement import Announcement, CallGroup, build_announcement
from oncall.calls.call import PagePlan, Progress, Telephony
from oncall.calls.planner import plan_page
from oncall.roster.parsing.parser import parse
from tests.unit import sample_events

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

#: Mutated requests for each function that anyone may invoke; `make chaos-requests` sends 20,000.
MUTATED_REQUESTS = int(os.environ.get("MUTATED_REQUESTS", "100"))
EXECUTION = "arn:aws:states:us-east-1:123456789012:execution:Callout:4711"
LI_WEI, ANA = "+8613800138000", "+14155550132"
#: The environment of the functions that decide which team is called, and whether a page waits.
HOLDS = {
    "ROSTER_PREFIX": "/callout/rosters/",
    "HOLD_SUPPRESSED": "1",
    "TEAMS": "default,web",
    "FALLBACK_TEAM": "default",
}
INCIDENT = sample_events.incident("root-sign-in")


@contextmanager
def imported(name: str, endpoint_url: str, environment: Mapping[str, str]) -> Iterator[ModuleType]:
    """Import a handler's module anew, so that its clients are made in this environment."""
    with pytest.MonkeyPatch.context() as patch:
        for key in [key for key in local_environment("") if key.startswith("AWS_")]:
            patch.delenv(key, raising=False)
        for key, value in (local_environment(endpoint_url) | dict(environment)).items():
            patch.setenv(key, value)
        patch.setattr(boto3, "DEFAULT_SESSION", None)
        patch.delitem(sys.modules, name, raising=False)
        yield importlib.import_module(name)
        del sys.modules[name]


def invoke(module: ModuleType, event: Mapping[str, Any]) -> dict[str, Any]:
    """Invoke the handler and return its result, both through JSON."""
    result = module.handler(json.loads(json.dumps(event)), None)
    decoded: dict[str, Any] = json.loads(json.dumps(result))
    return decoded


def plan(*, ring_seconds: int = 30) -> PagePlan:
    """Plan a page to two people, in two languages."""
    roster = parse(
        f"ring_seconds: {ring_seconds}\n"
        "contacts:\n"
        f"  - {{name: Li Wei, phone: {LI_WEI}, language: zh-CN}}\n"
        f"  - {{name: Ana, phone: {ANA}}}\n"
    )
    at = datetime(2026, 1, 5, 3, 12, tzinfo=UTC)
    return plan_page(INCIDENT, roster, at, telephony=Telephony(60))


def announcement() -> Announcement:
    """Return the announcement of `plan`."""
    group = CallGroup((INCIDENT,))
    return build_announcement(group, plan(), execution=EXECUTION, telephony=Telephony(60))


def placing(index: int = 0, *, execution: str = EXECUTION) -> dict[str, Any]:
    """Return the input of place_call for the call at an index of the plan."""
    page = plan()
    return {
        "call": page.calls[index].to_state(),
        "number": page.numbers[index],
        "messages": announcement().messages,
        "language": page.language,
        "progress": Progress(next=index).to_state(),
        "incident_id": INCIDENT.id,
        "execution": execution,
    }


def log_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the logged lines of the incident; none has a full number."""
    text = capsys.readouterr().out
    for number in (LI_WEI, ANA):
        assert number[3:] not in text
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        assert line["incident_id"] == INCIDENT.id
        assert line["level"] in ("INFO", "WARNING", "ERROR")
        assert line["message"]
    return lines
