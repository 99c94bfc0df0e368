"""Write the generated sections of the docs (`make reference`)."""

from __future__ import annotations

import sys

from docs._generate import roster, settings
from docs._generate.sections import DOCS, replace_sections

GENERATORS = {"settings": settings.sections, "roster": roster.sections}


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


if __name__ == "__main__":
    sys.exit(main())
