"""The rules: which events page, and that none is lost."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import pytest

from oncall.events.replay_entry import replay_entry
from tests.infrastructure.event_pattern import matches
from tests.infrastructure.stack import Stack, as_list, target
from tests.unit import sample_events

ROOT_SIGN_INS = ["root-sign-in", "root-sign-in-failed"]
PAGES = ["callout-page", "replayed-page", "hostile-page"]
SPELLINGS = ["AWS Console Sign In via CloudTrail", "AWS Console Signin via CloudTrail"]
DAY = 24 * 60 * 60


def paging_rules(callout: Stack) -> dict[str, dict[str, Any]]:
    """Return the rules that start the state machine; others monitor it (tests/monitoring)."""
    [machine] = callout.of_type("AWS::StepFunctions::StateMachine")
    return {
        name: rule
        for name, rule in callout.of_type("AWS::Events::Rule").items()
        if target(rule["Properties"]["Targets"][0]["Arn"]) == machine
    }


def rules_started(callout: Stack, event: dict[str, Any]) -> list[str]:
    """Return the paging rules that match an event."""
    return [
        name
        for name, rule in paging_rules(callout).items()
        if rule["Properties"]["State"] == "ENABLED"
        and matches(rule["Properties"]["EventPattern"], event)
    ]


def replayed(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event as a replay delivers it."""
    sent = replay_entry(event)
    detail = json.loads(sent["Detail"])
    return {"source": sent["Source"], "detail-type": sent["DetailType"], "detail": detail}


@pytest.mark.parametrize(
    ("name", "detail_type"), [*product(ROOT_SIGN_INS, SPELLINGS), *product(PAGES, ["Page"])]
)
def test_a_root_sign_in_and_a_page_event_start_one_rule(
    callout: Stack, name: str, detail_type: str
) -> None:
    event = sample_events.event(name) | {"detail-type": detail_type}
    assert len(rules_started(callout, event)) == 1


@pytest.mark.parametrize("name", ROOT_SIGN_INS + PAGES)
def test_a_replay_starts_the_rules_of_the_original_event(callout: Stack, name: str) -> None:
    event = sample_events.event(name)
    assert rules_started(callout, replayed(event)) == rules_started(callout, event)


@pytest.mark.parametrize("name", sorted(set(sample_events.NAMES) - {*ROOT_SIGN_INS, *PAGES}))
def test_other_events_page_only_if_their_trigger_is_enabled(callout: Stack, name: str) -> None:
    event = sample_events.event(name)
    assert rules_started(callout, event) == []
    assert rules_started(callout, replayed(event)) == []


@pytest.mark.parametrize("source", ["shop", "aws.ec2", "callout.other", "Callout"])
def test_a_sign_in_or_page_of_another_source_does_not_page(callout: Stack, source: str) -> None:
    for name in ("root-sign-in", "callout-page"):
        event = sample_events.event(name) | {"source": source}
        assert rules_started(callout, event) == []


def test_every_rule_retries_and_keeps_undelivered_events(callout: Stack) -> None:
    queues = callout.of_type("AWS::SQS::Queue")
    machines = [{"Ref": name} for name in callout.of_type("AWS::StepFunctions::StateMachine")]

    for rule in callout.of_type("AWS::Events::Rule").values():
        [delivery] = rule["Properties"]["Targets"]
        # EventBridge's maximums, but of an event that pages SNS is notified earlier.
        pages = delivery["Arn"] in machines
        assert delivery["RetryPolicy"] == {
            "MaximumEventAgeInSeconds": 15 * 60 if pages else DAY,
            "MaximumRetryAttempts": 185,
        }
        queue = queues[target(delivery["DeadLetterConfig"]["Arn"])]
        assert queue["Properties"]["MessageRetentionPeriod"] == 14 * DAY


def test_every_rule_can_send_to_its_dead_letter_queue(callout: Stack) -> None:
    allowed_sources = {
        (target(rule), target(statement.body["Resource"]))
        for statement in callout.statements("AWS::SQS::QueuePolicy")
        if statement.allows and statement.actions == ["sqs:SendMessage"]
        for rule in as_list(statement.body["Condition"]["ArnEquals"]["aws:SourceArn"])
    }

    assert allowed_sources == {
        (name, target(rule["Properties"]["Targets"][0]["DeadLetterConfig"]["Arn"]))
        for name, rule in callout.of_type("AWS::Events::Rule").items()
    }


def test_every_paging_rule_can_only_start_the_state_machine(callout: Stack) -> None:
    for rule in paging_rules(callout).values():
        role = target(rule["Properties"]["Targets"][0]["RoleArn"])
        [grant] = callout.granted_to(role)
        assert grant.actions == ["states:StartExecution"]
        assert grant.resources == [rule["Properties"]["Targets"][0]["Arn"]]
