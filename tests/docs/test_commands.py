"""Every command that the documentation shows parses."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from typer import TyperException
from typer.main import get_command

from callout.cli import app
from local.environment import ROOT
from tests.docs.extract_commands import Shown, commands, everything_shown

MAKEFILE = (ROOT / "Makefile").read_text()
#: A number, where the documentation shows a word for one.
PLACEHOLDERS = {"VERSION": "1"}


def of(program: str) -> list[Shown]:
    """Give the commands of a program that are shown."""
    found = [one for one in everything_shown() if one.words[0] == program]
    assert found
    return found


def test_the_command_line_takes_what_is_shown() -> None:
    wrong = [f"{one}: {said}" for one in of("callout") if (said := complaint(one))]

    assert wrong == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("callout roster cheque roster.yaml", "cheque"),
        ("callout incidents --opened", "No such option"),
        ("callout ack 5f2c7a10 5f2c7a11", "unexpected extra argument"),
        ("callout report --month", "requires an argument"),
        ("callout roster push TEAM", "Missing argument"),
        ("callout roster rollback TEAM first", "valid int"),
    ],
)
def test_what_the_command_line_does_not_take_is_noticed(line: str, said: str) -> None:
    [shown] = commands(f"    {line}\n", "page")

    assert said in complaint(shown)


def complaint(shown: Shown) -> str:
    """Say what the command line refuses; "" for nothing. Nothing is run."""
    words = [PLACEHOLDERS.get(word, word) for word in shown.words[1:]]
    parser = command_line()
    while words and (inside := getattr(parser, "commands", {})) and words[0][0] != "-":
        if words[0] not in inside:
            return f"there is no {words[0]}"
        parser = inside[words.pop(0)]
    if words in ([], ["--help"]) and getattr(parser, "commands", {}):
        return ""  # a group, which shows its help
    try:
        parser.make_context(shown.words[0], words)
    except TyperException as error:
        said = error.format_message()
        return "" if shown.mention and said.startswith("Missing") else said
    return ""


@cache
def command_line() -> Any:  # noqa: ANN401 - a class that typer does not name
    """Give the parser that `callout` has."""
    return get_command(app)


def test_make_has_the_target_and_uses_what_it_is_given() -> None:
    recipes = dict(re.findall(r"^([a-z-]+):.*\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE))

    for shown in of("make"):
        target, *given = shown.words[1:]
        assert target in recipes, shown
        for name in (one.partition("=")[0] for one in given):
            assert re.search(rf"\$\({name}\)|given,{name},", recipes[target]), (name, shown)


def test_commands_are_found_wherever_a_page_shows_them() -> None:
    page = """
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

    assert [" ".join(one.words) for one in commands(page, "page")] == [
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
