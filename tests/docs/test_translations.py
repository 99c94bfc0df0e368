"""The pages in Chinese show what the English ones do: commands, code, fields, headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from callout.roster.json_schema import roster_schema
from local.environment import ROOT
from tests.docs.extract_commands import everything_shown

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"
CHINESE = DOCS / "zh-CN"
PAGES = sorted(path.name for path in CHINESE.glob("*.md"))
#: What a program writes into a page (make reference) is English, and has its own tests.
WRITTEN = re.compile(r"<!-- written by .*?: begin -->.*?<!-- written by .*?: end -->", re.DOTALL)
FENCED = re.compile(r"^ *```\w*[^\n]*\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
HAN = r"[\u3400-\u9fff]"


def text_of(page: Path) -> str:
    """Give what people have written of a page."""
    return WRITTEN.sub("", page.read_text())


def commands(page: Path) -> set[tuple[str, ...]]:
    """Give every command that a page shows."""
    return {
        one.words for one in everything_shown() if one.page == page.relative_to(ROOT).as_posix()
    }


def code(page: Path) -> list[str]:
    """Give the code of a page without its comments, which are in its language."""
    return [re.sub(r" *# .*", "", block) for block in FENCED.findall(text_of(page))]


def test_there_are_the_operators_pages() -> None:
    assert {"roster.md", "incidents.md", "runbook-responder.md", "troubleshooting.md"} <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_the_same_commands(name: str) -> None:
    english = commands(DOCS / name)

    assert english
    assert commands(CHINESE / name) == english


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_the_same_code(name: str) -> None:
    assert code(CHINESE / name) == code(DOCS / name)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_as_many_sections_and_table_rows(name: str) -> None:
    def shape(page: Path) -> list[int]:
        sections = re.split(r"^## ", FENCED.sub("", text_of(page)), flags=re.MULTILINE)
        return [len(re.findall(r"^ *(?:\||- )", one, re.MULTILINE)) for one in sections]

    chinese, english = shape(CHINESE / name), shape(DOCS / name)

    assert len(chinese) == len(english)
    # None: what a table says of JSON is linked to, and what a program writes is left out above.
    assert all(0 in pair or len({*pair}) == 1 for pair in zip(chinese, english, strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_the_two_pages_link_to_each_other(name: str) -> None:
    assert f"(../{name})" in (CHINESE / name).read_text()
    assert f"(zh-CN/{name})" in (DOCS / name).read_text()


@pytest.mark.parametrize("name", PAGES)
def test_chinese_and_latin_words_stand_apart_and_digits_are_half_width(name: str) -> None:
    text = "\n".join(
        line
        for line in FENCED.sub("", (CHINESE / name).read_text()).splitlines()
        if not line.startswith(("    ", ">"))
    )
    prose = re.sub(r"“[^”]*”|[*`]", "", text)  # what is quoted is as it is spoken

    assert re.findall(rf"{HAN}[A-Za-z0-9]|[A-Za-z0-9]{HAN}|[\uff10-\uff19]", prose) == []


def test_every_field_of_a_roster_is_told() -> None:
    fields = roster_schema()["properties"]
    parts = [
        one["items"]["properties"]
        for one in fields.values()
        if "properties" in one.get("items", {})
    ]
    told = (CHINESE / "roster.md").read_text()

    missing = [key for part in (fields, *parts) for key in part if f"`{key}`" not in told]

    assert len(parts) == len(("contacts", "rotations", "overrides"))
    assert missing == []
