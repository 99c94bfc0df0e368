"""What compose.yaml says of the container, as far as that shows without Docker.

The whole of it was checked once against the schema of the Compose specification.
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


def test_every_variable_of_the_file_is_set_by_who_starts_it_and_no_other(tmp_path: Path) -> None:
    given = settings(8083, tmp_path / "MockConfigFile.json")

    assert set(VARIABLE.findall(COMPOSE.read_text())) == set(given)


def test_a_task_without_a_mock_reaches_nothing_in_a_test_and_this_machine_by_hand(
    tmp_path: Path,
) -> None:
    given = settings(8083, tmp_path / "MockConfigFile.json")

    for name in ("LAMBDA_ENDPOINT", "SNS_ENDPOINT"):
        assert given[name] == NOWHERE
        assert STATES["environment"][name] == f"${{{name}:-http://host.docker.internal:4566}}"
    assert STATES["extra_hosts"] == ["host.docker.internal:host-gateway"]


def test_the_file_with_the_cases_is_where_it_is_looked_for() -> None:
    [mount] = STATES["volumes"]

    assert mount["target"] == STATES["environment"]["SFN_MOCK_CONFIG"]
    assert mount["read_only"] is True


def test_arns_are_those_of_the_emulator() -> None:
    assert STATES["environment"]["AWS_ACCOUNT_ID"] == ACCOUNT
    assert STATES["environment"]["AWS_DEFAULT_REGION"] == REGION


def test_nobody_but_this_machine_reaches_it() -> None:
    [port] = STATES["ports"]

    assert port.startswith("127.0.0.1:")


def test_docker_compose_takes_it() -> None:
    if problem := docker_problem():
        pytest.skip(problem)

    subprocess.run(
        ["docker", "compose", "--file", str(COMPOSE), "config", "--quiet"],  # noqa: S607
        check=True,
    )
