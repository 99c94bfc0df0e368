"""compose.yaml, and starting and stopping the container with a fake docker command.

The file was checked once against the schema of the Compose specification. The container is not yet
tested with a Docker engine.
"""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from local.emulator.process import LocalError
from local.environment import ACCOUNT, NOWHERE, REGION
from local.step_functions_local import __main__ as command
from local.step_functions_local.container import COMPOSE, container, docker_problem, settings

if TYPE_CHECKING:
    from pathlib import Path


STATES: dict[str, Any] = YAML(typ="safe").load(COMPOSE)["services"]["states"]
#: ${NAME:-default}
VARIABLE = re.compile(r"\$\{(\w+):-[^}]*\}")


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put only a fake docker on the path, which fails to start; return the log of its calls."""
    program = tmp_path / "docker"
    program.write_text(
        '#!/bin/sh\necho "$*" >> "$0.log"\ncase "$*" in *" up "*) echo no image; exit 1;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "docker.log"


def test_a_container_that_fails_to_start_is_reported_in_one_line_and_removed(
    docker: Path, tmp_path: Path
) -> None:
    assert docker_problem() == ""
    with (
        pytest.raises(LocalError, match=r"^docker compose .* up --detach: no image$"),
        container(tmp_path / "MockConfigFile.json"),
    ):
        pass

    *_, up, down = docker.read_text().splitlines()
    project, _, option = up.partition(" up ")
    assert project.startswith(f"compose --file {COMPOSE} --project-name callout-")
    assert option == "--detach"
    assert down == f"{project} down"


def test_without_docker_the_command_is_skipped_with_a_reason_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["python -m local.step_functions_local"])

    assert command.main() == 0

    assert capsys.readouterr().out == (
        "Step Functions Local: skipped, no docker command: install Docker\n"
    )


def test_the_image_is_pinned() -> None:
    pinned = r"amazon/aws-stepfunctions-local:\d+\.\d+\.\d+(@sha256:\w{64})?"

    assert re.fullmatch(pinned, STATES["image"])


def test_a_task_without_a_mock_reaches_nothing_in_tests_and_this_machine_by_hand(
    tmp_path: Path,
) -> None:
    variables = settings(8083, tmp_path / "MockConfigFile.json")

    assert set(VARIABLE.findall(COMPOSE.read_text())) == set(variables)
    for name in ("LAMBDA_ENDPOINT", "SNS_ENDPOINT"):
        assert variables[name] == NOWHERE
        assert STATES["environment"][name] == f"${{{name}:-http://host.docker.internal:4566}}"
    assert STATES["extra_hosts"] == ["host.docker.internal:host-gateway"]


def test_the_mock_config_file_is_mounted_read_only_at_the_configured_path() -> None:
    [mount] = STATES["volumes"]

    assert mount["target"] == STATES["environment"]["SFN_MOCK_CONFIG"]
    assert mount["read_only"] is True


def test_account_and_region_are_those_of_the_emulator() -> None:
    assert STATES["environment"]["AWS_ACCOUNT_ID"] == ACCOUNT
    assert STATES["environment"]["AWS_DEFAULT_REGION"] == REGION


def test_only_this_machine_can_reach_it() -> None:
    [port] = STATES["ports"]

    assert port.startswith("127.0.0.1:")


def test_docker_compose_accepts_it() -> None:
    if problem := docker_problem():
        pytest.skip(problem)

    subprocess.run(
        ["docker", "compose", "--file", str(COMPOSE), "config", "--quiet"],  # noqa: S607
        check=True,
    )
