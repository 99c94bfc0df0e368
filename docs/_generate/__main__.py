"""`make reference`: write the sections of the docs that are generated from the code."""

from __future__ import annotations

import sys

from docs._generate import roster, settings
from docs._generate.sections import PAGES, with_sections

WRITERS = {"settings": settings.sections, "roster": roster.sections}


def main() -> int:
    """Write every page, and name those that have changed."""
    for name, sections in WRITERS.items():
        page = PAGES / f"{name}.md"
        before = page.read_text(encoding="utf-8")
        after = with_sections(before, sections())
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"written: docs/{page.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
