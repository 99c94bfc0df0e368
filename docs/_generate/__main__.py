"""Write the generated sections of the docs (`make reference`), between two markers each."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from docs._generate import roster, settings, spoken
from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCS = ROOT / "docs"
GENERATORS = {
    "settings": settings.sections,
    "roster": roster.sections,
    "spoken": spoken.sections,
}
BEGIN = "<!-- written by make reference, {}: begin -->"
END = "<!-- written by make reference: end -->"
_SECTION = re.compile(
    rf"{re.escape(BEGIN).replace(re.escape('{}'), '([a-z_-]+)')}\n(.*?){re.escape(END)}", re.DOTALL
)


def main() -> int:
    """Write every doc that has changed, and print its name."""
    for name, sections in GENERATORS.items():
        doc = DOCS / f"{name}.md"
        before = doc.read_text(encoding="utf-8")
        after = replace_sections(before, sections())
        if after != before:
            doc.write_text(after, encoding="utf-8")
            sys.stdout.write(f"written: docs/{doc.name}\n")
    return 0


def replace_sections(doc: str, sections: Mapping[str, str]) -> str:
    """Return a doc with new sections, by the name in their markers.

    Raises:
        ValueError: a section is missing, repeated or not generated.
    """
    names = [name for name, _ in _SECTION.findall(doc)]
    if sorted(names) != sorted(sections):
        raise ValueError(f"the doc has the sections {names}; generated are {[*sections]}")
    return _SECTION.sub(
        lambda match: f"{BEGIN.format(match[1])}\n\n{sections[match[1]].strip()}\n\n{END}", doc
    )


if __name__ == "__main__":
    sys.exit(main())
