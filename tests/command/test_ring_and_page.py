"""`callout page` pages a team; `callout call` rings one person, and says what happened."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from callout.errors import CommandError
from callout.page import page_entry
from callout.ring import deployed, told
from local.connect.phone import Busy, NoAnswer, NotAllowed, Press
from local.environment import ROOT, local_environment
from local.telling import wait_for_end
from oncall.call import Call
from oncall.incident import SEVERITIES
from tests.command.conftest import ANA
from tests.command.terminal import callout, callout_here

if TYPE_CHECKING:
    from local.connect.phone import Phone
    from local.system import LocalSystem

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


def test_a_real_page_says_no_more_than_its_title() -> None:
    assert detail(real=True) == {"team": "default", "title": "No orders"}


def test_a_test_is_never_taken_for_an_incident_seen_before() -> None:
    assert detail()["title"] == "Test: No orders"
    assert detail()["dedup_key"] != detail()["dedup_key"]


@pytest.mark.parametrize(
    ("team", "title", "severity", "said"),
    [
        ("no team", "x", "", "no name of a team"),
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

    assert done.out.splitlines()[0] == "Li Wei +86*********00 rings"
    assert done.out.splitlines()[-1] == "Li Wei +86*********00 pressed 1"
    assert (done.code, done.err) == (0, "")
    [call] = healthy.connect.calls
    assert call.number == LI
    [started] = [
        one for one in healthy.connect.requests if one.operation == "StartOutboundVoiceContact"
    ]
    assert "测试" in started.params["Attributes"]["message"]
    assert started.params["Attributes"]["language"] == "cmn-CN"


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        (Press("2"), "pressed 2: passed on"),
        (Busy(), "was busy"),
    ],
)
def test_anything_but_1_is_no_success(healthy: LocalSystem, phone: Phone, said: str) -> None:
    healthy.connect.reset({ANA: phone})

    done = callout_here(healthy, "call", "Ana")

    assert said in done.out.splitlines()[-1]
    assert (done.code, done.err) == (1, "")


def test_whoever_gives_up_hangs_up(healthy: LocalSystem) -> None:
    healthy.connect.reset({ANA: NoAnswer()})
    environment = local_environment(healthy.emulator.url)
    environment["AWS_ENDPOINT_URL_CONNECT"] = healthy.connect.url
    with subprocess.Popen(
        [sys.executable, "-m", "callout", "call", "Ana"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline().endswith(" rings\n")
        process.send_signal(signal.SIGINT)

    assert process.returncode == 130
    assert healthy.connect.requests[-1].operation == "StopContact"


def test_a_country_that_is_closed_is_one_line_without_the_number(healthy: LocalSystem) -> None:
    healthy.connect.reset({ANA: NotAllowed()})

    done = callout_here(healthy, "call", "Ana", "--json")

    assert "DestinationNotAllowedException" in done.err
    assert ANA not in done.err
    assert (len(done.err.splitlines()), done.out, done.code) == (1, "", 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Anna"], "nobody in the roster is called 'Anna': did you mean Ana?"),
        (["Ana", "--phone", "2"], "--phone 2: Ana has 1"),
        (["Ana", "--team", "nobody"], "there is no roster /callout/rosters/nobody"),
        (["Ana", "--stack", "Pager"], "the functions of stack Pager cannot call"),
    ],
)
def test_who_cannot_be_called_is_one_line(
    healthy: LocalSystem, arguments: list[str], said: str
) -> None:
    done = callout_here(healthy, "call", *arguments)

    assert said in done.err
    assert (len(done.err.splitlines()), done.out, done.code) == (1, "", 2)


def test_a_flow_that_asks_for_no_key_is_not_said_to_have_had_one() -> None:
    call = Call(1, 1, "Ana", "+1********32", "en-US", 45, 40, "answer", "acknowledged")

    assert told(call) == "Ana +1********32 answered (the contact flow asks for no key)"


def test_functions_without_telephony_are_told_from_those_that_can_call() -> None:
    with pytest.raises(CommandError, match="callout doctor says why"):
        deployed({"place_call": {"CONNECT_INSTANCE_ID": "1"}, "plan_calls": {}}, "Callout")
