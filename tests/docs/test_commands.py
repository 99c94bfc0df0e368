"""Every command in the docs parses: `callout`, `make`, and the AWS CLI."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import get_session
from typer import TyperException
from typer.main import get_command

from callout.cli import app
from local.environment import ROOT
from tests.docs.extract_commands import Command, commands, documented_commands

MAKEFILE = (ROOT / "Makefile").read_text()
#: Numbers for the placeholders in the docs.
PLACEHOLDERS = {"VERSION": "1"}
#: Options of every AWS CLI command (AWS CLI reference, "Global options" and pagination).
AWS_CLI_OPTIONS = {"--region", "--output", "--query", "--max-items"}


def of(program: str) -> list[Command]:
    """Return the documented commands of a program."""
    found = [command for command in documented_commands() if command.words[0] == program]
    assert found
    return found


def test_every_callout_command_in_the_docs_parses() -> None:
    errors = [f"{command}: {error}" for command in of("callout") if (error := parse_error(command))]
    assert errors == []


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("callout roster cheque roster.yaml", "cheque"),
        ("callout incidents --opened", "No such option"),
        ("callout ack 5f2c7a10 5f2c7a11", "unexpected extra argument"),
        ("callout report --month", "requires an argument"),
        ("callout roster push TEAM", "Missing argument"),
        ("callout roster rollback TEAM first", "valid int"),
    ],
)
def test_an_invalid_callout_command_is_found(line: str, error: str) -> None:
    [command] = commands(f"    {line}\n", "doc")
    assert error in parse_error(command)


def parse_error(command: Command) -> str:
    """Parse a callout command without running it; return the error, or ""."""
    words = [PLACEHOLDERS.get(word, word) for word in command.words[1:]]
    parser = callout_parser()
    while words and (subcommands := getattr(parser, "commands", {})) and words[0][0] != "-":
        if words[0] not in subcommands:
            return f"no command {words[0]}"
        parser = subcommands[words.pop(0)]
    if words in ([], ["--help"]) and getattr(parser, "commands", {}):
        return ""  # a group shows its help
    try:
        parser.make_context(command.words[0], words)
    except TyperException as error:
        message = error.format_message()
        return "" if command.inline and message.startswith("Missing") else message
    return ""


@cache
def callout_parser() -> Any:  # noqa: ANN401 - typer does not export the class
    return get_command(app)


def test_every_make_target_exists_and_uses_the_given_variables() -> None:
    recipes = dict(re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE))

    for command in of("make"):
        target, *given = command.words[1:]
        assert target in recipes, command
        for name in (variable.partition("=")[0] for variable in given):
            assert re.search(rf"\$\({name}\)|given,{name},", recipes[target]), (name, command)


@pytest.mark.parametrize("line", sorted({shlex.join(command.words) for command in of("aws")}))
def test_every_aws_cli_command_matches_botocores_models(line: str) -> None:
    _, service, command, *rest = shlex.split(line)
    model = get_session().get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}

    shape = model.operation_model(operations[command]).input_shape

    options = {f"--{xform_name(name, '-')}" for name in shape.members} if shape else set()
    assert {word for word in rest if word.startswith("--")} <= options | AWS_CLI_OPTIONS
    required = {f"--{xform_name(name, '-')}" for name in shape.required_members} if shape else set()
    assert required <= set(rest)


def test_commands_are_found_in_every_kind_of_markdown() -> None:
    doc = """
A sentence with `callout ack ID`, and `callout` alone.

    callout roster check a.yaml …     what is wrong
    AWS_PROFILE=mine make test-aws ROLE=arn    # a comment
    callout/       a folder
    id=$(callout incidents --json | python -c "print(1)")

```sh
until callout incidents --open | grep "No orders"; do sleep 1; done
aws ssm put-parameter --name a \\
    --value "two  words"
```

```text
callout nothing
```

1. A step:

       make setup && cdk deploy Callout
"""

    assert [" ".join(command.words) for command in commands(doc, "doc")] == [
        "callout ack ID",
        "callout roster check a.yaml …",
        "make test-aws ROLE=arn",
        "callout incidents --json",
        "python -c print(1)",
        "callout incidents --open",
        "aws ssm put-parameter --name a --value two  words",
        "make setup",
        "cdk deploy Callout",
    ]
