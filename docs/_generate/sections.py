"""Pages of the docs, of which named sections are written from the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGES = ROOT / "docs"
BEGIN = "<!-- written by make reference, {}: begin -->"
END = "<!-- written by make reference: end -->"
_SECTION = re.compile(
    rf"{re.escape(BEGIN).replace(re.escape('{}'), '([a-z-]+)')}\n(.*?){re.escape(END)}", re.DOTALL
)


def with_sections(page: str, sections: Mapping[str, str]) -> str:
    """Put sections between their markers.

    Args:
        page: Markdown, with markers.
        sections: Markdown by the name in the marker.

    Raises:
        ValueError: the page has not each section once, or one that nobody writes.
    """
    there = [name for name, _ in _SECTION.findall(page)]
    if sorted(there) != sorted(sections):
        raise ValueError(f"the page has the sections {there}, and written are {[*sections]}")
    return _SECTION.sub(lambda found: _marked(found[1], sections[found[1]]), page)


def _marked(name: str, text: str) -> str:
    return f"{BEGIN.format(name)}\n\n{text.strip()}\n\n{END}"
