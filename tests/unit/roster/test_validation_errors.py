"""Rejected rosters: every problem with its position and how to fix it."""

from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from glob import escape
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from oncall.roster.model import Problem, RosterError
from oncall.roster.parsing.parser import parse

ROSTERS = Path(__file__).parents[2] / "fixtures/rosters"
ANA = "contacts: [{name: Ana, phone: +14155550132}]\n"


def problems(text: str) -> list[str]:
    with pytest.raises(RosterError) as rejected:
        parse(text)
    return str(rejected.value).splitlines()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1 is empty; add `contacts:` with at least one name and phone"),
        ("# nobody\n", "1:1 is empty; add `contacts:` with at least one name and phone"),
        ("rounds: 1\r\n\ufffdJFIF", "2:1 contains U+FFFD, which is not text; {}"),
        ("contacts: \udcff\udcd8", "1:11 contains U+DCFF, which is not text; {}"),
        ("contacts: \0", "1:11 contains U+0000, which is not text; {}"),
        ("contacts:\n\t- name: Ana", "2:1 is indented with a tab; use spaces"),
        ("contacts: - Ana", "1:11 has an unexpected `- `; start the list {}"),
        ("contacts: @Ana", "1:11 starts with `@`, which is reserved in YAML; put quotes {}"),
        ("contacts:\n- 'Ana", "2:3 starts a quote that is not closed; add the closing quote"),
        (
            "rounds: 2\ncontacts\nescalation: [Ana]",
            "2:1 is not a key with a value; write a colon {}",
        ),
        (
            "contacts: [\nrounds: 2",
            "2:10 is missing a comma, or the `]` that closes what starts in line 1, {}",
        ),
        ("contacts:\n  - name: Ana\n   phone: 1", "3:4 is not aligned with its neighbors; {}"),
        ("contacts:\n  - name: Ana\n     phone: 1", "3:11 has an unexpected `:`; {}"),
        ("%contacts: x", "1:13 is not valid YAML here (expected '<document start>', {}); check {}"),
        ('"\\U7fffffff"', "1:1 is not valid YAML (`chr() arg not in range(0x110000)`)"),
        ('"\\ud83d"', "1:1 contains half of an escaped character; type the character itself"),
        ("contacts: &all [*all]", "1:11 has the anchor `&all`; remove it"),
        ("contacts: [*all]", "1:12 uses the alias `*all`; write the value itself, a pattern {}"),
        ("contacts: [*]", "1:13 has a `*` or `&`, which YAML reads as a reference; put quotes {}"),
        ("rounds: !!python/name:os.abort", "1:9 has the tag `!!python/name:os.abort`; {}"),
        ("[" * 4000, "1:9 is nested more than 8 levels deep; remove levels"),
        (f"{ANA}---\n{ANA}", "2:1 starts a second document; remove the `---`"),
        ("{[a]: b}", "1:2 uses a list or table as a key; write a plain word"),
        ("- Ana", "1:1 is a list; write keys and values, {}"),
        ("+8613800138000", "1:1 is the text `+86*********00`; write keys and values, {}"),
    ],
    ids=lambda value: value[:40],
)
def test_a_text_that_is_not_a_roster_is_rejected_where_parsing_stopped(
    text: str, message: str
) -> None:
    """`{}` in an expected message stands for any words."""
    with pytest.raises(RosterError) as rejected:
        parse(text)
    (problem,) = rejected.value.problems
    assert problem.field == "roster"
    shown = f"{problem.line}:{problem.column} {problem.message}"
    assert fnmatchcase(shown, escape(message).replace("{}", "*"))


INVALID = YAML(typ="safe", pure=True).load(ROSTERS / "invalid.yaml")


@pytest.mark.parametrize("case", INVALID, ids=lambda case: case["problems"].splitlines()[0])
def test_every_mistake_is_reported_with_its_position_and_fix(case: dict[str, str]) -> None:
    assert problems(case["roster"]) == case["problems"].splitlines()


