"""Every failure of Callout itself notifies SNS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from local.full_settings import FULL_SETTINGS
from tests.infrastructure import synth
from tests.infrastructure.event_pattern import matches
from tests.infrastructure.stack import target

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infrastructure.stack import Stack

    Json = dict[str, Any]

#: CloudWatch's limit for descriptions (API reference, PutMetricAlarm).
LONGEST_DESCRIPTION = 1024
#: A retry can fix a first failure, and a delayed function is no failure; other alarms fire at once.
THRESHOLDS = {"FailedTasks": 2, "ApproximateAgeOfOldestMessage": 300}
#: CloudWatch's free tier, in alarm metrics (CloudWatch pricing).
FREE_ALARM_METRICS = 10


@pytest.fixture
def topic(callout: Stack) -> str:
    """Return the topic's logical ID."""
    [name] = callout.of_type("AWS::SNS::Topic")
    return name


@pytest.fixture
def alarms(callout: Stack) -> list[Json]:
    """Return the properties of every alarm."""
    return callout.properties("AWS::CloudWatch::Alarm")


def watched(alarms: list[Json], metric: str) -> dict[str, Json]:
    """Return the alarms on a metric by the logical ID of their resource."""
    return {
        target(alarm["Dimensions"][0]["Value"]): alarm
        for alarm in alarms
        if alarm["MetricName"] == metric
    }


def failed_executions(callout: Stack) -> Json:
    """Return the rule that notifies SNS of executions."""
    rules: list[Json] = callout.properties("AWS::Events::Rule")
    [topic] = callout.of_type("AWS::SNS::Topic")
    [rule] = [rule for rule in rules if rule["Targets"][0]["Arn"] == {"Ref": topic}]
    return rule


def status_change(callout: Stack, status: str, **detail: object) -> Json:
    """Return a status change event of Step Functions."""
    [machine] = callout.of_type("AWS::StepFunctions::StateMachine")
    return {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"stateMachineArn": {"Ref": machine}, "status": status} | detail,
    }


@pytest.mark.parametrize(
    ("status", "notified"),
    [
        ("FAILED", True),
        ("TIMED_OUT", True),
        ("ABORTED", True),
        ("RUNNING", False),
        ("SUCCEEDED", False),
    ],
)
def test_an_execution_that_does_not_succeed_is_notified(
    callout: Stack, topic: str, status: str, *, notified: bool
) -> None:
    rule = failed_executions(callout)
    assert pattern_matches(rule, status_change(callout, status)) is notified
    assert [target(rule_target["Arn"]) for rule_target in rule["Targets"]] == [topic]
    assert rule["State"] == "ENABLED"


def test_executions_of_other_state_machines_are_ignored(callout: Stack) -> None:
    other = status_change(callout, "FAILED", stateMachineArn="another")
    assert not pattern_matches(failed_executions(callout), other)


def pattern_matches(rule: Json, event: Json) -> bool:
    """Match after replacing references, which nothing resolves here."""
    pattern, given = (
        json.loads(json.dumps(document)) for document in (rule["EventPattern"], event)
    )
    for place in (pattern["detail"], given["detail"]):
        place["stateMachineArn"] = json.loads(
            json.dumps(place["stateMachineArn"]).replace('{"Ref": ', "").replace("}", "")
        )
    return matches(pattern, given)


def test_the_notification_is_readable_and_links_to_the_execution(callout: Stack) -> None:
    transformer = failed_executions(callout)["Targets"][0]["InputTransformer"]
    lines = [json.loads(line) for line in transformer["InputTemplate"].split("\n")]

    assert set(transformer["InputPathsMap"].values()) == {
        "$.detail.status",
        "$.detail.name",
        "$.detail.executionArn",
        "$.region",
    }
    assert all(f"<{name}>" in "".join(lines) for name in transformer["InputPathsMap"])
    assert lines[-1].startswith("https://<region>.console.aws.amazon.com/states/")


