"""Whoever takes or closes an incident by the command ends the calls about it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from local.connect.simulated_phones import NoAnswer
from local.scenarios.emulator_runner import wait_for_end
from oncall.calls.call import HANDLED
from oncall.incident_record import ACKNOWLEDGED, RESOLVED
from tests.cli.conftest import ANA
from tests.cli.run_cli import callout_here

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

#: Calls of a page that nobody takes: more than are made while the command is at work.
ROUNDS = 10
#: Real seconds after which a phone that does not ring never will.
SOON = 30


@pytest.mark.parametrize(("verb", "outcome"), [("ack", ACKNOWLEDGED), ("resolve", RESOLVED)])
def test_a_phone_rings_no_more_about_what_somebody_handled_by_the_command(
    healthy: LocalSystem, verb: str, outcome: str
) -> None:
    healthy.connect.reset({ANA: NoAnswer()})
    healthy.save_roster(f"contacts: [{{name: Ana, phone: {ANA}}}]\nrounds: {ROUNDS}", "payments")
    page = ("page", "payments", "--title", f"To {verb}", "--real", "--json")
    [started] = callout_here(healthy, *page).json
    deadline = time.monotonic() + SOON
    while not healthy.connect.calls and time.monotonic() < deadline:
        time.sleep(0.05)

    done = callout_here(healthy, verb, started["event_id"], "--team", "payments", "--by", "Bo")

    assert (done.code, done.err) == (0, "")
    output = json.loads(wait_for_end(healthy, started["execution"])["output"])
    assert output["outcome"] == outcome
    assert len(output["calls"]) < ROUNDS
    known = callout_here(healthy, "incident", started["event_id"], "--json").json
    assert isinstance(known, dict)
    assert (known["state"], known["closed_by"]) == (outcome, "Bo")
    assert [one["outcome"] for one in known["calls"]] == [one["outcome"] for one in output["calls"]]
    assert known["calls"][-1]["outcome"] == HANDLED
    listed = callout_here(healthy, "incidents", "--open", "--team", "payments", "--json").json
    assert started["event_id"] not in [one["id"] for one in listed]
