"""Examples, links and figures in the docs are valid."""

from __future__ import annotations

import ast
import json
import re
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT
from local.scenarios.files import scenario_names
from oncall.calls.call_evaluation import POLL_INTERVAL
from oncall.roster.parsing.parser import parse
from tests.docs.extract_commands import DOCS
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {doc: doc.read_text() for doc in DOCS}
ALL = "".join(TEXTS.values())
ROSTERS = [
    pytest.param(block, id=f"{doc.name}-{number}")
    for doc, text in TEXTS.items()
    for number, block in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL))
]
SETTINGS = [
    *re.findall(r"```json\n(.*?)```", ALL, re.DOTALL),
    *re.findall(r"`(\{.*?\})` creates", ALL),
]
SCALES = re.findall(
    r"^\| ([\d,]+) \| ([\d,]+) \| ([\d.]+) \| (\d+) \|$",
    TEXTS[ROOT / "docs/scaling.md"],
    re.MULTILINE,
)
#: Connect's default quota per API and account: requests a second, and the size of a burst.
RATE, BURST = 2, 5


@pytest.mark.parametrize("text", ROSTERS)
def test_every_roster_is_valid(text: str) -> None:
    assert parse(text).contacts


@pytest.mark.parametrize("script", re.findall(r"```python\n(.*?)```", ALL, re.DOTALL))
def test_every_script_passes_arguments_that_exist(script: str) -> None:
    nodes = list(ast.walk(ast.parse(script)))
    imported = {
        alias.name: getattr(import_module(node.module or ""), alias.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func) in imported:
            keywords = {str(keyword.arg): None for keyword in node.keywords}
            signature(imported[ast.unparse(node.func)]).bind_partial(*node.args, **keywords)


@pytest.mark.parametrize("text", SETTINGS)
def test_every_setting_is_valid(text: str) -> None:
    assert Settings.from_context(json.loads(text)) != Settings()


def test_every_path_exists() -> None:
    folders = "docs|functions|local|requirements|tests|workflow"
    missing = [
        f"{doc.name}: {path}"
        for doc, text in TEXTS.items()
        for path in re.findall(rf"(?:\]\(|`)((?:{folders})/[\w./-]*)", text)
        if not (ROOT / path).exists()
    ]
    assert missing == []


def anchors(doc: Path) -> set[str]:
    """Return the anchors of a doc's headings, as GitHub generates them."""
    headings = re.findall(r"^#+ (.*)$", doc.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_resolves() -> None:
    dead = []
    for doc, text in TEXTS.items():
        for path, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", text):
            target = doc.parent / path if path else doc
            if not target.exists() or (anchor and anchor not in anchors(target)):
                dead.append(f"{doc.name}: {path}#{anchor}")
    assert dead == []


def test_every_scenario_exists() -> None:
    named = re.findall(r"SCENARIO=([\w-]+)", ALL)
    assert named
    assert set(named) <= set(scenario_names())


def test_every_python_import_works() -> None:
    blocks = re.findall(r"```python\n(.*?)```", ALL, re.DOTALL)
    imports = [line for block in blocks for line in block.splitlines() if line.startswith("from ")]
    assert imports
    for line in imports:
        exec(line, {})  # noqa: S102 - of the docs


def test_the_scaling_table_has_each_order_of_magnitude() -> None:
    assert [row[0] for row in SCALES] == ["1", "10", "100", "1,000"]


@pytest.mark.parametrize("row", SCALES, ids=lambda row: f"{row[0]} teams")
def test_the_scaling_table_matches_the_poll_interval_and_quotas(row: tuple[str, ...]) -> None:
    teams, calls, polls, seconds = (float(figure.replace(",", "")) for figure in row)
    assert calls == teams
    assert polls == teams / POLL_INTERVAL
    # A burst of calls is placed at once, then RATE calls a second.
    assert seconds == pytest.approx(max(0, teams - BURST) / RATE, abs=1)
