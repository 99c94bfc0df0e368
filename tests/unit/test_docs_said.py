"""What the documentation says that is heard, or printed, is what Callout says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT
from oncall.events import incident_from_event
from oncall.messages.locale import load
from oncall.messages.voice_message import compose

if TYPE_CHECKING:
    from pathlib import Path

DOCS = ROOT / "docs"
HEARD = [
    pytest.param(DOCS / "runbook-responder.md", "en-US", "Europe/London", id="en"),
    pytest.param(DOCS / "zh-CN" / "runbook-responder.md", "zh-CN", "Asia/Shanghai", id="zh"),
]
#: Sentences of a call that who is called should know, and what stands in their gaps.
PROMPTS = (
    "test",
    "reminder",
    "several",
    "more",
    "prompt_confirmed",
    "prompt_confirmed_several",
    "prompt_declined",
    "prompt_wrong_key",
)
#: Where what is quoted may come from: everything that an operator reads.
SOURCES = "".join(
    path.read_text()
    for folder in ("callout", "functions", "workflow")
    for path in sorted((ROOT / folder).rglob("*"))
    if path.suffix in (".py", ".json")
)


def squeezed(text: str) -> str:
    """Leave out blanks, by which a page breaks its lines."""
    return re.sub(r"\s+", "", text)


def quoted(page: Path) -> set[str]:
    """Give what a page quotes in straight double quotes; not in commands or rosters."""
    code = re.compile(r"```.*?```|^    [^\n]*$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
    text = code.sub("", page.read_text())
    return {" ".join(one.split()) for one in re.findall(r'"([^"]+)"', text)}


@pytest.mark.parametrize(("page", "language", "zone"), HEARD)
def test_the_call_that_is_shown_is_one(page: Path, language: str, zone: str) -> None:
    event = json.loads((ROOT / "tests/events/root-sign-in.json").read_text())
    incident = incident_from_event(event, fallback_id="one")
    spoken = re.sub(r"<[^>]+>", "", compose(incident, language, zone)["message"])

    shown = "".join(re.findall(r"^> (.*)$", page.read_text(), re.MULTILINE))

    assert squeezed(shown) == squeezed(spoken)


@pytest.mark.parametrize(("page", "language", "zone"), HEARD)
def test_every_prompt_is_told_as_it_is_spoken(page: Path, language: str, zone: str) -> None:
    del zone
    text = squeezed(page.read_text())

    missing = [
        name
        for name in PROMPTS
        if not re.search(
            r"\w+".join(map(re.escape, re.split(r"\{\w+\}", squeezed(load(language).call[name])))),
            text,
        )
    ]

    assert missing == []


@pytest.mark.parametrize("folder", ["", "zh-CN"])
def test_what_an_operator_is_told_to_read_is_what_is_printed(folder: str) -> None:
    found = quoted(DOCS / folder / "troubleshooting.md")

    assert found
    assert [one for one in sorted(found) if one not in SOURCES] == []
