"""The picture of the state machine is complete, current, and loud where it has to be."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from local.asl.choice_labels import condition
from local.asl.coverage import Walked
from local.asl.diagram import PATH, svg
from local.asl.transitions import Kind, load, ways

if TYPE_CHECKING:
    from collections.abc import Iterator

MACHINE = load()


def classes(picture: str) -> Iterator[str]:
    """Give the class of each thing that is drawn; fails where the picture is no XML."""
    for one in ET.fromstring(picture).iter():  # noqa: S314 - we have drawn it ourselves
        yield one.get("class", "")


def test_the_picture_is_of_the_definition_as_it_is() -> None:
    assert PATH.read_text(encoding="utf-8") == svg(MACHINE), "make picture draws it anew"


def test_every_state_and_every_way_is_drawn_and_a_catch_otherwise() -> None:
    picture = svg(MACHINE)
    drawn = list(classes(picture))
    assert all(f">{name}</text>" in picture for name in MACHINE["States"])
    assert sum(one.startswith("way") for one in drawn) == len(ways(MACHINE)) + 1  # the start
    catches = [one for one in ways(MACHINE) if one.kind is Kind.CATCH]
    assert sum("caught" in one for one in drawn) == len(catches)


def test_a_change_of_the_definition_changes_the_picture() -> None:
    machine = copy.deepcopy(MACHINE)
    machine["States"]["CheckCall"]["Catch"][0]["Next"] = "NotifyFailure"
    assert svg(machine) != svg(MACHINE)


def test_what_was_not_walked_stands_out() -> None:
    walk = Walked(MACHINE)
    missed = next(one for one in ways(MACHINE) if one.kind is Kind.CATCH)
    walk.states.update(MACHINE["States"].keys() - {"NotificationFailed"})
    walk.ways.update(one for one in ways(MACHINE) if one != missed)
    loud = [one for one in classes(svg(MACHINE, walk)) if "unwalked" in one]
    assert loud == ["way caught unwalked", "state fail unwalked"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"Variable": "$.duplicate", "BooleanEquals": True}, "duplicate"),
        ({"Variable": "$.duplicate", "BooleanEquals": False}, "not duplicate"),
        ({"Variable": "$.a.next", "NumericLessThanPath": "$.plan.count"}, "next < count"),
        ({"Variable": "$.a", "StringMatches": "x*"}, "a Matches x*"),
        (
            {
                "Or": [
                    {"Variable": "$.outcome", "StringEquals": "ringing"},
                    {"Variable": "$.outcome", "StringEquals": "talking"},
                ]
            },
            "outcome = ringing or talking",
        ),
        (
            {
                "And": [
                    {"Variable": "$.a", "NumericGreaterThanEquals": 1},
                    {"Not": {"Variable": "$.b", "IsPresent": True}},
                ]
            },
            "a \N{GREATER-THAN OR EQUAL TO} 1 and not (b IsPresent True)",
        ),
    ],
)
def test_a_rule_is_said_as_a_person_would(rule: dict[str, Any], said: str) -> None:
    assert condition(rule | {"Next": "Anywhere"}) == said
