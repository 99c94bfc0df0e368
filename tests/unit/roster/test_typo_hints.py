"""Promises to whoever's keyboard writes what only looks like YAML: the sign itself is named."""

from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from oncall.roster.parsing.errors import RosterError
from oncall.roster.parsing.parser import parse

SLIPS = YAML(typ="safe", pure=True).load(Path(__file__).parents[2] / "fixtures/rosters/typos.yaml")
ANA = "contacts: [{name: Ana, phone: +14155550132}]"


def problems(text: str) -> list[str]:
    with pytest.raises(RosterError) as refused:
        parse(text)
    return str(refused.value).splitlines()


@pytest.mark.parametrize("case", SLIPS, ids=lambda case: case["said"][:60])
def test_what_is_behind_a_refusal_is_said_where_it_stands(case: dict[str, str]) -> None:
    expected = escape(case["said"]).replace("{}", "*")

    assert [one for one in problems(case["roster"]) if fnmatchcase(one, expected)]


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
def test_what_is_meant_is_left_alone(name: str) -> None:
    roster = parse(f"contacts:\n  - name: {name}\n    phone: +14155550132\n")

    assert roster.contacts[0].name == name.strip("'")


def test_a_sign_far_from_anything_wrong_is_not_mentioned() -> None:
    named = ANA.replace("Ana", "夜班\uff1a张三")

    [only] = problems(f"# 值班\uff1a夜间\n{named}\nlanguage: en-US\nrounds: 11")

    assert only.startswith("line 4, column 9: rounds: ")


def test_a_sign_that_is_everywhere_is_said_once() -> None:
    said = problems("contacts\uff1a\n" + "  - name\uff1a Ana\n" * 40)

    assert sum("U+FF1A" in one for one in said) == 1
