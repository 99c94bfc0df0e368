"""`callout ack` and `callout resolve` end the calls about an incident."""

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
from tests.cli.run_cli import callout_in_process

if TYPE_CHECKING:
    from local.emulator.system import LocalSystem

#: Rounds of an unanswered page: more than there is time for before the command ends it.
ROUNDS = 10
#: Real seconds to wait for the first call.
SOON = 30


@pytest.mark.parametrize(("verb", "outcome"), [("ack", ACKNOWLEDGED), ("resolve", RESOLVED)])
def test_ack_and_resolve_end_the_calls_of_the_page(
    healthy: LocalSystem, verb: str, outcome: str
) -> None:
    healthy.connect.reset({ANA: NoAnswer()})
    healthy.save_roster(f"contacts: [{{name: Ana, phone: {ANA}}}]\nrounds: {ROUNDS}", "payments")
    page = ("page", "payments", "--title", f"To {verb}", "--real", "--json")
    [started] = callout_in_process(healthy, *page).json
    deadline = time.monotonic() + SOON
    while not healthy.connect.calls and time.monotonic() < deadline:
        time.sleep(0.05)

    result = callout_in_process(
        healthy, verb, started["event_id"], "--team", "payments", "--by", "Bo"
    )

    assert (result.code, result.err) == (0, "")
    output = json.loads(wait_for_end(healthy, started["execution"])["output"])
    assert output["outcome"] == outcome
    assert len(output["calls"]) < ROUNDS
    known = callout_in_process(healthy, "incident", started["event_id"], "--json").json
    assert (known["state"], known["closed_by"]) == (outcome, "Bo")
    assert [call["outcome"] for call in known["calls"]] == [
        call["outcome"] for call in output["calls"]
    ]
    assert known["calls"][-1]["outcome"] == HANDLED
    listed = callout_in_process(healthy, "incidents", "--open", "--team", "payments", "--json").json
    assert started["event_id"] not in [incident["id"] for incident in listed]
