"""`callout replay` starts a page from an event file, or reports why it did not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.scenarios.emulator_runner import wait_for_end
from local.scenarios.files import EVENTS
from tests.cli.conftest import ANA
from tests.cli.run_cli import callout, callout_in_process

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator.system import LocalSystem

ROOT_SIGN_IN = str(EVENTS / "root-sign-in.json")
PAGE = str(EVENTS / "callout-page.json")
#: An event that no trigger pages for.
NO_DATA = str(EVENTS / "alarm-no-data.json")
#: Seconds to wait; a matching rule starts an execution much sooner.
SOON = "2"


def executions(system: LocalSystem) -> int:
    found = system.client("stepfunctions").list_executions(
        stateMachineArn=system.deployment.state_machine_arn
    )
    return len(found["executions"])


def test_replay_starts_an_execution_and_a_phone_rings(healthy: LocalSystem) -> None:
    result = callout(healthy, "replay", ROOT_SIGN_IN)
    started, route, origin = result.out.strip().splitlines()
    name, execution = started.split(": started ")
    assert route == "  team: default, severity: critical"
    assert origin == "  account: 123456789012, region: us-east-1"
    assert (name, result.code, result.err) == (ROOT_SIGN_IN, 0, "")
    output = json.loads(wait_for_end(healthy, execution)["output"])
    assert output["incident"]["test"] is True
    assert output["outcome"] == "acknowledged"
    assert [call.number for call in healthy.connect.calls] == [ANA]


def test_each_file_reports_its_own_execution(healthy: LocalSystem) -> None:
    result = callout_in_process(healthy, "replay", ROOT_SIGN_IN, PAGE, "--json")
    assert [sent["file"] for sent in result.json] == [ROOT_SIGN_IN, PAGE]
    started = {sent["execution"] for sent in result.json}
    assert len(started) == 2
    for sent in result.json:
        event = json.loads(healthy.describe(sent["execution"])["input"])
        assert sent["event_id"] in (event.get("id"), event.get("event", {}).get("id"))
        wait_for_end(healthy, sent["execution"])


def test_a_team_without_a_roster_is_not_named(healthy: LocalSystem) -> None:
    event = {"source": "shop", "detail-type": "Page", "detail": {"team": "search"}}
    result = callout(healthy, "replay", "-", stdin=json.dumps(event))
    started, route, _ = result.out.strip().splitlines()
    assert route == "  team: the fallback team, severity: high"
    output = json.loads(wait_for_end(healthy, started.split(": started ")[1])["output"])
    assert output["incident"]["team"] == "default"


def test_event_is_read_from_standard_input(healthy: LocalSystem) -> None:
    event = {"source": "shop", "detail-type": "Page", "detail": {"title": "No orders"}}
    result = callout(healthy, "replay", "-", stdin=json.dumps(event))
    assert result.out.startswith("-: started arn:")
    wait_for_end(healthy, result.out.splitlines()[0].rpartition(" ")[2])


def test_unmatched_event_is_reported_with_the_triggers(
    healthy: LocalSystem,
) -> None:
    result = callout_in_process(healthy, "replay", NO_DATA, "--wait", SOON)
    assert f"{NO_DATA}: no rule matched it" in result.out
    assert '  RootSignIn: {"detail-type"' in result.out
    assert "  Page: " in result.out
    assert result.code == 1


def test_one_invalid_file_sends_nothing(healthy: LocalSystem, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"source": "aws.signin"')
    before = executions(healthy)
    result = callout_in_process(healthy, "replay", ROOT_SIGN_IN, str(bad))
    assert executions(healthy) == before
    assert result.error_line.startswith(f"callout: {bad}: not JSON: ")
