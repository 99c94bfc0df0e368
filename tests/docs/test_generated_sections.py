"""The parts of the docs that the code says are what the code says now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel, ConfigDict

from docs._generate import settings
from docs._generate.__main__ import GENERATORS
from docs._generate.markdown import COLUMNS, item
from docs._generate.sections import BEGIN, DOCS, END, replace_sections

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(("name", "sections"), GENERATORS.items(), ids=GENERATORS)
def test_what_is_committed_is_what_would_be_written(
    name: str, sections: Callable[[], dict[str, str]]
) -> None:
    page = (DOCS / f"{name}.md").read_text(encoding="utf-8")

    assert page == replace_sections(page, sections()), "run make reference"


def test_lines_are_of_100_columns_but_for_tables() -> None:
    said = "\n".join(one for sections in GENERATORS.values() for one in sections().values())

    assert [line for line in said.splitlines() if len(line) > COLUMNS and line[0] != "|"] == []


def test_prose_between_sections_stays() -> None:
    first, second = BEGIN.format("a"), BEGIN.format("b-c")
    page = f"before\n{first}\nold\n{END}\nbetween\n{second}\n{END}\nafter\n"

    written = replace_sections(page, {"a": "new", "b-c": "more"})

    assert written == (
        f"before\n{first}\n\nnew\n\n{END}\nbetween\n{second}\n\nmore\n\n{END}\nafter\n"
    )
    assert replace_sections(written, {"a": "new", "b-c": "more"}) == written


@pytest.mark.parametrize("page", ["", f"{BEGIN.format('a')}\n", f"{BEGIN.format('b')}\n{END}"])
def test_a_page_without_the_markers_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="sections"):
        replace_sections(page, {"a": "new"})


def test_a_setting_that_says_nothing_of_itself_is_refused() -> None:
    class Silent(BaseModel):
        model_config = ConfigDict(use_attribute_docstrings=True)
        said: int = 1
        """What it is for."""
        unsaid: int = 1

    written = settings.entries(Silent)

    assert next(written) == "- **`said`**: whole number; default `1`. What it is for."
    with pytest.raises(TypeError, match="unsaid"):
        next(written)


def test_a_line_is_never_broken_within_code() -> None:
    shown = item("word " * 18 + "`--parameters InstanceId=...` and more")

    assert "`--parameters InstanceId=...`" in shown
    assert len(shown.splitlines()) == 2
