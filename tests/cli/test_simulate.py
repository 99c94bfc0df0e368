"""`callout simulate` shows the calls and the outcome, and whether they are as expected."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from callout.cli import command
from callout.simulate.scenario_from_options import SimulateOptions, scenario_from_options
from callout.simulate.transcript import build_transcript
from local.emulator.process import LocalError
from local.environment import ROOT
from local.scenarios.files import SCENARIOS_DIR
from local.scenarios.scenario import Scenario, read_scenario
from local.settings_file import local_settings, read_context
from oncall.roster.parsing.parser import parse
from tests.cli.run_cli import endpoint_and_environment

if TYPE_CHECKING:
    from pathlib import Path

    from local.simulation.system import VirtualSystem

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
SCENARIO = """\
title: A page
roster: {rounds: 1, contacts: [{name: Ana, phone: +14155550132}]}
phones: {Ana: {press: {keys: "1"}}}
"""
EXPECTED = "expect: {outcome: acknowledged, calls: [Ana acknowledged]}\n"


def alarm(state: str, minute: int) -> dict[str, Any]:
    """Return the event of an alarm in another region and account."""
    event = {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change"}
    since = f"2026-01-05T03:{minute}:00.000+0000"
    detail = {"alarmName": "db-1", "state": {"value": state, "timestamp": since}}
    where = {"account": "210987654321", "region": "eu-central-1"}
    return event | where | {"time": f"2026-01-05T03:{minute}:00Z", "detail": detail}


DRILL = {"source": "callout", "detail-type": "Page", "detail": {"drill": True, "title": "Drill"}}
OK = alarm("OK", 15)
#: An alarm that is repeated, has no data, and is OK again; and a drill.
ALARM = Scenario.model_validate(
    {
        "title": "An alarm",
        "roster": {
            "rounds": 1,
            "contacts": [
                {"name": "Ana", "phone": "+14155550132"},
                {"name": "Bo", "phone": "+14155550133"},
            ],
        },
        "event": alarm("ALARM", 12),
        "also": [
            {"after": 80, "event": alarm("ALARM", 12)},
            {"after": 120, "event": alarm("INSUFFICIENT_DATA", 14)},
            {"after": 170, "event": OK},
            {"after": 200, "event": DRILL},
        ],
        "phones": {"Ana": "voicemail", "Bo": {"press": {"keys": "1"}}},
    }
)
DOC = (ROOT / "docs/scenarios.md").read_text()
DOC_SCENARIOS = re.findall(r"```yaml scenario\n(.*?)```", DOC, re.DOTALL)


#: Errors without a roster.
WITHOUT_ROSTER = ("use scenario files", "--event, ")


@pytest.fixture
def roster(tmp_path: Path) -> str:
    file = tmp_path / "roster.yaml"
    file.write_text(ROSTER)
    return str(file)


def happened(out: str) -> list[str]:
    """Return the lines of the timeline, without the spoken text."""
    lines = re.findall(r"^ +(\d+:\d\d +.*)$", out, re.MULTILINE)
    return [re.sub("(hears): (?!Acknowledged).*", r"\1", " ".join(line.split())) for line in lines]


def test_transcript_shows_who_is_called_why_and_the_outcome(
    roster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--voicemail", "Bo", "--answers", "Li Wei", "--at", "2026-10-27T08:00"]

    assert command(["simulate", "--roster", roster, *arguments]) == 0

    output = capsys.readouterr()
    assert (
        "root-sign-in at Tue 2026-10-27 08:00 Europe/Berlin (Tue 2026-10-27 07:00 UTC)"
        in output.out
    )
    assert happened(output.out) == [
        "0:00 event AWS Console Sign In via CloudTrail from aws.signin, rule RootSignIn",
        (
            "0:00 page Root user signed in to the AWS console, account 123456789012"
            " (critical, team default)"
        ),
        "0:00 call 1/2 Bo +1********33, round 1: first in the plan",
        "0:00 Bo rings",
        "0:20 Bo answers",
        "0:20 Bo hears",
        "0:49 Bo hears it again",
        "1:00 Bo call ended (the callee)",
        "1:03 call 2/2 Li Wei +1********78, round 1: Bo answered, but pressed neither 1 nor 2",
        "1:03 Li Wei rings",
        "1:09 Li Wei answers",
        "1:09 Li Wei hears",
        "1:17 Li Wei presses 1",
        "1:17 Li Wei hears: Acknowledged. This incident is yours. Goodbye.",
        "1:18 SNS is notified",
    ]
    assert "  SNS notification: Callout: acknowledged - Root user signed in" in output.out
    assert "  | 2. Li Wei +1********78: acknowledged\n" in output.out
    assert output.out.endswith("  acknowledged by Li Wei after 2 calls\n")
    assert "Tuesday, October 27, 8 AM, Berlin time" in output.out
    assert output.err.startswith("loading the state machine")
    assert not re.search(r"\+1415\d{7}", output.out)


def test_unexpected_result_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {
        "as-expected": SCENARIO + EXPECTED,
        "otherwise": SCENARIO
        + "expect: {outcome: unanswered, acknowledged_by: Ana, spoken: [x y z]}\n",
        "idle": SCENARIO + EXPECTED + "faults: [{at: sns, fault: denied, skip: 99}]\n",
        "no-expectation": SCENARIO,
        "wrong": "title: A page\nroster: [",
        "matched-by-no-rule": SCENARIO + "event: {source: a, detail-type: b, detail: {}}\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)

    assert command(["simulate", *(f"{tmp_path}/{name}.yaml" for name in texts)]) == 1

    output = capsys.readouterr()
    assert [line for line in output.out.splitlines() if "as expected" in line] == [
        "  as expected",
        "  NOT as expected: spoken: no call contains 'x y z'",
        "  NOT as expected: outcome: expected unanswered, was acknowledged",
        "  NOT as expected: faults: number 1 (sns) matched no request",
        "4 scenarios: 1 as expected, 2 not, 1 not checked; 2 could not run",
    ]
    assert output.out.count("  nothing was checked: the scenario has no `expect`\n") == 1
    assert f"{tmp_path}/wrong.yaml:2:10: not YAML: " in output.err
    assert f"{tmp_path}/matched-by-no-rule.yaml: no rule matched the event" in output.err


def test_scenarios_in_the_docs_end_as_expected_without_aws(tmp_path: Path) -> None:
    """Run in a separate process, whose AWS settings are not usable."""
    files = [tmp_path / f"{number}.yaml" for number, _ in enumerate(DOC_SCENARIOS)]
    for file, text in zip(files, DOC_SCENARIOS, strict=True):
        file.write_text(text)
    lost = {"AWS_PROFILE": "nobody", "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}

    result = subprocess.run(
        [sys.executable, "-m", "callout", "simulate", "--json", *map(str, files)],
        cwd=ROOT,
        env=endpoint_and_environment(None)[1] | lost,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert files
    assert result.returncode == 0, result.stderr
    printed: list[dict[str, Any]] = json.loads(result.stdout)
    assert [(run["file"], run["differences"]) for run in printed] == [
        (str(file), []) for file in files
    ]
    assert printed[0]["timeline"][0] | {"what": ""} == {"at": 0.0, "who": "event", "what": ""}
    assert printed[0]["calls"] == ["Li Wei unanswered", "Bo acknowledged"]


def test_transcript_shows_failures_and_why_the_next_contact_is_called(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One scenario for each function that fails, and one in which SNS fails."""
    names = (
        "fault-check-call-always-fails",
        "fault-plan-calls-always-fails",
        "fault-sns-down",
        "fault-open-incident-always-fails",
    )
    assert command(["simulate", *(str(SCENARIOS_DIR / f"{name}.yaml") for name in names)]) == 0

    lines = happened(capsys.readouterr().out)
    first = lines.index("0:01 CheckCall fails (RuntimeError)")
    called = next(line for line in lines[first:] if "call 2/2" in line)
    assert called.endswith(
        "Ana +1********32, round 1: Li Wei could not be reached"
        " (a call could not be made or watched (RuntimeError))"
    )
    assert lines[lines.index(called) - 1] == "0:23 CheckCall fails (RuntimeError)"
    assert any("NotifyAcknowledged fails (SNS.InternalError" in line for line in lines)


