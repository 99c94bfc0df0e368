"""Starting and stopping the container, with a fake docker command.

Not yet tested with a Docker engine.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from local.emulator.process import LocalError
from local.step_functions_local import __main__ as command
from local.step_functions_local.container import COMPOSE, container, docker_problem

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put only a fake docker command on the path, which records its arguments and fails to start.

    Returns:
        The file with the recorded arguments.
    """
    program = tmp_path / "docker"
    program.write_text(
        '#!/bin/sh\necho "$*" >> "$0.asked"\ncase "$*" in *" up "*) echo no image; exit 1;; esac\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path / "docker.asked"


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
