"""`callout page` pages a team; `callout call` calls one person and reports the result."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from callout.aws_session import AwsSession
from callout.commands.call import describe_call, read_call_config
from callout.commands.page_and_replay import page_entry, require_roster
from callout.errors import CommandError
from local.connect.clock import ScenarioClock
from local.connect.failing_numbers import NotAllowed
from local.connect.simulated_phones import Busy, NoAnswer, Press
from local.environment import ROOT, local_environment
from local.faults.fault import Fault
from local.faults.fault_types import FaultKind
from local.faults.proxy import FaultProxy
from local.scenarios.emulator_runner import wait_for_end
from oncall.calls.call import Call
from oncall.incident import SEVERITIES
from tests.cli.conftest import ANA
from tests.cli.run_cli import callout, callout_in_process

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.simulated_phones import Phone
    from local.emulator.system import LocalSystem

LI = "+8613800138000"
TEAM = f"contacts: [{{name: Ana, phone: {ANA}}}, {{name: Li Wei, phone: {LI}, language: zh-CN}}]"


def detail(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - the options of page_entry
    read: dict[str, Any] = json.loads(page_entry("default", "No orders", **options)["Detail"])
    return read


def test_page_starts_an_execution_with_a_test_title(healthy: LocalSystem) -> None:
    result = callout(healthy, "page", "payments", "--title", "No orders", "--severity", "low")
    execution = result.out.strip().removeprefix("page to payments: started ")
    assert (result.code, result.err) == (0, "")
    output = json.loads(wait_for_end(healthy, execution)["output"])
    incident = output["incident"]
    assert incident["title"] == "Test: No orders"
    assert (incident["team"], incident["severity"]) == ("payments", "low")
    assert output["outcome"] == "acknowledged"


def test_mistyped_team_is_rejected_with_a_suggestion(healthy: LocalSystem) -> None:
    listed = healthy.client("stepfunctions").list_executions
    before = listed(stateMachineArn=healthy.deployment.state_machine_arn)["executions"]

    result = callout_in_process(healthy, "page", "paymnts", "--title", "No orders", "--real")

    assert result.err == (
        "callout: nobody was paged: there is no roster /callout/rosters/paymnts:"
        " did you mean payments? (use --anyway to send it)\n"
    )
    assert (result.code, result.out) == (2, "")
    assert listed(stateMachineArn=healthy.deployment.state_machine_arn)["executions"] == before


def test_anyway_pages_the_fallback_team_for_a_team_without_a_roster(healthy: LocalSystem) -> None:
    result = callout_in_process(healthy, "page", "paymnts", "--title", "No orders", "--anyway")
    execution = result.out.strip().removeprefix("page to paymnts: started ")
    assert (result.code, result.err) == (0, "")
    incident = json.loads(wait_for_end(healthy, execution)["output"])["incident"]
    assert (incident["team"], incident["requested_team"]) == ("default", "paymnts")


def test_denied_roster_check_does_not_stop_a_page(
    healthy: LocalSystem, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in local_environment(healthy.emulator.url).items():
        monkeypatch.setenv(name, value)
    with FaultProxy(ScenarioClock(1.0), healthy.emulator.url) as ssm:
        ssm.refuse = lambda _operation, _given: (400, "AccessDeniedException")
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", ssm.url)
        require_roster(AwsSession(endpoint_url=None, region=None, profile=None), "paymnts")

    [warning] = capsys.readouterr().err.splitlines()
    assert "AccessDeniedException" in warning
    assert warning.endswith("paging it anyway")


def test_real_page_has_only_team_and_title() -> None:
    assert detail(real=True) == {"team": "default", "title": "No orders"}


def test_resolve_closes_the_incident_with_the_title_and_calls_nobody(healthy: LocalSystem) -> None:
    page = callout(healthy, "page", "payments", "--title", "No orders", "--real")
    wait_for_end(healthy, page.out.strip().removeprefix("page to payments: started "))
    calls = len(healthy.connect.calls)

    result = callout(healthy, "page", "payments", "--resolve", "No orders")

    line, _, execution = result.out.strip().partition(": started ")
    assert (result.code, result.err) == (0, "")
    assert line == "resolving 'No orders' of team payments, if it is open"
    output = json.loads(wait_for_end(healthy, execution)["output"])
    assert (output["outcome"], output["calls"]) == ("resolved", [])
    assert output["incident"]["dedup_key"] == "page:payments:No orders"
    assert len(healthy.connect.calls) == calls


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--resolve", " "], "--resolve is empty"),
        (["--resolve", "db", "--title", "x"], "--resolve calls nobody: leave out --title"),
        (["no team", "--resolve", "db"], "not a valid team name"),
        ([], "--title is empty"),
    ],
)
def test_invalid_options_are_rejected_in_one_line(
    healthy: LocalSystem, options: list[str], error: str
) -> None:
    result = callout_in_process(healthy, "page", *options)

    assert (result.code, result.out, len(result.err.splitlines())) == (2, "", 1)
    assert error in result.err


def test_every_test_page_has_its_own_dedup_key() -> None:
    assert detail()["title"] == "Test: No orders"
    assert detail()["dedup_key"] != detail()["dedup_key"]


@pytest.mark.parametrize(
    ("team", "title", "severity", "error"),
    [
        ("no team", "x", "", "not a valid team name"),
        ("default", " ", "", "--title is empty"),
        ("default", "x", "awful", ", ".join(SEVERITIES)),
    ],
)
def test_invalid_page_is_rejected(team: str, title: str, severity: str, error: str) -> None:
    with pytest.raises(CommandError, match=re.escape(error)):
        page_entry(team, title, severity=severity)


def test_call_announces_a_test_and_succeeds_when_1_is_pressed(healthy: LocalSystem) -> None:
    healthy.connect.reset({LI: Press("1")})
    healthy.save_roster(TEAM)

    result = callout(healthy, "call", "Li Wei")

    assert result.out.splitlines()[0] == "Li Wei +86*********00 is ringing"
    assert result.out.splitlines()[-1] == "Li Wei +86*********00 pressed 1"
    assert (result.code, result.err) == (0, "")
    [call] = healthy.connect.calls
    assert call.number == LI
    [started] = [
        request
        for request in healthy.connect.requests
        if request.operation == "StartOutboundVoiceContact"
    ]
    assert "测试" in started.params["Attributes"]["message"]
    assert started.params["Attributes"]["language"] == "cmn-CN"


def test_call_succeeds_even_if_connect_never_finds_the_contact(
    healthy: LocalSystem,
) -> None:
    healthy.connect.reset({LI: Press("1")})
    healthy.save_roster(TEAM)
    healthy.connect.faults.append(Fault("connect DescribeContact", FaultKind.NOT_FOUND_YET))
    result = callout(healthy, "call", "Li Wei")
    assert (result.code, result.out.splitlines()[-1]) == (0, "Li Wei +86*********00 pressed 1")


@pytest.mark.parametrize(
    ("phone", "error"),
    [
        (Press("2"), "pressed 2 (declined)"),
        (Busy(), "was busy"),
    ],
)
def test_call_fails_unless_1_is_pressed(healthy: LocalSystem, phone: Phone, error: str) -> None:
    healthy.connect.reset({ANA: phone})
    result = callout_in_process(healthy, "call", "Ana")
    assert error in result.out.splitlines()[-1]
    assert (result.code, result.err) == (1, "")


@contextmanager
def calling(system: LocalSystem) -> Iterator[subprocess.Popen[str]]:
    """Call Ana from a separate process in real time, so that she still rings when it ends."""
    environment = local_environment(system.emulator.url)
    environment["AWS_ENDPOINT_URL_CONNECT"] = system.connect.url
    before, system.connect.time_scale = system.connect.time_scale, 1.0
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "callout", "call", "Ana"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            yield process
    finally:
        system.connect.reset({})
        system.connect.time_scale = before


def test_interrupt_hangs_up(healthy: LocalSystem) -> None:
    healthy.connect.reset({ANA: NoAnswer()})
    with calling(healthy) as process:
        assert process.stdout
        assert process.stdout.readline().endswith(" is ringing\n")
        process.send_signal(signal.SIGINT)
        process.wait()
        last = healthy.connect.requests[-1].operation
    assert (process.returncode, last) == (130, "StopContact")


@dataclass(frozen=True, eq=False)
class InterruptsCaller(NoAnswer):
    """A phone whose caller interrupts the command before Connect has responded."""

    caller: list[subprocess.Popen[str]] = field(default_factory=list)

    def for_request(self, count: int) -> Phone:
        """See Phone."""
        self.caller[0].send_signal(signal.SIGINT)
        return super().for_request(count)


def test_interrupt_while_dialing_hangs_up(healthy: LocalSystem) -> None:
    phone = InterruptsCaller()
    healthy.connect.reset({ANA: phone})
    with calling(healthy) as process:
        phone.caller.append(process)
        process.wait()
        operations = [request.operation for request in healthy.connect.requests]
    assert (process.returncode, operations) == (130, ["StartOutboundVoiceContact", "StopContact"])


def test_country_that_is_not_allowed_is_one_line_without_the_number(healthy: LocalSystem) -> None:
    healthy.connect.reset({ANA: NotAllowed()})
    result = callout_in_process(healthy, "call", "Ana", "--json")
    assert "DestinationNotAllowedException" in result.error_line
    assert ANA not in result.err


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["Anna"], "the roster has no contact 'Anna': did you mean Ana?"),
        (["Ana", "--phone", "2"], "--phone 2: Ana has 1 number"),
        (["Ana", "--team", "nobody"], "there is no roster /callout/rosters/nobody"),
        (["Ana", "--stack", "Pager"], "the functions of stack Pager cannot place calls"),
    ],
)
def test_invalid_call_options_are_one_line(
    healthy: LocalSystem, arguments: list[str], error: str
) -> None:
    result = callout_in_process(healthy, "call", *arguments)
    assert error in result.error_line


def test_answered_call_without_key_prompt_is_described() -> None:
    call = Call(1, 1, "Ana", "+1********32", "en-US", 45, 40, "answer", "acknowledged")
    assert (
        describe_call(call) == "Ana +1********32 answered (the contact flow does not ask for a key)"
    )


def test_functions_without_telephony_settings_are_reported() -> None:
    with pytest.raises(CommandError, match="run callout doctor"):
        read_call_config({"place_call": {"CONNECT_INSTANCE_ID": "1"}, "plan_calls": {}}, "Callout")
