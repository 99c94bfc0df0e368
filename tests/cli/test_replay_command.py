"""`callout replay` starts a page from an event file, or says why it did not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from local.scenarios.emulator_runner import wait_for_end
from local.scenarios.files import EVENTS
from tests.cli.conftest import ANA
from tests.cli.run_cli import callout, callout_here

if TYPE_CHECKING:
    from pathlib import Path

    from local.emulator.system import LocalSystem

ROOT_SIGN_IN = str(EVENTS / "root-sign-in.json")
PAGE = str(EVENTS / "callout-page.json")
#: An event that pages nobody, whatever is switched on.
NO_DATA = str(EVENTS / "alarm-no-data.json")
#: Seconds in which a rule that matches has started an execution many times over.
SOON = "2"


def executions(system: LocalSystem) -> int:
    found = system.client("stepfunctions").list_executions(
        stateMachineArn=system.deployment.state_machine_arn
    )
    return len(found["executions"])


def test_a_replay_starts_an_execution_and_a_phone_rings(healthy: LocalSystem) -> None:
    done = callout(healthy, "replay", ROOT_SIGN_IN)
    name, execution = done.out.strip().split(": started ")
    assert (name, done.code, done.err) == (ROOT_SIGN_IN, 0, "")
    output = json.loads(wait_for_end(healthy, execution)["output"])
    assert output["incident"]["test"] is True
    assert output["outcome"] == "acknowledged"
    assert [call.number for call in healthy.connect.calls] == [ANA]


def test_each_file_is_told_its_own_execution(healthy: LocalSystem) -> None:
    done = callout_here(healthy, "replay", ROOT_SIGN_IN, PAGE, "--json")
    assert [one["file"] for one in done.json] == [ROOT_SIGN_IN, PAGE]
    started = {one["execution"] for one in done.json}
    assert len(started) == 2
    for one in done.json:
        given = json.loads(healthy.describe(one["execution"])["input"])
        assert one["event_id"] in (given.get("id"), given.get("event", {}).get("id"))
        wait_for_end(healthy, one["execution"])


def test_an_event_is_taken_from_the_standard_input(healthy: LocalSystem) -> None:
    event = {"source": "shop", "detail-type": "Page", "detail": {"title": "No orders"}}
    done = callout(healthy, "replay", "-", given=json.dumps(event))
    assert done.out.startswith("-: started arn:")
    wait_for_end(healthy, done.out.strip().rpartition(" ")[2])


def test_an_event_that_no_rule_matches_is_told_with_the_triggers_there_are(
    healthy: LocalSystem,
) -> None:
    done = callout_here(healthy, "replay", NO_DATA, "--wait", SOON)
    assert f"{NO_DATA}: no rule matched it" in done.out
    assert '  RootSignIn: {"detail-type"' in done.out
    assert "  Page: " in done.out
    assert done.code == 1


def test_one_bad_file_and_nothing_is_sent(healthy: LocalSystem, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text('{"source": "aws.signin"')
    before = executions(healthy)
    done = callout_here(healthy, "replay", ROOT_SIGN_IN, str(bad))
    assert executions(healthy) == before
    assert done.refusal.startswith(f"callout: {bad}: not JSON: ")


def test_without_the_stack_nothing_is_sent(healthy: LocalSystem) -> None:
    done = callout_here(healthy, "replay", ROOT_SIGN_IN, "--stack", "Pager")
    assert done.err == (
        "callout: there is no Callout stack Pager in us-east-1: deploy it (cdk deploy"
        " Pager), or use another --stack or --region\n"
    )
    assert done.code == 2
