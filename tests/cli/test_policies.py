"""The policies in docs/policies allow what the commands request, and nothing else."""

from __future__ import annotations

import json
from contextlib import contextmanager
from threading import current_thread, main_thread
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from botocore.client import BaseClient

from local.environment import ROOT
from local.scenarios.emulator_runner import wait_for_end
from tests.cli.run_cli import callout_in_process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from local.emulator.system import LocalSystem
    from tests.cli.incident_table_stack import IncidentStack

POLICIES = ROOT / "docs/policies"
#: IAM's prefix of services whose boto3 name differs from it.
PREFIXES = {"stepfunctions": "states", "service-quotas": "servicequotas"}
#: Needs no permission (IAM user guide, "GetCallerIdentity").
FREE = {"sts:GetCallerIdentity"}
#: What the local system does not need: an SMS sandbox, a directory (as the functions, workflow/
#: escalation.py), the end of a call by Ctrl-C, an incident that is read by its whole ID, and the
#: key of a call whose DescribeContact does not have it yet.
UNTRIED = {
    "sns:GetSMSAttributes",
    "sns:ListSMSSandboxPhoneNumbers",
    "ds:DescribeDirectories",
    "connect:GetContactAttributes",
    "connect:StopContact",
    "dynamodb:GetItem",
}

COMMANDS: dict[str, Callable[[str], list[list[str]]]] = {
    "read-only": lambda _file: [
        ["incidents"],
        ["report"],
        ["roster", "show", "default"],
        ["roster", "history", "default"],
        ["roster", "who", "default"],
        ["roster", "calendar", "default"],
        ["mutes"],
        ["doctor"],
    ],
    "page": lambda _file: [
        ["page", "--title", "A test of the policies"],
        ["replay", str(ROOT / "tests/fixtures/events/root-sign-in.json")],
        ["call", "Ana"],
    ],
    "webhooks": lambda _file: [
        ["webhook", "create", "grafana"],
        ["webhook", "create", "grafana"],
        ["webhook", "revoke", "grafana"],
        ["webhook", "test", "grafana", "--wait", "60"],
    ],
    "callback": lambda _file: [["callback", "connect", "--replace"]],
    "edit-roster": lambda file: [
        ["roster", "push", "default", file, "--yes"],
        ["mute", "prod-*", "--for", "1h", "--reason", "a test", "--yes"],
        ["unmute", "prod-*"],
        ["roster", "rollback", "default", "1"],
    ],
}


def allowed(name: str) -> set[str]:
    policy = json.loads((POLICIES / f"{name}.json").read_text())
    assert policy["Version"] == "2012-10-17"
    return {action for statement in policy["Statement"] for action in statement["Action"]}


@contextmanager
def recorded() -> Iterator[set[str]]:
    """Collect the actions that this thread requests."""
    requested: set[str] = set()
    # botocore has no public hook that sees every request.
    send: Any = vars(BaseClient)["_make_api_call"]

    def record(client: Any, operation: str, parameters: Any) -> Any:  # noqa: ANN401 - botocore's
        if current_thread() is main_thread():  # others are the local system's own requests
            service = client.meta.service_model.service_name
            requested.add(f"{PREFIXES.get(service, service)}:{operation}")
        return send(client, operation, parameters)

    with patch.object(BaseClient, "_make_api_call", record):
        yield requested


def check(name: str, requested: set[str]) -> None:
    assert requested - FREE <= allowed(name)
    assert allowed(name) - requested <= UNTRIED


@pytest.mark.parametrize("name", COMMANDS)
def test_a_policy_allows_what_its_commands_request_and_nothing_else(
    name: str, healthy: LocalSystem, tmp_path: Path
) -> None:
    roster = tmp_path / "roster.yaml"
    roster.write_text("contacts: [{name: Ana, phone: +14155550132}]\nrounds: 3\n")
    with recorded() as requested:
        for command in COMMANDS[name](str(roster)):
            if name == "callback":
                healthy.connect.config.number_flows.clear()
            result = callout_in_process(healthy, *command)
            assert result.code in (0, 1), (command, result.err)

    check(name, requested)
    # The pages must not call during the next tests.
    running = healthy.client("stepfunctions").list_executions(
        stateMachineArn=healthy.deployment.state_machine_arn, statusFilter="RUNNING"
    )
    for execution in running["executions"]:
        wait_for_end(healthy, execution["executionArn"])


def test_acknowledging_needs_only_its_policy(stack: IncidentStack) -> None:
    record = stack.open_incident("5f2c7a10-burns")
    with recorded() as requested:
        assert stack.callout("ack", record.incident.id[:4]).code == 0
        assert stack.callout("resolve", record.incident.id).code == 0

    check("acknowledge", requested)


def test_every_action_is_named() -> None:
    for file in POLICIES.glob("*.json"):
        for statement in json.loads(file.read_text())["Statement"]:
            assert not any("*" in action for action in statement["Action"])
