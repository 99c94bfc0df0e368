"""What the documentation shows works as it stands there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, get_args

import pytest
from pydantic import BaseModel

from local.environment import ROOT
from local.scenarios.files import scenario_names
from oncall.roster import parse
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = sorted([*READMES, *(ROOT / "docs").rglob("*.md")])
ROSTERS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL))
]
README = "".join(page.read_text() for page in READMES)
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


def test_every_scenario_that_readme_names_exists() -> None:
    named = re.findall(r"SCENARIO=([\w-]+)", README)

    assert named
    assert set(named) <= set(scenario_names())


def test_every_make_target_that_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`?make ([a-z-]+)", README))

    assert {"demo", "test"} <= named <= targets


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()

    missing = [key for key in keys_of(Settings) if f"`{key}`" not in documented]

    assert missing == []


def keys_of(model: type[BaseModel]) -> set[str]:
    """Name every setting at and below a model."""
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for part in (field.annotation, *get_args(field.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                keys |= keys_of(part)
    return keys
