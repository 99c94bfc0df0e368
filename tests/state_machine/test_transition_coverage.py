"""Coverage of a definition, measured from histories."""

from __future__ import annotations

from typing import Any

import pytest

from local.asl.coverage import measure_coverage
from local.asl.transitions import (
    Retrier,
    Transition,
    TransitionKind,
    load_definition,
    retriers,
    transitions,
)

Json = dict[str, Any]

#: A task that retries two kinds of errors and catches all, then a choice that may repeat it.
MACHINE: Json = {
    "StartAt": "Look",
    "States": {
        "Look": {
            "Type": "Task",
            "Retry": [
                {"ErrorEquals": ["Busy"], "MaxAttempts": 3},
                {"ErrorEquals": ["States.TaskFailed"], "MaxAttempts": 1},
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Seen?"}],
            "Next": "Seen?",
        },
        "Seen?": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.seen", "BooleanEquals": True, "Next": "Over"}],
            "Default": "Look",
        },
        "Over": {"Type": "Pass", "End": True},
    },
}
NEXT = Transition("Look", "Seen?", TransitionKind.NEXT)
CAUGHT = Transition("Look", "Seen?", TransitionKind.CATCH)
BUSY = Retrier("Look", 0, ("Busy",))


def entered(name: str) -> Json:
    return {"type": "AnyStateEntered", "stateEnteredEventDetails": {"name": name}}


def tried(error: str = "") -> list[Json]:
    """Return the events of one try of a task; without an error it succeeds."""
    end: Json = {"type": "TaskSucceeded"}
    if error == "States.Timeout":
        end = {"type": "TaskTimedOut", "taskTimedOutEventDetails": {"resource": "invoke"}}
    elif error:
        end = {"type": "TaskFailed", "taskFailedEventDetails": {"error": error}}
    return [{"type": "TaskScheduled"}, {"type": "TaskStarted"}, end]


def test_a_transition_is_counted_each_time() -> None:
    once = [entered("Look"), *tried(), entered("Seen?")]

    coverage = measure_coverage(MACHINE, [[*once, *once, entered("Over")], once])

    assert coverage.states == {"Look": 3, "Seen?": 3, "Over": 1}
    assert coverage.transitions == {
        NEXT: 3,
        Transition("Seen?", "Look", TransitionKind.DEFAULT): 1,
        Transition("Seen?", "Over", TransitionKind.RULE): 1,
    }
    assert not coverage.retriers


@pytest.mark.parametrize(
    "tries",
    [
        pytest.param(tried("Odd"), id="failed"),
        pytest.param(tried("States.Timeout"), id="timed out"),
        pytest.param([], id="never scheduled"),
        pytest.param([*tried("Busy"), *tried("Busy")], id="failed again"),
        pytest.param([*tried(), tried("Odd")[-1]], id="its result could not be read"),
    ],
)
def test_a_catch_is_distinguished_from_a_next_to_the_same_state(tries: list[Json]) -> None:
    coverage = measure_coverage(MACHINE, [[entered("Look"), *tries, entered("Seen?")]])
    assert coverage.transitions == {CAUGHT: 1}


@pytest.mark.parametrize(
    ("tries", "retriers"),
    [
        ([*tried("Busy"), *tried("Busy"), *tried()], {BUSY: 2}),
        ([*tried("Odd"), *tried()], {Retrier("Look", 1, ("States.TaskFailed",)): 1}),
    ],
)
def test_a_successful_retry_is_counted_for_its_retrier_and_not_as_a_catch(
    tries: list[Json], retriers: dict[Retrier, int]
) -> None:
    coverage = measure_coverage(MACHINE, [[entered("Look"), *tries, entered("Seen?")]])
    assert (coverage.transitions, coverage.retriers) == ({NEXT: 1}, retriers)


def test_entering_a_state_again_is_not_a_retry() -> None:
    failed = [entered("Look"), *tried("Odd"), entered("Seen?")]
    assert not measure_coverage(MACHINE, [[*failed, *failed]]).retriers


def test_uncovered_parts_are_listed() -> None:
    coverage = measure_coverage(
        MACHINE, [[entered("Look"), *tried("Busy"), *tried(), entered("Seen?")]]
    )
    assert coverage.uncovered == [
        "Over",
        "Look -> Seen? (Catch)",
        "Seen? -> Over (Choice)",
        "Seen? -> Look (Default)",
        "Look retries States.TaskFailed",
    ]


def test_a_history_of_another_definition_is_reported() -> None:
    coverage = measure_coverage(
        MACHINE, [[entered("Look"), *tried("States.Timeout"), *tried(), entered("Over")]]
    )
    assert coverage.unexplained == ["Look retries States.Timeout", "Look -> Over"]


def test_transitions_that_a_history_cannot_distinguish_are_rejected() -> None:
    choice = MACHINE["States"]["Seen?"]
    machine = MACHINE | {"States": MACHINE["States"] | {"Seen?": choice | {"Default": "Over"}}}
    with pytest.raises(ValueError, match=r"Seen\? has 2 transitions to Over"):
        transitions(machine)


def test_nested_states_are_rejected() -> None:
    with pytest.raises(ValueError, match="Each is a Map"):
        transitions({"States": {"Each": {"Type": "Map", "End": True}}})


def test_coverage_needs_every_rule_default_catch_and_retrier_of_the_definition() -> None:
    states = load_definition()["States"].values()

    assert len(transitions(load_definition())) == sum(
        ("Next" in state)
        + ("Default" in state)
        + len(state.get("Choices", []))
        + len(state.get("Catch", []))
        for state in states
    )
    assert len(retriers(load_definition())) == sum(len(state.get("Retry", [])) for state in states)
