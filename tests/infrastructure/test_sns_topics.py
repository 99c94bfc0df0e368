"""The function of SNS topics exists only with topics, and each topic can invoke it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.infrastructure import synth
from workflow.settings.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infrastructure.stack import Stack

ARN = "arn:aws:sns:eu-west-1:444455556666:alerts"


def test_without_topics_there_is_no_function(callout: Stack) -> None:
    assert "receive_notification" not in callout.functions


def test_a_topic_of_another_account_and_region_can_invoke_the_function(tmp_path: Path) -> None:
    off = {"arn": f"{ARN}-off", "enabled": False}
    settings = {"triggers": {"sns_topics": [{"arn": ARN, "severity": "low"}, off]}}
    stack = synth.stacks(tmp_path, settings)["Callout"]

    variables = stack.functions["receive_notification"]["Environment"]["Variables"]
    assert json.loads(variables["SNS_TOPICS"]) == {ARN: {"severity": "low"}}
    [subscription] = [
        each
        for each in stack.of_type("AWS::SNS::Subscription").values()
        if each["Properties"]["Protocol"] == "lambda"
    ]
    assert subscription["Properties"]["TopicArn"] == ARN
    assert subscription["Properties"]["Region"] == "eu-west-1"
    permissions = stack.of_type("AWS::Lambda::Permission")
    [name] = [key for key, each in permissions.items() if each["Properties"]["SourceArn"] == ARN]
    assert permissions[name]["Properties"]["Principal"] == "sns.amazonaws.com"
    assert name in subscription["DependsOn"]
    [failures] = [
        each["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]
        for each in stack.properties("AWS::Lambda::EventInvokeConfig")
        if "ReceiveNotification" in each["FunctionName"]["Ref"]
    ]
    assert "NotificationDlq" in failures


@pytest.mark.parametrize(
    ("topics", "problem"),
    [
        ([{"arn": f"{ARN}.fifo"}], "cannot invoke a function"),
        ([{"arn": ARN}, {"arn": ARN}], "is listed twice: remove one"),
        ([{"arn": ARN, "team": "web"}], r"triggers.sns_topics.0.team: 'web' is not one of"),
    ],
)
def test_wrong_topics_are_refused(topics: list[dict[str, str]], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Settings.model_validate({"triggers": {"sns_topics": topics}})
