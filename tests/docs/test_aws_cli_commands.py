"""Every AWS CLI command in the docs matches botocore's models."""

from __future__ import annotations

import shlex

import pytest
from botocore import xform_name
from botocore.session import get_session

from tests.docs.extract_commands import everything_shown

#: What the CLI itself adds to every command (AWS CLI reference, "Global options" and pagination).
OF_THE_CLI = {"--region", "--output", "--query", "--max-items"}
SHOWN = sorted({shlex.join(one.words) for one in everything_shown() if one.words[0] == "aws"})


@pytest.mark.parametrize("shown", SHOWN)
def test_a_command_is_one_of_the_aws_cli(shown: str) -> None:
    _, service, command, *rest = shlex.split(shown)
    model = get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}

    shape = model.operation_model(operations[command]).input_shape

    options = {f"--{xform_name(name, '-')}" for name in shape.members} if shape else set()
    assert {one for one in rest if one.startswith("--")} <= options | OF_THE_CLI
    required = {f"--{xform_name(name, '-')}" for name in shape.required_members} if shape else set()
    assert required <= set(rest)


def test_there_are_some() -> None:
    assert any("--query" in one for one in SHOWN)
