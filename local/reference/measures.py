"""What is measured, and what an alarm is raised about."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from adapters.metrics import Metric
from local.reference.docstrings import of_attributes
from local.reference.markdown import item

if TYPE_CHECKING:
    from collections.abc import Mapping

#: CloudWatch's words for when a value is one that alarms.
COMPARED = {"GreaterThanOrEqualToThreshold": "{} or more", "LessThanThreshold": "fewer than {}"}
#: And for what no value at all means.
MISSING = {
    "breaching": "; no value alarms too",
    "ignore": "; no value changes nothing",
    "notBreaching": "",
}


def metrics() -> str:
    """Give every metric, with its unit, its dimension, and when it is counted."""
    said = of_attributes(Metric)
    return "\n".join(
        item(
            f"**`{one}`**, {one.unit.lower()}{f', by `{one.dimension}`' if one.dimension else ''}:"
            f" {said[one.name]}"
        )
        for one in Metric
    )


def alarms(template: Mapping[str, Any]) -> str:
    """Give every alarm of a stack's template, those together that watch the same of something."""
    alike: dict[str, list[str]] = defaultdict(list)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            alarm = resource["Properties"]
            alike[_condition(alarm)].append(f"*{alarm['AlarmName'].partition(' - ')[2]}*")
    return "\n".join(item(f"{when}: {', '.join(names)}.") for when, names in alike.items())


def _condition(alarm: Mapping[str, Any]) -> str:
    hours, seconds = divmod(alarm["Period"] * alarm["EvaluationPeriods"], 3600)
    within = f"{hours} hours" if hours else f"{seconds // 60} minutes"
    compared = COMPARED[alarm["ComparisonOperator"]].format(alarm["Threshold"])
    return (
        f"`{alarm['Namespace']}` `{alarm['MetricName']}`, {compared} in {within}"
        f"{MISSING[alarm['TreatMissingData']]}"
    )
