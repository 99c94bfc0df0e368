"""compose.yaml, as far as it can be checked without Docker.

The file was checked once against the schema of the Compose specification.
"""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from local.environment import ACCOUNT, NOWHERE, REGION
from local.step_functions_local.container import COMPOSE, docker_problem, settings

if TYPE_CHECKING:
    from pathlib import Path

STATES: dict[str, Any] = YAML(typ="safe").load(COMPOSE)["services"]["states"]
#: ${NAME:-default}
VARIABLE = re.compile(r"\$\{(\w+):-[^}]*\}")


def test_the_image_is_pinned() -> None:
    pinned = r"amazon/aws-stepfunctions-local:\d+\.\d+\.\d+(@sha256:\w{64})?"

    assert re.fullmatch(pinned, STATES["image"])


def test_the_runner_sets_exactly_the_variables_of_the_file(tmp_path: Path) -> None:
    variables = settings(8083, tmp_path / "MockConfigFile.json")

    assert set(VARIABLE.findall(COMPOSE.read_text())) == set(variables)


def test_a_task_without_a_mock_reaches_nothing_in_tests_and_this_machine_by_hand(
    tmp_path: Path,
) -> None:
    variables = settings(8083, tmp_path / "MockConfigFile.json")

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
