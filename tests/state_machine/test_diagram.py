"""The diagram of the state machine: complete, up to date, and highlighting what is not covered."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from local.asl.choice_labels import condition
from local.asl.coverage import Coverage
from local.asl.diagram import PATH, svg
from local.asl.transitions import TransitionKind, load_definition, transitions

if TYPE_CHECKING:
    from collections.abc import Iterator

MACHINE = load_definition()


def css_classes(diagram: str) -> Iterator[str]:
    """Yield the class of each element; fails if the diagram is not XML."""
    for element in ET.fromstring(diagram).iter():  # noqa: S314 - our own diagram
        yield element.get("class", "")


def test_the_committed_diagram_is_up_to_date() -> None:
    assert PATH.read_text(encoding="utf-8") == svg(MACHINE), "run `make picture`"


def test_every_state_and_transition_is_drawn_and_catches_stand_out() -> None:
    diagram = svg(MACHINE)
    drawn = list(css_classes(diagram))
    assert all(f">{name}</text>" in diagram for name in MACHINE["States"])
    lines = [css_class for css_class in drawn if css_class.startswith("transition")]
    assert len(lines) == len(transitions(MACHINE)) + 1  # the start
    catches = [each for each in transitions(MACHINE) if each.kind is TransitionKind.CATCH]
    assert sum("catch" in css_class for css_class in drawn) == len(catches)


def test_a_changed_definition_changes_the_diagram() -> None:
    machine = copy.deepcopy(MACHINE)
    machine["States"]["CheckCall"]["Catch"][0]["Next"] = "NotifyFailure"
    assert svg(machine) != svg(MACHINE)


def test_uncovered_parts_are_highlighted() -> None:
    coverage = Coverage(MACHINE)
    missed = next(each for each in transitions(MACHINE) if each.kind is TransitionKind.CATCH)
    coverage.states.update(MACHINE["States"].keys() - {"NotificationFailed"})
    coverage.transitions.update(each for each in transitions(MACHINE) if each != missed)
    highlighted = [name for name in css_classes(svg(MACHINE, coverage)) if "uncovered" in name]
    assert highlighted == ["transition catch uncovered", "state fail uncovered"]


@pytest.mark.parametrize(
    ("rule", "label"),
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
def test_a_rule_is_labelled_in_readable_form(rule: dict[str, Any], label: str) -> None:
    assert condition(rule | {"Next": "Anywhere"}) == label
