"""`callout simulate` tells what becomes of a page, and whether a scenario ends as it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from callout.cli import command
from callout.simulate.engines import Engine, open_engine
from callout.simulate.scenario_from_options import SimulateOptions, scenario_from_options
from callout.simulate.transcript import build_transcript
from local.environment import ROOT
from local.scenarios.emulator_runner import EmulatorRunner
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import read_scenario
from oncall.roster.parsing.parser import parse
from tests.cli.run_cli import surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from callout.simulate.transcript import Transcript
    from local.emulator.system import LocalSystem

ROSTER = """\
timezone: Europe/Berlin
contacts:
  - {name: Ana, phone: +14155550132}
  - {name: Bo, phone: +14155550133}
  - {name: Li Wei, phone: +14155550178}
escalation: [primary, Li Wei]
rounds: 1
rotations:
  - {name: primary, members: [Ana, Bo], starts: 2026-10-19T09:00, every: 1w}
"""
STORY = """\
title: told
roster: {rounds: 1, contacts: [{name: Ana, phone: +14155550132}]}
phones: {Ana: {press: {keys: "1"}}}
"""
EXPECTED = "expect: {outcome: acknowledged, calls: [Ana acknowledged]}\n"
PAGE = (ROOT / "docs/scenarios.md").read_text()
SHOWN = re.findall(r"```yaml scenario\n(.*?)```", PAGE, re.DOTALL)


#: What is said where no roster is given.
WITHOUT_ROSTER = ("use scenario files", "--event, ")


@pytest.fixture
def roster(tmp_path: Path) -> str:
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER)
    return str(file)


def happened(out: str) -> list[str]:
    """Give the lines of the timeline, without the words that are heard."""
    lines = re.findall(r"^ +(\d+:\d\d +.*)$", out, re.MULTILINE)
    return [" ".join(line.partition(": This is")[0].split()) for line in lines]


def test_an_operator_sees_who_is_called_why_and_what_comes_of_it(
    roster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--voicemail", "Bo", "--answers", "Li Wei", "--at", "2026-10-27T08:00"]

    assert command(["simulate", "--roster", roster, *asked]) == 0

    said = capsys.readouterr()
    assert (
        "root-sign-in at Tue 2026-10-27 08:00 Europe/Berlin (Tue 2026-10-27 07:00 UTC)" in said.out
    )
    assert happened(said.out) == [
        "0:00 event AWS Console Sign In via CloudTrail from callout.replay",
        (
            "0:00 page Root user signed in to the AWS console, account 123456789012"
            " (critical, team default)"
        ),
        "0:00 call 1/2 Bo +1********33, round 1: first in the plan",
        "0:00 Bo rings",
        "0:20 Bo answers",
        "0:20 Bo hears",
        "0:50 Bo hears it again",
        "1:00 Bo call ended (the callee)",
        "1:03 call 2/2 Li Wei +1********78, round 1: Bo answered, but pressed neither 1 nor 2",
        "1:03 Li Wei rings",
        "1:09 Li Wei answers",
        "1:09 Li Wei hears",
        "1:17 Li Wei presses 1",
        "1:17 Li Wei hears: Acknowledged. This incident is yours. Goodbye.",
        "1:18 SNS is notified",
    ]
    assert "  SNS notification: Callout: acknowledged - TEST: Root user signed in" in said.out
    assert "  | 2. Li Wei +1********78: acknowledged\n" in said.out
    assert said.out.endswith("  acknowledged by Li Wei after 2 calls\n")
    assert "Tuesday, October 27, 8 AM, Berlin time" in said.out
    assert said.err.startswith("loading the state machine")
    assert not re.search(r"\+1415\d{7}", said.out)


def test_scenarios_are_told_and_judged_and_one_that_ends_otherwise_gives_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {
        "as-told": STORY + EXPECTED,
        "otherwise": STORY
        + "expect: {outcome: unanswered, acknowledged_by: Ana, spoken: [x y z]}\n",
        "idle": STORY + EXPECTED + "faults: [{at: sns, fault: denied, skip: 99}]\n",
        "unjudged": STORY,
        "wrong": "title: told\nroster: [",
        "matched-by-no-rule": STORY + "event: {source: a, detail-type: b, detail: {}}\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)

    assert command(["simulate", *(f"{tmp_path}/{name}.yaml" for name in texts)]) == 1

    said = capsys.readouterr()
    assert [one for one in said.out.splitlines() if "as expected" in one] == [
        "  as expected",
        "  NOT as expected: spoken: no call said 'x y z'",
        "  NOT as expected: outcome: expected unanswered, was acknowledged",
        "  NOT as expected: faults: number 1 (sns) matched no request",
        "4 scenarios: 2 as expected, 2 not; 2 could not run",
    ]
    assert f"{tmp_path}/wrong.yaml:2:10: not YAML: " in said.err
    assert f"{tmp_path}/matched-by-no-rule.yaml: no rule matched the event" in said.err


def test_what_docs_show_is_told_without_aws_and_ends_as_it_says(tmp_path: Path) -> None:
    """In a process of its own, whose AWS settings lead nowhere."""
    files = [tmp_path / f"{number}.yaml" for number, _ in enumerate(SHOWN)]
    for file, text in zip(files, SHOWN, strict=True):
        file.write_text(text)
    lost = {"AWS_PROFILE": "nobody", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}

    done = subprocess.run(
        [sys.executable, "-m", "callout", "simulate", "--json", *map(str, files)],
        cwd=ROOT,
        env=surroundings(None)[1] | lost,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert files
    assert done.returncode == 0, done.stderr
    told: list[dict[str, Any]] = json.loads(done.stdout)
    assert [(one["file"], one["differences"]) for one in told] == [(str(one), []) for one in files]
    assert told[0]["timeline"][0] | {"what": ""} == {"at": 0.0, "who": "event", "what": ""}
    assert told[0]["calls"] == ["Li Wei unanswered", "Bo acknowledged"]


def test_what_fails_is_seen_and_why_the_next_is_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A scenario of each fault that strikes a function, and of one that strikes SNS."""
    names = (
        "fault-check-call-always-fails",
        "fault-plan-calls-always-fails",
        "fault-sns-down",
        "fault-open-incident-always-fails",
    )
    assert command(["simulate", *(str(SCENARIOS_DIR / f"{name}.yaml") for name in names)]) == 0

    lines = happened(capsys.readouterr().out)
    first = lines.index("0:01 CheckCall fails (RuntimeError)")
    called = next(one for one in lines[first:] if "call 2/2" in one)
    assert called.endswith(
        "Ana +1********32, round 1: Li Wei could not be reached"
        " (a call could not be made or watched (RuntimeError))"
    )
    assert lines[lines.index(called) - 1] == "0:23 CheckCall fails (RuntimeError)"
    assert any("NotifyAcknowledged fails (SNS.InternalError" in one for one in lines)