def test_alarms_and_rules_can_publish_to_the_topic_and_use_its_key(
    callout: Stack, topic: str
) -> None:
    def may(kind: str, service: str) -> set[str]:
        return {
            action
            for statement in callout.statements(kind)
            if statement.allows and service in str(statement.body["Principal"])
            for action in statement.actions
        }

    [key] = callout.of_type("AWS::KMS::Key").values()
    granted = key["Properties"]["KeyPolicy"]["Statement"]
    for service in ("cloudwatch.amazonaws.com", "events.amazonaws.com"):
        assert "sns:Publish" in may("AWS::SNS::TopicPolicy", service)
        with_the_key = [
            statement["Action"] for statement in granted if service in str(statement["Principal"])
        ]
        assert ["kms:Decrypt", "kms:GenerateDataKey*"] in with_the_key
    [policy] = callout.of_type("AWS::SNS::TopicPolicy").values()
    assert policy["Properties"]["Topics"] == [{"Ref": topic}]


def test_every_alarm_notifies_sns_and_describes_what_to_do(alarms: list[Json], topic: str) -> None:
    for alarm in alarms:
        assert [target(alarm) for alarm in alarm["AlarmActions"]] == [topic]
        assert alarm.get("ActionsEnabled", True)
        description = alarm["AlarmDescription"]
        text = (
            description
            if isinstance(description, str)
            else "".join(map(str, description["Fn::Join"][1]))
        )
        assert len(text) <= LONGEST_DESCRIPTION
        assert text.count(".") >= 2, "what is wrong, and what to do"


def test_every_dead_letter_queue_has_an_alarm(callout: Stack, alarms: list[Json]) -> None:
    # One that a function reads: messages that it has received and failed to process are invisible.
    consumed = {
        target(mapping["EventSourceArn"])
        for mapping in callout.properties("AWS::Lambda::EventSourceMapping")
    }
    aged = watched(alarms, "ApproximateAgeOfOldestMessage")
    visible = watched(alarms, "ApproximateNumberOfMessagesVisible")
    assert aged.keys() == consumed
    assert visible.keys() == callout.of_type("AWS::SQS::Queue").keys() - consumed
    # SQS reports nothing about an idle queue, though messages may be in it.
    assert {alarm["TreatMissingData"] for alarm in (*aged.values(), *visible.values())} == {
        "ignore"
    }


@pytest.mark.parametrize("metric", ["ExecutionsFailed", "ExecutionThrottled"])
def test_the_state_machine_has_an_alarm(callout: Stack, alarms: list[Json], metric: str) -> None:
    assert (
        watched(alarms, metric).keys() == callout.of_type("AWS::StepFunctions::StateMachine").keys()
    )


def test_undeliverable_notifications_have_an_alarm(alarms: list[Json], topic: str) -> None:
    assert watched(alarms, "NumberOfNotificationsFailed").keys() == {topic}


def test_events_that_leave_no_trace_have_an_alarm(callout: Stack, alarms: list[Json]) -> None:
    found = watched(alarms, "InvocationsFailedToBeSentToDlq")
    rules = callout.of_type("AWS::Events::Rule")
    # What these lose, another rule also notifies of, or a daily schedule repeats.
    without = {name for name in rules if name.startswith(("UndeliveredEvents", "RosterValidation"))}
    assert len(without) == 2
    assert found.keys() == rules.keys() - without


def test_every_rule_and_asynchronous_function_has_a_watched_dead_letter_queue(
    callout: Stack, alarms: list[Json]
) -> None:
    queues = {
        name
        for metric in ("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible")
        for name in watched(alarms, metric)
    }
    started = set()
    for rule in callout.properties("AWS::Events::Rule"):
        [goal] = rule["Targets"]
        assert target(goal["DeadLetterConfig"]["Arn"]) in queues
        started.add(target(goal["Arn"]))
    asynchronous = {
        target(config["FunctionName"]): target(
            config["DestinationConfig"]["OnFailure"]["Destination"]
        )
        for config in callout.properties("AWS::Lambda::EventInvokeConfig")
        if "DestinationConfig" in config
    }
    # A warm-up that fails is not needed later.
    assert asynchronous.keys() == started & callout.of_type("AWS::Lambda::Function").keys()
    assert set(asynchronous.values()) <= queues