def test_problems_are_machine_readable() -> None:
    with pytest.raises(RosterError) as rejected:
        parse(f"{ANA}rounds: 11")
    message = "is `11`; write a whole number from 1 to 10"
    assert rejected.value.problems == (Problem(2, 9, "rounds", message),)


def test_a_plan_with_too_many_calls_is_rejected() -> None:
    phones = ", ".join(f"+861380013800{digit}" for digit in range(5))
    contacts = [f"- {{name: N{n}, phone: [{phones}]}}\n" for n in range(5)]
    parse(f"rounds: 5\ncontacts:\n{''.join(contacts[:2])}")  # 50, the limit
    (problem,) = problems(f"rounds: 9\ncontacts:\n{''.join(contacts)}")
    assert problem == (
        "line 1, column 9: rounds: a page would make up to 225 calls (9 rounds of 25), "
        "but the limit is 50; use fewer rounds, names or attempts"
    )


@pytest.mark.parametrize(
    "text",
    [
        "+8613800138000: Ana",
        "contacts: +8613800138000",
        "contacts: [{name: Ana, phone: 13800138000}]",
        "contacts: [{name: Ana, phone: +86 138 0013 8000 123}]",
        f"{ANA}rounds: +8613800138000",
        f"{ANA}escalation: [+86 138-0013-8000]",
    ],
)
def test_problems_mask_phone_numbers(text: str) -> None:
    digits = "".join(character for line in problems(text) for character in line.split("such as")[0])
    assert "13800138" not in "".join(filter(str.isdigit, digits))


TYPOS = YAML(typ="safe", pure=True).load(ROSTERS / "typos.yaml")


@pytest.mark.parametrize("case", TYPOS, ids=lambda case: case["hint"][:60])
def test_the_typo_behind_a_problem_is_named_at_its_position(case: dict[str, str]) -> None:
    expected = escape(case["hint"]).replace("{}", "*")

    assert [line for line in problems(case["roster"]) if fnmatchcase(line, expected)]


UNUSUAL = "夜班\uff1a张三|O\u2019Brien|Ana \u201cAnna\u201d Lee|Li\u3000Wei|A\u2013Z|'name:Ana'"


@pytest.mark.parametrize("name", UNUSUAL.split("|"))
def test_unusual_characters_in_names_are_allowed(name: str) -> None:
    roster = parse(f"contacts:\n  - name: {name}\n    phone: +14155550132\n")

    assert roster.contacts[0].name == name.strip("'")


def test_a_character_far_from_any_problem_is_not_mentioned() -> None:
    named = ANA.replace("Ana", "夜班\uff1a张三").strip()

    [only] = problems(f"# 值班\uff1a夜间\n{named}\nlanguage: en-US\nrounds: 11")

    assert only.startswith("line 4, column 9: rounds: ")


def test_a_repeated_typo_is_reported_once() -> None:
    lines = problems("contacts\uff1a\n" + "  - name\uff1a Ana\n" * 40)

    assert sum("U+FF1A" in line for line in lines) == 1


def test_a_mute_that_starts_at_once_ends_within_30_days_of_now() -> None:
    text = (
        f"timezone: Asia/Shanghai\n{ANA}mutes: [{{match: a, until: 2026-12-31T07:31, reason: r}}]"
    )
    now = datetime.fromisoformat("2026-11-30T23:30Z")  # 07:30 on December 1

    with pytest.raises(RosterError) as rejected:
        parse(text, now=now)

    [problem] = rejected.value.problems
    assert (problem.field, problem.message) == (
        "mutes[0].until",
        "is more than 30 days after now; write 2026-12-31T07:30 or earlier",
    )
    assert parse(text, now=now + timedelta(minutes=1)) == parse(text)


def test_a_missing_country_code_is_suggested_from_the_time_zone() -> None:
    [problem] = problems("timezone: Europe/Berlin\ncontacts: [{name: Ana, phone: 015112345678}]")
    assert "replace its leading 0 with +49 if it is a number in DE" in problem
