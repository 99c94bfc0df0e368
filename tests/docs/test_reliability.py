"""docs/reliability.md lists every alarm; it and docs/security.md name existing tests."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from local.environment import ROOT

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
ROWS = [
    line.split("|")
    for line in TEXT.partition("## Failures of Callout itself")[2].partition("## ")[0].splitlines()
    if line.startswith("| ")
][1:]


@pytest.mark.parametrize("doc", ["reliability", "security"])
def test_every_named_test_exists(doc: str) -> None:
    text = (ROOT / f"docs/{doc}.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert named
    assert [
        (file, test)
        for file, test in named
        if not (ROOT / file).is_file() or f"def {test}" not in (ROOT / file).read_text()
    ] == []


def test_every_failure_of_callout_has_a_signal_and_a_test() -> None:
    assert ROWS
    for _, failure, signal, shown, _ in ROWS:
        assert failure.strip()
        assert re.search("alarm|notif", signal)
        assert re.search(r"`tests/\w+/test_\w+\.py", shown), failure


def test_every_alarm_reports_a_failure(full_assembly: Path) -> None:
    template = json.loads((full_assembly / "Callout.template.json").read_text())
    names = {
        re.sub("^rule .*(?= loses)|^failure .*(?= loses)", "rule …", name.partition(" - ")[2])
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        for name in [resource["Properties"]["AlarmName"]]
    }
    signals = " ".join(row[2] for row in ROWS)
    assert [name for name in names if f"*{name}*" not in signals] == []
