"""docs/notifications.md shows what SNS is really sent, every metric and every alarm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from adapters.metrics import Metric
from local.definition.ways import load
from local.reference import measures, notifications
from local.reference.pages import PAGES, with_sections
from tests.safety.embedded_metrics import read

if TYPE_CHECKING:
    from pathlib import Path

    from local.virtual.every_story import AllScenarios

PAGE = PAGES / "notifications.md"


def test_what_is_committed_is_what_would_be_written(
    all_scenarios: AllScenarios, everything: Path
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    template = json.loads((everything / "Callout.template.json").read_text())
    counted = {"metrics": measures.metrics(), "alarms": measures.alarms(template)}

    written = with_sections(page, notifications.sections(all_scenarios.results) | counted)

    assert page == written, "run make reference"


def test_every_subject_of_the_definition_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    published = [
        one["Parameters"]
        for one in load()["States"].values()
        if one.get("Resource", "").endswith("sns:publish")
    ]

    assert len(published) == 3
    for asked in published:
        subject = asked.get("Subject") or asked["Subject.$"].split("'")[1].replace("{}", "…")
        assert f"| `{subject}` |" in page
        assert {key.removesuffix(".$") for key in asked} == {"TopicArn", "Subject", "Message"}


def test_a_metric_is_written_with_the_unit_and_the_dimension_that_are_documented(
    all_scenarios: AllScenarios,
) -> None:
    found: dict[str, Any] = {}
    for ending in all_scenarios.results.values():
        for line in ending.log:
            found |= {one.name: one.dimensions for one in read(line)}

    assert set(Metric) - set(found) <= {Metric.ROSTER_FALLBACK}
    assert {name: "".join(key for key, _ in by) for name, by in found.items()} == {
        name: Metric(name).dimension for name in found
    }