def test_other_team_is_paged_by_its_own_event(
    roster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--team", "search", "--nobody-answers", "--json", "--at", "2026-10-19T09:00"]
    assert command(["simulate", "--roster", roster, *arguments]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["outcome"], printed["calls"]) == (
        "unanswered",
        ["Ana no_answer", "Li Wei no_answer"],
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
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
def test_invalid_simulate_option_is_one_line(
    arguments: list[str], error: str, roster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with_roster = [] if error in WITHOUT_ROSTER else ["--roster", roster]
    assert command(["simulate", *with_roster, *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"callout: {error}")
    assert err.count("\n") == 1


def test_invalid_roster_is_reported_like_check_reports_it(
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


def test_events_are_simulated_as_aws_sends_them(virtual: VirtualSystem) -> None:
    transcript = build_transcript(virtual.run_scenario(ALARM), ALARM)

    assert [(each.at, each.what, each.title, each.outcome) for each in transcript.further] == [
        (80, "repeat", "CloudWatch alarm db-1 is in alarm", "duplicate"),
        (170, "alarm OK", "CloudWatch alarm db-1 is OK again", "resolved"),
        (200, "other event", "Drill", "drilled"),
    ]
    place = ", account 210987654321, region eu-central-1"
    assert [line.what for line in transcript.lines if line.who == "event"] == [
        f"CloudWatch Alarm State Change from aws.cloudwatch, rule Alarms{place}",
        f"repeat: CloudWatch alarm db-1 is in alarm{place}",
        "no rule matches: CloudWatch alarm db-1 has insufficient data",
        f"alarm OK: CloudWatch alarm db-1 is OK again{place}",
        "other event: Drill",
    ]
    spoken = transcript.result.spoken[0]
    assert "This is a test" not in spoken
    assert "Account ending in 4321" in spoken
    assert "E U central 1" in spoken
    assert "TEST" not in transcript.result.notifications[0].subject


def test_wrapped_event_is_described_by_what_it_wraps(virtual: VirtualSystem) -> None:
    scenario = read_scenario(SCENARIOS_DIR / "trigger-raw-pattern.yaml")

    first, *_ = build_transcript(virtual.run_scenario(scenario), scenario).lines

    assert first.what == "Order failed from shop.orders, rule OrderService"


def test_scenario_uses_the_given_team_event_and_roster(tmp_path: Path) -> None:
    event = {"source": "callout", "detail-type": "Page", "detail": {"team": "payments"}}
    file = tmp_path / "my-event.json"
    file.write_text(json.dumps(event))
    options = SimulateOptions(event=str(file), team="payments")
    scenario = scenario_from_options(parse(ROSTER), ROSTER, options)
    assert (scenario.team, scenario.event, scenario.roster_text) == ("payments", event, ROSTER)


def test_unmatched_event_is_one_line(
    roster: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = tmp_path / "order.json"
    event.write_text('{"source": "shop", "detail-type": "Order", "detail": {}}')
    assert command(["simulate", "--roster", roster, "--event", str(event)]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("callout: no rule matched the event, so nobody is called")


def test_contact_who_is_not_called_is_reported(
    roster: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--answers", "Ana", "--at", "2026-10-27T08:00"]
    assert command(["simulate", "--roster", roster, *arguments]) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == "callout: not called: Ana; this page calls Bo, Li Wei"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (
            alarm("INSUFFICIENT_DATA", 12),
            'the closest rule is Alarms: detail.state.value is "INSUFFICIENT_DATA"; the rule has [',
        ),
        (
            {"source": "callout", "detail-type": "page", "detail": {}},
            'the closest rule is Page: detail-type is "page"; the rule has ["Page"]',
        ),
        (
            {"source": "shop", "detail-type": "Order", "detail": {}},
            "no trigger is for the source shop and the detail-type Order; there are RootSignIn",
        ),
    ],
)
def test_event_that_no_rule_matches_is_explained(
    event: dict[str, Any], reason: str, virtual: VirtualSystem
) -> None:
    with pytest.raises(LocalError, match=re.escape(reason)):
        virtual.run_scenario(ALARM.model_copy(update={"event": event, "also": ()}))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "not JSON: "),
        ("[]", "no `context`: write the settings as in cdk.json"),
        ('{"context": {"callout": {"team": []}}}', "context callout.team: unknown setting: "),
        ('{"context": {"teams": []}}', "context teams: settings are read from `callout`"),
    ],
)
def test_invalid_settings_file_is_one_line(
    text: str, error: str, roster: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cdk.json"
    file.write_text(text)

    assert command(["simulate", "--roster", roster, "--settings", str(file)]) == 2

    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"callout: {file}: {error}")


def test_settings_are_those_of_the_file_but_for_the_region(tmp_path: Path) -> None:
    file = tmp_path / "cdk.json"
    settings = {"teams": ["ops"], "triggers": {"alarms": {"enabled": True}}}
    file.write_text(json.dumps({"context": {"callout": settings | {"home_region": "eu-west-2"}}}))

    assert local_settings(read_context(file)) == settings
