"""How the container is started and ended, with another command in the place of docker.

That Docker starts what compose.yaml says, and what that answers, is unverified.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from local.step_functions_local.cases import Case
from local.step_functions_local.container import COMPOSE, Container, lacking
from local.step_functions_local.stand_in import StandIn
from local.step_functions_local.suite import answered_from_file

#: Rings until somebody answers.
LOOP = {
    "StartAt": "Ring",
    "States": {
        "Ring": {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "ring"},
            "ResultSelector": {"answered.$": "$.Payload"},
            "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 2}],
            "Next": "Answered?",
        },
        "Answered?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.answered", "BooleanEquals": True, "Next": "Done"}],
            "Default": "Ring",
        },
        "Done": {"Type": "Succeed"},
    },
}
BOOM = {"Throw": {"Error": "Boom", "Cause": "simulated"}}
CASE = Case(
    name="SecondRing",
    given={},
    answers={"Ring": [BOOM, BOOM, {"Return": {"Payload": False}}, {"Return": {"Payload": True}}]},
    states=["Ring", "Answered?", "Ring", "Answered?", "Done"],
    faults=[("Ring", 2)],
    output={"answered": True},
)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a docker command that is the only one on the path."""
    command = tmp_path / "docker"
    command.write_text(f"#!{sys.executable}\n{Path(__file__).with_name('docker.py').read_text()}")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CALLOUT_STAND_IN", str(StandIn.program))
    for name, value in {"DEFAULT_REGION": "us-east-1", "ACCESS_KEY_ID": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    return tmp_path


def test_the_container_is_told_the_cases_and_is_ended(docker: Path) -> None:
    assert lacking() == ""
    assert answered_from_file(Container, json.dumps(LOOP), [CASE]) == []

    *_, up, down = (docker / "asked").read_text().splitlines()
    ours, _, what = up.partition(" up ")
    assert ours.startswith(f"compose --file {COMPOSE} --project-name callout-")
    assert what == "--detach"
    assert down == f"{ours} down"


def test_without_docker_what_is_lacking_is_said_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert lacking() == "no docker command: install Docker, or use the stand-in (make test)"
