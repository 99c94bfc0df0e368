"""When an alarm goes off: at once where nothing mends it, later where a retry does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.template.stack import Stack

#: How many within five minutes; what is not named here goes off at the first.
THRESHOLDS = {"Errors": 2}  # a first error is mended by a retry
#: What is a level and not a count.
LEVELS = ("ApproximateNumberOfMessagesVisible",)


@pytest.fixture
def alarms(callout: Stack) -> list[dict[str, Any]]:
    """The properties of every alarm but those that miss a drill (tests/safety)."""
    found = [one["Properties"] for one in callout.of_type("AWS::CloudWatch::Alarm").values()]
    return [one for one in found if one["MetricName"] != "DrillSucceeded"]


def test_it_goes_off_at_the_first_trouble_that_nothing_mends(alarms: list[dict[str, Any]]) -> None:
    for alarm in alarms:
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["Threshold"] == THRESHOLDS.get(alarm["MetricName"], 1), alarm["AlarmName"]


def test_it_goes_off_within_minutes(alarms: list[dict[str, Any]]) -> None:
    for alarm in alarms:
        assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 1)


def test_one_message_at_any_time_counts_and_every_failure_does(
    alarms: list[dict[str, Any]],
) -> None:
    for alarm in alarms:
        assert alarm["Statistic"] == ("Maximum" if alarm["MetricName"] in LEVELS else "Sum")


def test_its_name_says_what_it_is_and_that_it_is_callouts(alarms: list[dict[str, Any]]) -> None:
    names = [alarm["AlarmName"] for alarm in alarms]

    # By that beginning the trigger for all alarms leaves them out (workflow/event_patterns.py).
    assert all(name.startswith("Callout - ") for name in names)
    assert len(set(names)) == len(names)
