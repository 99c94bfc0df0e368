"""The Chinese docs have the same commands, code, fields and headings as the English ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from callout.roster.json_schema import roster_schema
from local.environment import ROOT
from tests.docs.extract_commands import documented_commands

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH = ROOT / "docs"
CHINESE = ENGLISH / "zh-CN"
NAMES = sorted(path.name for path in CHINESE.glob("*.md"))
#: Generated sections (make reference) are in English, and have their own tests.
GENERATED = re.compile(r"<!-- written by .*?: begin -->.*?<!-- written by .*?: end -->", re.DOTALL)
FENCED = re.compile(r"^ *```\w*[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
HAN = r"[\u3400-\u9fff]"


def text_of(doc: Path) -> str:
    """Return a doc without its generated sections."""
    return GENERATED.sub("", doc.read_text())


def commands(doc: Path) -> set[tuple[str, ...]]:
    """Return every command in a doc."""
    path = doc.relative_to(ROOT).as_posix()
    return {command.words for command in documented_commands() if command.doc == path}


def code(doc: Path) -> list[str]:
    """Return the code blocks of a doc without their comments, which are translated."""
    return [re.sub(r" *# .*", "", block) for block in FENCED.findall(text_of(doc))]


def shape(doc: Path) -> list[int]:
    """Return the number of table rows and list items in each section."""
    sections = re.split(r"^## ", FENCED.sub("", text_of(doc)), flags=re.MULTILINE)
    return [len(re.findall(r"^ *(?:\||- )", section, re.MULTILINE)) for section in sections]


def test_the_operators_docs_are_translated() -> None:
    assert {"roster.md", "incidents.md", "runbook-responder.md", "troubleshooting.md"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_translation_has_the_same_commands_and_code(name: str) -> None:
    assert commands(ENGLISH / name)
    assert commands(CHINESE / name) == commands(ENGLISH / name)
    assert code(CHINESE / name) == code(ENGLISH / name)


@pytest.mark.parametrize("name", NAMES)
def test_a_translation_has_as_many_sections_and_table_rows(name: str) -> None:
    # 0: the other doc links to the table, or generates it.
    pairs = zip(shape(CHINESE / name), shape(ENGLISH / name), strict=True)
    assert all(0 in pair or len({*pair}) == 1 for pair in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_a_doc_and_its_translation_link_to_each_other(name: str) -> None:
    assert f"(../{name})" in (CHINESE / name).read_text()
    assert f"(zh-CN/{name})" in (ENGLISH / name).read_text()


@pytest.mark.parametrize("name", NAMES)
def test_chinese_and_latin_words_are_separated_and_digits_are_half_width(name: str) -> None:
    text = "\n".join(
        line
        for line in FENCED.sub("", (CHINESE / name).read_text()).splitlines()
        if not line.startswith(("    ", ">"))
    )
    prose = re.sub(r"“[^”]*”|[*`]", "", text)  # quotes are as spoken
    assert re.findall(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}|[\uff10-\uff19]", prose) == []


def test_the_chinese_roster_doc_has_every_field() -> None:
    fields = roster_schema()["properties"]
    parts = [
        field["items"]["properties"]
        for field in fields.values()
        if "properties" in field.get("items", {})
    ]
    text = (CHINESE / "roster.md").read_text()
    assert len(parts) == len(("contacts", "rotations", "overrides", "quiet_hours", "mutes"))
    assert [key for part in (fields, *parts) for key in part if f"`{key}`" not in text] == []
