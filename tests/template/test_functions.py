"""Promises of the deployed functions: their runtime, and exactly the rights that they use."""

from __future__ import annotations

import pytest

from tests.template.function_source import NAMES, actions_needed, variables_read
from tests.template.stack import Stack, target

#: Lets a function write its log.
LOG_POLICY = ":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def test_every_step_of_a_page_has_its_function(callout: Stack) -> None:
    assert callout.functions.keys() == set(NAMES)
    assert set(NAMES) >= {"open_incident", "plan_calls", "place_call", "check_call"}


def test_all_functions_run_the_same_bytes_on_the_same_runtime(callout: Stack) -> None:
    functions = callout.functions.values()

    assert {str(one["Code"]) for one in functions} == {str(next(iter(functions))["Code"])}
    assert {one["Runtime"] for one in functions} == {"python3.13"}
    assert [one["Architectures"] for one in functions] == [["arm64"]] * len(functions)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_is_told_exactly_what_it_reads(callout: Stack, name: str) -> None:
    assert callout.functions[name]["Environment"]["Variables"].keys() == variables_read(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_function_may_do_exactly_what_it_does(callout: Stack, name: str) -> None:
    role = target(callout.functions[name]["Role"])

    granted = {
        action
        for one in callout.granted_to(role)
        if one.allows and not one.is_for_watching and not one.is_for_what_failed
        for action in one.actions
    }

    assert granted == actions_needed(name)


def test_every_function_has_a_role_of_its_own(callout: Stack) -> None:
    roles = [target(one["Role"]) for one in callout.functions.values()]

    assert len(set(roles)) == len(roles)


def test_a_role_has_no_managed_policy_but_that_for_its_log(callout: Stack) -> None:
    of_functions = {target(one["Role"]) for one in callout.functions.values()}

    for name, role in callout.of_type("AWS::IAM::Role").items():
        attached = [str(one) for one in role["Properties"].get("ManagedPolicyArns", [])]
        assert all(LOG_POLICY in one for one in attached)
        assert name in of_functions or not attached


def test_a_functions_log_is_kept_for_a_while_and_not_for_ever(callout: Stack) -> None:
    groups = callout.of_type("AWS::Logs::LogGroup")

    for function in callout.functions.values():
        group = groups[target(function["LoggingConfig"]["LogGroup"])]
        assert 30 <= group["Properties"]["RetentionInDays"] <= 400


@pytest.mark.parametrize(
    ("variable", "parameter"),
    [
        ("CONNECT_INSTANCE_ID", "/callout/telephony/instance-id"),
        ("CONTACT_FLOW_ID", "/callout/telephony/contact-flow-id"),
        ("SOURCE_PHONE_NUMBER", "/callout/telephony/source-phone-number"),
    ],
)
def test_the_connect_side_is_read_from_its_parameters_at_deployment(
    callout: Stack, variable: str, parameter: str
) -> None:
    given = callout.functions["place_call"]["Environment"]["Variables"][variable]

    asked_for = callout.template["Parameters"][target(given)]
    assert asked_for["Type"] == "AWS::SSM::Parameter::Value<String>"
    assert asked_for["Default"] == parameter
