"""What a history shows of the ways that an execution took."""

from __future__ import annotations

from typing import Any

import pytest

from local.asl.coverage import walked
from local.asl.transitions import Kind, Retrier, Way, load, retriers, ways

Json = dict[str, Any]

#: Look, which may fail in two ways and is looked at again for one of them, then a choice.
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
NEXT = Way("Look", "Seen?", Kind.NEXT)
CAUGHT = Way("Look", "Seen?", Kind.CATCH)
BUSY = Retrier("Look", 0, ("Busy",))


def entered(name: str) -> Json:
    return {"type": "AnyStateEntered", "stateEnteredEventDetails": {"name": name}}


def tried(error: str = "") -> list[Json]:
    """Give what one try of a task leaves; without an error it succeeds."""
    end: Json = {"type": "TaskSucceeded"}
    if error == "States.Timeout":
        end = {"type": "TaskTimedOut", "taskTimedOutEventDetails": {"resource": "invoke"}}
    elif error:
        end = {"type": "TaskFailed", "taskFailedEventDetails": {"error": error}}
    return [{"type": "TaskScheduled"}, {"type": "TaskStarted"}, end]


def test_a_way_is_counted_each_time_that_it_is_taken() -> None:
    once = [entered("Look"), *tried(), entered("Seen?")]

    found = walked(MACHINE, [[*once, *once, entered("Over")], once])

    assert found.states == {"Look": 3, "Seen?": 3, "Over": 1}
    assert found.ways == {
        NEXT: 3,
        Way("Seen?", "Look", Kind.DEFAULT): 1,
        Way("Seen?", "Over", Kind.RULE): 1,
    }
    assert not found.retriers


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
def test_a_catch_is_told_from_the_next_that_leads_to_the_same_state(tries: list[Json]) -> None:
    found = walked(MACHINE, [[entered("Look"), *tries, entered("Seen?")]])
    assert found.ways == {CAUGHT: 1}


@pytest.mark.parametrize(
    ("tries", "retriers"),
    [
        ([*tried("Busy"), *tried("Busy"), *tried()], {BUSY: 2}),
        ([*tried("Odd"), *tried()], {Retrier("Look", 1, ("States.TaskFailed",)): 1}),
    ],
)
def test_a_retry_that_succeeds_is_no_catch_and_counts_for_its_retrier(
    tries: list[Json], retriers: dict[Retrier, int]
) -> None:
    found = walked(MACHINE, [[entered("Look"), *tries, entered("Seen?")]])
    assert (found.ways, found.retriers) == ({NEXT: 1}, retriers)


def test_a_state_that_is_entered_again_has_not_been_retried() -> None:
    looked = [entered("Look"), *tried("Odd"), entered("Seen?")]
    assert not walked(MACHINE, [[*looked, *looked]]).retriers


def test_what_was_never_walked_is_named() -> None:
    found = walked(MACHINE, [[entered("Look"), *tried("Busy"), *tried(), entered("Seen?")]])
    assert found.unwalked == [
        "Over",
        "Look -> Seen? (Catch)",
        "Seen? -> Over (Choice)",
        "Seen? -> Look (Default)",
        "Look retries States.TaskFailed",
    ]


def test_a_history_of_another_definition_is_noticed() -> None:
    found = walked(
        MACHINE, [[entered("Look"), *tried("States.Timeout"), *tried(), entered("Over")]]
    )
    assert found.strange == ["Look retries States.Timeout", "Look -> Over"]


def test_ways_that_no_history_tells_apart_are_refused() -> None:
    choice = MACHINE["States"]["Seen?"]
    machine = MACHINE | {"States": MACHINE["States"] | {"Seen?": choice | {"Default": "Over"}}}
    with pytest.raises(ValueError, match=r"Seen\? has 2 ways to Over"):
        ways(machine)


def test_states_inside_of_states_are_refused() -> None:
    with pytest.raises(ValueError, match="Each is a Map"):
        ways({"States": {"Each": {"Type": "Map", "End": True}}})


def test_every_rule_default_catch_and_retrier_of_the_definition_is_to_be_walked() -> None:
    states = load()["States"].values()

    assert len(ways(load())) == sum(
        ("Next" in one)
        + ("Default" in one)
        + len(one.get("Choices", []))
        + len(one.get("Catch", []))
        for one in states
    )
    assert len(retriers(load())) == sum(len(one.get("Retry", [])) for one in states)
