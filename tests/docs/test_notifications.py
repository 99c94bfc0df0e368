"""docs/notifications.md explains every subject, metric and alarm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from adapters.metrics import Metric
from local.asl.transitions import load_definition
from local.environment import ROOT
from tests.monitoring.emf import read

if TYPE_CHECKING:
    from pathlib import Path

    from local.simulation.all_scenarios import AllScenarios

#: The doc, its line breaks removed.
TEXT = " ".join((ROOT / "docs/notifications.md").read_text(encoding="utf-8").split())


def test_every_subject_of_the_definition_is_explained() -> None:
    published = [
        state["Parameters"]
        for state in load_definition()["States"].values()
        if state.get("Resource", "").endswith("sns:publish")
    ]

    assert len(published) == 4
    for request in published:
        subject = request.get("Subject") or request["Subject.$"].split("'")[1].replace("{}", "…")
        assert f"| `{subject}` |" in TEXT
        assert {key.removesuffix(".$") for key in request} == {
            "TopicArn",
            "Subject",
            "Message",
            "MessageAttributes",
        }


def test_every_metric_and_alarm_is_listed(full_assembly: Path) -> None:
    template = json.loads((full_assembly / "Callout.template.json").read_text())
    alarms = [
        f"*{resource['Properties']['AlarmName'].partition(' - ')[2]}*"
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
    ]

    assert alarms
    assert [name for name in (*alarms, *map("**`{}`**".format, Metric)) if name not in TEXT] == []


def test_scenarios_write_every_metric_with_its_dimension(all_scenarios: AllScenarios) -> None:
    found = {
        metric.name: "".join(key for key, _ in metric.dimensions)
        for result in all_scenarios.results.values()
        for line in result.log
        for metric in read(line)
    }

    assert set(Metric) - set(found) <= {Metric.ROSTER_FALLBACK}
    assert found == {name: Metric(name).dimension for name in found}
