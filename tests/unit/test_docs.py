"""What the documentation shows works as it stands there."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest
from pydantic import BaseModel

from local.environment import ROOT
from local.story import story_names
from oncall.roster import parse
from workflow.settings import Settings

READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
PAGES = sorted([*READMES, *(ROOT / "docs").rglob("*.md")])
ROSTERS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL))
]
README = "".join(page.read_text() for page in READMES)
SETTINGS = [
    *re.findall(r"```json\n(.*?)```", README, re.DOTALL),
    *re.findall(r"`(\{.*?\})` creates", README),
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


def test_every_scenario_that_readme_names_exists() -> None:
    named = re.findall(r"SCENARIO=([\w-]+)", README)

    assert named
    assert set(named) <= set(story_names())


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
