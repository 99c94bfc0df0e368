"""Webhooks on the emulator: the request of a sender rings a phone, and a later one ends it."""

from __future__ import annotations

import json
import shlex
import time
from typing import TYPE_CHECKING, Any

import pytest

from callout.webhook.send_request import post
from local.connect.simulated_phones import NoAnswer
from local.phones.sample_alerts import sample_alerts
from local.scenarios.emulator_runner import wait_for_end
from tests.cli.run_cli import callout_in_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.emulator.system import LocalSystem

#: Rings for half a real minute at least, unless the page ends.
ROSTER = """
rounds: 10
ring_seconds: 60
contacts: [{name: Ana, phone: +14155550132}, {name: Bo, phone: +14155550133}]
"""
ALERT = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "severity": "critical"},
    "annotations": {"summary": "The disk of db-1 is full"},
    "startsAt": "2026-11-28T09:00:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "fingerprint": "fac0861a85de433a",
}
FIRING: dict[str, Any] = {"version": "4", "status": "firing", "alerts": [ALERT]}
ENDED = ALERT | {"status": "resolved", "endsAt": "2026-11-28T09:01:00Z"}
RESOLVED = {"version": "4", "status": "resolved", "alerts": [ENDED]}
#: Real seconds; a cold start on a busy machine.
LIMIT = 60


@pytest.fixture
def ready(system: LocalSystem) -> Iterator[LocalSystem]:
    """The system without incidents and tokens; nobody answers."""
    for team in ("default", "payments"):
        system.save_roster(ROSTER, team)
        system.delete_incidents(team)
    system.connect.reset({"+14155550132": NoAnswer(), "+14155550133": NoAnswer()})
    yield system
    names = [f"/callout/webhooks/{name}/token" for name in ("alertmanager", "grafana", "shop")]
    system.client("ssm").delete_parameters(Names=names)
    system.notifications()


def create(system: LocalSystem, name: str) -> dict[str, Any]:
    created: dict[str, Any] = callout_in_process(system, "webhook", "create", name, "--json").json
    return created


def wait_for_ring(system: LocalSystem) -> None:
    """Wait for the first call: the incident is open then, so it can be resolved."""
    deadline = time.monotonic() + LIMIT
    while not system.connect.calls:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_firing_alert_rings_and_a_resolved_one_ends_the_call(ready: LocalSystem) -> None:
    hook = create(ready, "alertmanager")
    before = set(ready.executions())

    answer = post(hook["url"], FIRING, hook["token"])

    assert (answer.status, answer.body) == (202, {"accepted": 1, "resolved": 0, "ignored": 0})
    [page] = ready.new_executions(before, 1, LIMIT)
    wait_for_ring(ready)
    answer = post(hook["url"], RESOLVED, hook["token"])
    assert (answer.status, answer.body) == (202, {"accepted": 0, "resolved": 1, "ignored": 0})
    output = json.loads(wait_for_end(ready, page)["output"])
    incident = output["incident"]
    assert (output["outcome"], incident["title"]) == ("resolved", "The disk of db-1 is full")
    assert incident["severity"] == "critical"
    assert output["calls"]


def test_a_token_is_rotated_without_an_interruption(ready: LocalSystem) -> None:
    first, second = create(ready, "grafana"), create(ready, "grafana")

    assert [first["previous_token_valid"], second["previous_token_valid"]] == [False, True]
    for token in (first["token"], second["token"]):
        assert post(first["url"], {"alerts": []}, token).status == 202
    assert callout_in_process(ready, "webhook", "revoke", "grafana").code == 0
    parameter = ready.client("ssm").get_parameter(
        Name="/callout/webhooks/grafana/token", WithDecryption=True
    )["Parameter"]
    assert (parameter["Type"], parameter["Value"]) == ("SecureString", second["token"])


def test_a_wrong_token_and_an_unknown_name_are_refused(ready: LocalSystem) -> None:
    url = create(ready, "alertmanager")["url"]

    for address in (url, f"{url}x"):
        answer = post(address, FIRING, "wrong")
        assert (answer.status, [*answer.body]) == (401, ["error"])
    assert ready.connect.calls == []


def test_the_phones_show_a_command_that_sends_an_alert(ready: LocalSystem) -> None:
    [command, *_] = [alert.command for alert in sample_alerts(ready).values()]
    _curl, _json, body, _header, header, url = shlex.split(command)
    assert header == "Authorization: Bearer local"

    # After a wrong token, the function reads a new one within seconds.
    deadline = time.monotonic() + LIMIT
    while (answer := post(url, json.loads(body), header.split()[-1])).status == 401:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert (answer.status, answer.body["accepted"]) == (202, 1)


@pytest.mark.parametrize(("name", "is_test"), [("grafana", True), ("shop", False)])
def test_a_test_of_each_format_pages_its_team(
    ready: LocalSystem, name: str, *, is_test: bool
) -> None:
    create(ready, name)

    result = callout_in_process(ready, "webhook", "test", name, "--wait", str(LIMIT), "--json")

    assert (result.code, result.json["status"]) == (0, 202)
    page = json.loads(ready.describe(result.json["execution"])["input"])
    detail = page.get("event", page)["detail"]
    assert detail["title"] == f"Test of the webhook {name}"
    assert detail["team"] == ("payments" if name == "shop" else "default")
    assert (page.get("event", page)["source"] == "callout.replay") is is_test
    ready.client("stepfunctions").stop_execution(executionArn=result.json["execution"])
