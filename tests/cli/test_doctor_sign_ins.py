"""The doctor's check of trails and rules: whether console sign-ins reach Callout."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callout.deployed_stack import Rule
from callout.doctor.check_sign_ins import (
    Trail,
    check_trails,
    logs_management_events,
    sign_in_regions,
)
from workflow.settings.triggers import Triggers, rule_name

TRAIL = Trail(
    name="everything",
    home_region="us-east-1",
    multi_region=True,
    global_events=True,
    logging=True,
    selectors={"EventSelectors": [{"IncludeManagementEvents": True, "ReadWriteType": "All"}]},
)
DATA_ONLY = {"EventSelectors": [{"IncludeManagementEvents": False}]}


def rules(settings: dict[str, Any]) -> list[Rule]:
    found = Triggers.model_validate(settings).enabled()
    return [Rule(rule_name(key, route), {}, enabled=True) for key, [route, *_] in found.items()]


def test_sign_in_regions_follow_the_enabled_rules() -> None:
    users = {"user_sign_in": {"enabled": True, "users": ["ana"], "roles": ["Admin"]}}
    assert sign_in_regions(rules({})) == ["us-east-1"]
    assert sign_in_regions(rules(users)) == [
        "us-east-1",
        "us-east-2",
        "eu-north-1",
        "ap-southeast-2",
    ]
    assert sign_in_regions(rules({"root_sign_in": {"enabled": False}})) == []
    assert sign_in_regions([replace(rules({})[0], enabled=False)]) == []


@pytest.mark.parametrize(
    ("trails", "state"),
    [
        ([TRAIL], "ok"),
        ([replace(TRAIL, multi_region=False)], "ok"),  # in its own region
        ([replace(TRAIL, multi_region=False, home_region="eu-west-1")], "fail"),
        ([], "fail"),
        ([replace(TRAIL, logging=False)], "fail"),
        ([replace(TRAIL, selectors=DATA_ONLY)], "fail"),
        ([replace(TRAIL, logging=False), replace(TRAIL, name="second")], "ok"),
        ([replace(TRAIL, global_events=False)], "warn"),
    ],
)
def test_trail_must_log_write_events_of_the_region(trails: list[Trail], state: str) -> None:
    assert check_trails("us-east-1", trails).state == state


def advanced(*fields: tuple[str, str]) -> dict[str, Any]:
    selectors = [{"Field": field, "Equals": [value]} for field, value in fields]
    return {"AdvancedEventSelectors": [{"FieldSelectors": selectors}]}


@pytest.mark.parametrize(
    ("selectors", "logs"),
    [
        ({}, True),  # without selectors, everything
        ({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, True),
        ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, False),
        (DATA_ONLY, False),
        ({"EventSelectors": [*DATA_ONLY["EventSelectors"], {}]}, True),
        (advanced(("eventCategory", "Management")), True),
        (advanced(("eventCategory", "Management"), ("readOnly", "false")), True),
        (advanced(("eventCategory", "Management"), ("readOnly", "true")), False),
        (advanced(("eventCategory", "Data")), False),
    ],
)
def test_basic_and_advanced_selectors_are_understood(
    selectors: dict[str, Any], *, logs: bool
) -> None:
    assert logs_management_events(selectors) is logs
