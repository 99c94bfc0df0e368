"""Hints at typos: characters that only look like YAML are named."""

from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from oncall.roster.parsing.errors import RosterError
from oncall.roster.parsing.parser import parse

TYPOS = YAML(typ="safe", pure=True).load(Path(__file__).parents[2] / "fixtures/rosters/typos.yaml")
ANA = "contacts: [{name: Ana, phone: +14155550132}]"


def problems(text: str) -> list[str]:
    with pytest.raises(RosterError) as rejected:
        parse(text)
    return str(rejected.value).splitlines()


@pytest.mark.parametrize("case", TYPOS, ids=lambda case: case["hint"][:60])
def test_the_typo_behind_a_problem_is_named_at_its_position(case: dict[str, str]) -> None:
    expected = escape(case["hint"]).replace("{}", "*")

    assert [line for line in problems(case["roster"]) if fnmatchcase(line, expected)]


@pytest.mark.parametrize(
    "name",
    [
        "夜班\uff1a张三",
        "O\u2019Brien",
        "Ana \u201cAnna\u201d Lee",
        "Li\u3000Wei",
        "A\u2013Z",
        "'name:Ana'",
    ],
)
def test_unusual_characters_in_names_are_allowed(name: str) -> None:
    roster = parse(f"contacts:\n  - name: {name}\n    phone: +14155550132\n")

    assert roster.contacts[0].name == name.strip("'")


def test_a_character_far_from_any_problem_is_not_mentioned() -> None:
    named = ANA.replace("Ana", "夜班\uff1a张三")

    [only] = problems(f"# 值班\uff1a夜间\n{named}\nlanguage: en-US\nrounds: 11")

    assert only.startswith("line 4, column 9: rounds: ")


def test_a_repeated_typo_is_reported_once() -> None:
    lines = problems("contacts\uff1a\n" + "  - name\uff1a Ana\n" * 40)

    assert sum("U+FF1A" in line for line in lines) == 1
