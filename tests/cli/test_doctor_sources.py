"""The doctor's check of other regions and accounts."""

from __future__ import annotations

import json

import pytest

from callout.deployed_stack import Rule, Stack
from callout.doctor.check_result import State
from callout.doctor.check_sources import check_accounts, check_region, forwarded_triggers

NAME = "CalloutSignIn-eu-west-1"
STACK = Stack(NAME, "UPDATE_COMPLETE", {})
SIGN_IN = {"source": ["aws.signin"], "detail": {"userIdentity": {"type": ["Root"]}}}
ROOT = Rule("RootSignIn", SIGN_IN, enabled=True)
ALARMS = Rule("Alarms", {"source": ["aws.cloudwatch"]}, enabled=True)
OFF = Rule("Alarms", {"source": ["aws.cloudwatch"]}, enabled=False)


def test_sources_forward_every_enabled_trigger_and_other_regions_only_sign_ins() -> None:
    sources = {"regions": ["eu-west-1"]}
    assert forwarded_triggers([ROOT, ALARMS], sources, "eu-central-1") == {
        "eu-west-1": {"RootSignIn", "Alarms"},
        "us-east-1": {"RootSignIn"},
    }
    assert forwarded_triggers([ROOT, OFF], {}, "us-east-1") == {}


@pytest.mark.parametrize(
    ("stack", "rules", "state"),
    [
        (STACK, [ROOT, ALARMS], State.OK),
        (None, [], State.FAIL),
        (Stack(NAME, "ROLLBACK_COMPLETE", {}), [ROOT, ALARMS], State.FAIL),
        (STACK, [ROOT], State.FAIL),
        (STACK, [ROOT, OFF], State.FAIL),
    ],
)
def test_a_region_needs_its_stack_with_a_rule_for_each_deployed_trigger(
    stack: Stack | None, rules: list[Rule], state: State
) -> None:
    result = check_region("eu-west-1", stack, rules, {"RootSignIn", "Alarms"})
    assert result.state is state
    assert state is State.OK or result.fix.endswith(f"cdk deploy {NAME}")


@pytest.mark.parametrize(
    ("effect", "principal", "states"),
    [
        ("Allow", "arn:aws:iam::444455556666:root", [State.OK, State.FAIL]),
        ("Deny", "arn:aws:iam::444455556666:root", [State.FAIL, State.FAIL]),
        ("Allow", "arn:aws:iam::777788889999:root", [State.FAIL, State.OK]),
    ],
)
def test_each_account_needs_a_permission_on_the_home_bus(
    effect: str, principal: str, states: list[State]
) -> None:
    policy = {"Statement": [{"Effect": effect, "Principal": {"AWS": principal}}]}
    sources = {"accounts": ["444455556666", "777788889999"]}
    found = list(check_accounts(sources, json.dumps(policy)))
    assert [result.state for result in found] == states
    assert {result.fix for result in found if result.state is State.FAIL} <= {
        "cdk deploy CalloutSources"
    }
    assert [result.state for result in check_accounts({"organization": "o-a1b2c3d4e5"}, "")] == [
        State.FAIL
    ]