@pytest.mark.parametrize(
    ("kind", "counted"),
    [
        ("TaskFailed", True),
        ("TaskTimedOut", True),
        ("TaskStartFailed", True),
        ("TaskSubmitFailed", True),
        ("TaskSucceeded", False),
        ("TaskStateAborted", False),
        ("ExecutionFailed", False),
    ],
)
def test_failed_tasks_of_the_state_machine_are_counted(
    callout: Stack, alarms: list[Json], kind: str, *, counted: bool
) -> None:
    [machine] = callout.properties("AWS::StepFunctions::StateMachine")
    [log] = machine["LoggingConfiguration"]["Destinations"]
    [found] = callout.properties("AWS::Logs::MetricFilter")
    [written] = found["MetricTransformations"]
    [alarm] = [alarm for alarm in alarms if alarm["MetricName"] == written["MetricName"]]

    assert target(found["LogGroupName"]) == target(log["CloudWatchLogsLogGroup"]["LogGroupArn"])
    assert (written["MetricNamespace"], written["MetricValue"]) == (alarm["Namespace"], "1")
    assert "DefaultValue" not in written  # it would be billed at rest
    assert (f'($.type = "{kind}")' in found["FilterPattern"]) is counted


def test_an_alarm_fires_within_minutes_of_the_first_failure_that_no_retry_fixes(
    alarms: list[Json],
) -> None:
    for alarm in alarms:
        if alarm["MetricName"] == "DrillSucceeded":
            continue
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert alarm["Threshold"] == THRESHOLDS.get(alarm["MetricName"], 1), alarm["AlarmName"]
        assert (alarm["Period"], alarm["EvaluationPeriods"]) == (300, 1)
        assert alarm["Statistic"] == ("Maximum" if alarm["Namespace"] == "AWS/SQS" else "Sum")
        if alarm["Namespace"] != "AWS/SQS":
            assert alarm["TreatMissingData"] == "notBreaching"


def test_alarm_names_are_unique_and_excluded_from_the_alarm_trigger(
    alarms: list[Json],
) -> None:
    names = [alarm["AlarmName"] for alarm in alarms]
    assert all(name.startswith("Callout - ") for name in names)  # event_patterns.py
    assert len(set(names)) == len(names)


def test_26_hours_without_a_drill_raise_an_alarm(alarms: list[Json]) -> None:
    [alarm] = [alarm for alarm in alarms if alarm["MetricName"] == "DrillSucceeded"]
    assert alarm["Namespace"] == "Callout"
    assert "Dimensions" not in alarm
    assert (alarm["Statistic"], alarm["Period"], alarm["EvaluationPeriods"]) == ("Sum", 3600, 26)
    assert "DatapointsToAlarm" not in alarm  # every one of them
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.parametrize(
    ("settings", "metrics"),
    [
        ({}, FREE_ALARM_METRICS),
        ({"teams": ["default", *"abcdefghi"]}, FREE_ALARM_METRICS),
        # One more for each of the six other rules, and for the webhooks.
        (FULL_SETTINGS, FREE_ALARM_METRICS + 7),
    ],
    ids=["one team", "ten teams", "everything"],
)
def test_alarms_read_ten_metrics_and_one_for_each_further_trigger(
    tmp_path: Path, settings: Json, metrics: int
) -> None:
    alarms = synth.stacks(tmp_path, settings)["Callout"].properties("AWS::CloudWatch::Alarm")
    assert sum(len(alarm.get("Metrics", [alarm])) for alarm in alarms) == metrics
