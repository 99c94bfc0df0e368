"""`make reference`: write the parts of the docs that the code says."""

from __future__ import annotations

import sys

from local.everything import EVERYTHING
from local.reference import measures, notifications, roster, settings
from local.reference.pages import PAGES, with_sections
from local.virtual.template import template


def main() -> int:
    """Write every page, and name those that have changed."""
    shown = notifications.sections(notifications.told())
    counted = {"metrics": measures.metrics(), "alarms": measures.alarms(template(EVERYTHING))}
    written = {
        "settings": settings.sections(),
        "roster": roster.sections(),
        "notifications": shown | counted,
    }
    for name, sections in written.items():
        page = PAGES / f"{name}.md"
        before = page.read_text(encoding="utf-8")
        after = with_sections(before, sections)
        if after != before:
            page.write_text(after, encoding="utf-8")
            sys.stdout.write(f"written: docs/{page.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
