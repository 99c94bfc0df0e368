"""`callout page` pages a team; `callout call` rings one person, and says what happened."""

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
from callout.commands.page import page_entry, require_roster
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
from tests.cli.run_cli import callout, callout_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.connect.simulated_phones import Phone
    from local.emulator.system import LocalSystem

LI = "+8613800138000"
TEAM = f"contacts: [{{name: Ana, phone: {ANA}}}, {{name: Li Wei, phone: {LI}, language: zh-CN}}]"


def detail(**options: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever page_entry takes
    read: dict[str, Any] = json.loads(page_entry("default", "No orders", **options)["Detail"])
    return read


def test_a_page_starts_an_execution_and_its_title_says_it_is_a_test(healthy: LocalSystem) -> None:
    done = callout(healthy, "page", "payments", "--title", "No orders", "--severity", "low")
    execution = done.out.strip().removeprefix("page to payments: started ")
    assert (done.code, done.err) == (0, "")
    output = json.loads(wait_for_end(healthy, execution)["output"])
    incident = output["incident"]
    assert incident["title"] == "Test: No orders"
    assert (incident["team"], incident["severity"]) == ("payments", "low")
    assert output["outcome"] == "acknowledged"


def test_a_mistyped_team_is_refused_with_the_one_that_was_meant(healthy: LocalSystem) -> None:
    listed = healthy.client("stepfunctions").list_executions
    before = listed(stateMachineArn=healthy.deployment.state_machine_arn)["executions"]

    done = callout_here(healthy, "page", "paymnts", "--title", "No orders", "--real")

    assert done.err == (
        "callout: nobody was paged: there is no roster /callout/rosters/paymnts:"
        " did you mean payments? (--anyway sends it)\n"
    )
    assert (done.code, done.out) == (2, "")
    assert listed(stateMachineArn=healthy.deployment.state_machine_arn)["executions"] == before


def test_a_team_without_a_roster_is_paged_where_somebody_insists(healthy: LocalSystem) -> None:
    done = callout_here(healthy, "page", "paymnts", "--title", "No orders", "--anyway")
    execution = done.out.strip().removeprefix("page to paymnts: started ")
    assert (done.code, done.err) == (0, "")
    assert json.loads(wait_for_end(healthy, execution)["output"])["outcome"] == "failed"


def test_a_page_goes_out_where_nobody_may_ask_for_the_roster(
    healthy: LocalSystem, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in local_environment(healthy.emulator.url).items():
        monkeypatch.setenv(name, value)
    with FaultProxy(ScenarioClock(1.0), healthy.emulator.url) as ssm:
        ssm.refuse = lambda _operation, _given: (400, "AccessDeniedException")
        monkeypatch.setenv("AWS_ENDPOINT_URL_SSM", ssm.url)
        require_roster(AwsSession(endpoint_url=None, region=None, profile=None), "paymnts")

    [said] = capsys.readouterr().err.splitlines()
    assert "AccessDeniedException" in said
    assert said.endswith("paging it anyway")


def test_a_real_page_says_no_more_than_its_title() -> None:
    assert detail(real=True) == {"team": "default", "title": "No orders"}


def test_a_test_is_never_taken_for_an_incident_seen_before() -> None:
    assert detail()["title"] == "Test: No orders"
    assert detail()["dedup_key"] != detail()["dedup_key"]


@pytest.mark.parametrize(
    ("team", "title", "severity", "said"),
    [
        ("no team", "x", "", "not a valid team name"),
        ("default", " ", "", "--title is empty"),
        ("default", "x", "awful", ", ".join(SEVERITIES)),
    ],
)
def test_a_page_that_cannot_be_is_refused(team: str, title: str, severity: str, said: str) -> None:
    with pytest.raises(CommandError, match=re.escape(said)):
        page_entry(team, title, severity=severity)


def test_somebody_who_presses_1_was_reached_and_heard_a_test(healthy: LocalSystem) -> None:
    healthy.connect.reset({LI: Press("1")})
    healthy.save_roster(TEAM)

    done = callout(healthy, "call", "Li Wei")

    assert done.out.splitlines()[0] == "Li Wei +86*********00 is ringing"
    assert done.out.splitlines()[-1] == "Li Wei +86*********00 pressed 1"
    assert (done.code, done.err) == (0, "")
    [call] = healthy.connect.calls
    assert call.number == LI
    [started] = [
        one for one in healthy.connect.requests if one.operation == "StartOutboundVoiceContact"
    ]
    assert "测试" in started.params["Attributes"]["message"]
    assert started.params["Attributes"]["language"] == "cmn-CN"


def test_who_presses_1_was_reached_though_connect_never_shows_the_call(
    healthy: LocalSystem,
) -> None:
    healthy.connect.reset({LI: Press("1")})
    healthy.save_roster(TEAM)
    healthy.connect.faults.append(Fault("connect DescribeContact", FaultKind.NOT_FOUND_YET))
    done = callout(healthy, "call", "Li Wei")
    assert (done.code, done.out.splitlines()[-1]) == (0, "Li Wei +86*********00 pressed 1")


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        (Press("2"), "pressed 2 (declined)"),
        (Busy(), "was busy"),
    ],
)
def test_anything_but_1_is_no_success(healthy: LocalSystem, phone: Phone, said: str) -> None:
    healthy.connect.reset({ANA: phone})
    done = callout_here(healthy, "call", "Ana")
    assert said in done.out.splitlines()[-1]
    assert (done.code, done.err) == (1, "")


