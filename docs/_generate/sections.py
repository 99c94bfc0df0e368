"""Replace the generated sections of a doc, which are between two markers each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = ROOT / "docs"
BEGIN = "<!-- written by make reference, {}: begin -->"
END = "<!-- written by make reference: end -->"
_SECTION = re.compile(
    rf"{re.escape(BEGIN).replace(re.escape('{}'), '([a-z-]+)')}\n(.*?){re.escape(END)}", re.DOTALL
)


def replace_sections(doc: str, sections: Mapping[str, str]) -> str:
    """Return a doc with new content between the markers.

    Args:
        doc: Markdown with markers.
        sections: Markdown, by the name in the marker.

    Raises:
        ValueError: a section is missing, repeated or not generated.
    """
    names = [name for name, _ in _SECTION.findall(doc)]
    if sorted(names) != sorted(sections):
        raise ValueError(f"the doc has the sections {names}; generated are {[*sections]}")
    return _SECTION.sub(lambda match: _with_markers(match[1], sections[match[1]]), doc)


def _with_markers(name: str, text: str) -> str:
    return f"{BEGIN.format(name)}\n\n{text.strip()}\n\n{END}"
