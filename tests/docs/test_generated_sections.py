"""The generated sections of the docs are up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel, ConfigDict

from docs._generate import settings
from docs._generate.__main__ import BEGIN, DOCS, END, GENERATORS, replace_sections
from docs._generate.markdown import COLUMNS, item

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(("name", "sections"), GENERATORS.items(), ids=GENERATORS)
def test_the_docs_are_up_to_date(name: str, sections: Callable[[], dict[str, str]]) -> None:
    doc = (DOCS / f"{name}.md").read_text(encoding="utf-8")
    assert doc == replace_sections(doc, sections()), "run make reference"


def test_lines_have_at_most_100_columns_except_in_tables() -> None:
    lines = "\n".join(text for sections in GENERATORS.values() for text in sections().values())
    assert [line for line in lines.splitlines() if len(line) > COLUMNS and line[0] != "|"] == []


def test_only_text_between_the_markers_is_replaced() -> None:
    first, second = BEGIN.format("a"), BEGIN.format("b-c")
    doc = f"before\n{first}\nold\n{END}\nbetween\n{second}\n{END}\nafter\n"

    written = replace_sections(doc, {"a": "new", "b-c": "more"})

    assert written == (
        f"before\n{first}\n\nnew\n\n{END}\nbetween\n{second}\n\nmore\n\n{END}\nafter\n"
    )
    assert replace_sections(written, {"a": "new", "b-c": "more"}) == written


@pytest.mark.parametrize("doc", ["", f"{BEGIN.format('a')}\n", f"{BEGIN.format('b')}\n{END}"])
def test_a_doc_without_the_markers_is_rejected(doc: str) -> None:
    with pytest.raises(ValueError, match="sections"):
        replace_sections(doc, {"a": "new"})


def test_a_setting_without_a_docstring_is_rejected() -> None:
    class Model(BaseModel):
        model_config = ConfigDict(use_attribute_docstrings=True)
        documented: int = 1
        """What it is for."""
        undocumented: int = 1

    written = settings.entries(Model)

    assert next(written) == "- **`documented`**: whole number; default `1`. What it is for."
    with pytest.raises(TypeError, match="undocumented"):
        next(written)


def test_lines_are_not_broken_within_code() -> None:
    written = item("word " * 18 + "`--parameters InstanceId=...` and more")
    assert "`--parameters InstanceId=...`" in written
    assert len(written.splitlines()) == 2
