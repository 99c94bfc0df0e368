"""What the documentation shows works as it stands there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT
from local.scenarios.files import scenario_names
from oncall.roster.parsing.parser import parse
from tests.docs.extract_commands import PAGES
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

ROSTERS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL))
]
ALL = "".join(page.read_text() for page in PAGES)
SETTINGS = [
    *re.findall(r"```json\n(.*?)```", ALL, re.DOTALL),
    *re.findall(r"`(\{.*?\})` creates", ALL),
]


@pytest.mark.parametrize("text", ROSTERS)
def test_every_roster_shown_is_a_valid_one(text: str) -> None:
    assert parse(text).contacts


@pytest.mark.parametrize("text", SETTINGS)
def test_every_setting_shown_is_a_valid_one(text: str) -> None:
    assert Settings.from_context(json.loads(text)) != Settings()


def test_every_path_named_exists() -> None:
    missing = [
        f"{page.name}: {path}"
        for page in PAGES
        for path in re.findall(
            r"(?:\]\(|`)((?:docs|functions|local|requirements|tests|workflow)/[\w./-]*)",
            page.read_text(),
        )
        if not (ROOT / path).exists()
    ]

    assert missing == []


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).replace(" ", "-") for one in headings}


def test_every_link_leads_somewhere() -> None:
    dead = []
    for page in PAGES:
        for path, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", page.read_text()):
            target = page.parent / path if path else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                dead.append(f"{page.name}: {path}#{anchor}")

    assert dead == []


def test_every_scenario_that_is_named_exists() -> None:
    named = re.findall(r"SCENARIO=([\w-]+)", ALL)

    assert named
    assert set(named) <= set(scenario_names())


def test_every_name_that_shown_python_imports_exists() -> None:
    shown = re.findall(r"```python\n(.*?)```", ALL, re.DOTALL)
    imports = [line for one in shown for line in one.splitlines() if line.startswith("from ")]

    assert imports
    for line in imports:
        exec(line, {})  # noqa: S102 - of the docs