def test_a_team_of_its_own_is_paged_by_its_own_event(
    roster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--team", "search", "--nobody-answers", "--json", "--at", "2026-10-19T09:00"]
    assert command(["simulate", "--roster", roster, *asked]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["calls"]) == ("unanswered", ["Ana no_answer", "Li Wei no_answer"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ["--event", "root-sing-in"],
            "--event: there is no 'root-sing-in': did you mean root-sign-in?",
        ),
        (["--event", "zzz"], "--event: there is no 'zzz'; use one of alarm-alb-latency, "),
        (["--event", "none.json"], "none.json: No such file or directory"),
        (["--answers", "Anna"], "the roster has no contact 'Anna': did you mean Ana?"),
        (["--voicemail", "Zoe"], "the roster has no contact 'Zoe': it has Ana, Bo, Li Wei"),
        (["--answers", "Ana", "--declines", "Ana"], "'Ana' is listed more than once"),
        (["--answers", "Ana", "--nobody-answers"], "--nobody-answers cannot be combined"),
        (["--at", "soon"], "'soon' is not a time: write"),
        (
            ["--at", "2026-10-27T08:00", "--engine", "emulator"],
            "--at: the emulator runs in real time",
        ),
        (["scenario.yaml"], "use either --roster or scenario files"),
        ([], "use scenario files"),
        (["--team", "a"], "--event, "),
    ],
)
def test_a_slip_is_one_line(
    asked: list[str], said: str, roster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_roster = [] if said in WITHOUT_ROSTER else ["--roster", roster]
    assert command(["simulate", *with_roster, *asked]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"callout: {said}")
    assert err.count("\n") == 1


def test_a_roster_that_cannot_be_used_is_said_as_check_says_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "roster.yaml"
    file.write_text(
        ROSTER.replace("rounds: 1", "rounds: many").replace("+14155550132", "4155550132")
    )

    assert command(["roster", "check", str(file)]) == 1
    checked = capsys.readouterr().out
    assert command(["simulate", "--roster", str(file)]) == 1

    assert capsys.readouterr().out == checked
    assert checked.count("\n") == 2


def test_the_emulator_tells_a_scenario_as_virtual_time_does(system: LocalSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "voicemail.yaml")
    with open_engine(Engine.VIRTUAL, lambda _: None) as runner:
        virtual = build_transcript(runner.run_scenario(scenario), scenario)
    emulated = build_transcript(EmulatorRunner(system).run_scenario(scenario), scenario)
    assert emulated.summary == virtual.summary
    assert done_by_people(emulated) == done_by_people(virtual)
    assert len(done_by_people(virtual)) == 7


def done_by_people(transcript: Transcript) -> list[str]:
    """Give who is called why, and what they do; what is heard how often depends on seconds."""
    return [
        f"{one.who} {one.what}"
        for one in transcript.lines
        if one.who.startswith("call ") or one.what in ("rings", "answers", "presses 1")
    ]


def test_a_scenario_has_the_team_event_and_roster_that_are_given(tmp_path: Path) -> None:
    event = {"source": "callout", "detail-type": "Page", "detail": {"team": "payments"}}
    file = tmp_path / "my-event.json"
    file.write_text(json.dumps(event))
    options = SimulateOptions(event=str(file), team="payments")
    scenario = scenario_from_options(parse(ROSTER), ROSTER, options)
    assert (scenario.team, scenario.event, scenario.roster_text) == ("payments", event, ROSTER)


def test_an_event_that_no_rule_matches_is_one_line(
    roster: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = tmp_path / "order.json"
    event.write_text('{"source": "shop", "detail-type": "Order", "detail": {}}')
    assert command(["simulate", "--roster", roster, "--event", str(event)]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("callout: no rule matched the event, so nobody is called")