@contextmanager
def calling(system: LocalSystem) -> Iterator[subprocess.Popen[str]]:
    """Ring Ana, from a process of its own, as slowly as life: so that she still rings when it ends.

    Leaving waits for its end.
    """
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


def test_whoever_gives_up_hangs_up(healthy: LocalSystem) -> None:
    healthy.connect.reset({ANA: NoAnswer()})
    with calling(healthy) as process:
        assert process.stdout
        assert process.stdout.readline().endswith(" is ringing\n")
        process.send_signal(signal.SIGINT)
        process.wait()
        last = healthy.connect.requests[-1].operation
    assert (process.returncode, last) == (130, "StopContact")


@dataclass(frozen=True, eq=False)
class GivesUp(NoAnswer):
    """A phone whose caller gives up before Connect has answered that it dials."""

    caller: list[subprocess.Popen[str]] = field(default_factory=list)

    def for_request(self, count: int) -> Phone:
        """See Phone."""
        self.caller[0].send_signal(signal.SIGINT)
        return super().for_request(count)


def test_whoever_gives_up_while_it_is_dialled_leaves_no_phone_ringing(healthy: LocalSystem) -> None:
    phone = GivesUp()
    healthy.connect.reset({ANA: phone})
    with calling(healthy) as process:
        phone.caller.append(process)
        process.wait()
        asked = [one.operation for one in healthy.connect.requests]
    assert (process.returncode, asked) == (130, ["StartOutboundVoiceContact", "StopContact"])


def test_a_country_that_is_closed_is_one_line_without_the_number(healthy: LocalSystem) -> None:
    healthy.connect.reset({ANA: NotAllowed()})
    done = callout_here(healthy, "call", "Ana", "--json")
    assert "DestinationNotAllowedException" in done.refusal
    assert ANA not in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Anna"], "the roster has no contact 'Anna': did you mean Ana?"),
        (["Ana", "--phone", "2"], "--phone 2: Ana has 1 number"),
        (["Ana", "--team", "nobody"], "there is no roster /callout/rosters/nobody"),
        (["Ana", "--stack", "Pager"], "the functions of stack Pager cannot place calls"),
    ],
)
def test_who_cannot_be_called_is_one_line(
    healthy: LocalSystem, arguments: list[str], said: str
) -> None:
    done = callout_here(healthy, "call", *arguments)
    assert said in done.refusal


def test_a_flow_that_asks_for_no_key_is_not_said_to_have_had_one() -> None:
    call = Call(1, 1, "Ana", "+1********32", "en-US", 45, 40, "answer", "acknowledged")
    assert (
        describe_call(call) == "Ana +1********32 answered (the contact flow does not ask for a key)"
    )


def test_functions_without_telephony_are_told_from_those_that_can_call() -> None:
    with pytest.raises(CommandError, match="run callout doctor"):
        read_call_config({"place_call": {"CONNECT_INSTANCE_ID": "1"}, "plan_calls": {}}, "Callout")
