"""Promises of the stories at random: reproducible, of every kind, and fit for a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.connect.phone import KINDS
from local.faults.kinds import FaultKind
from local.scenarios.scenario import read_scenario
from tests.chaos.stories import as_yaml, story_of

if TYPE_CHECKING:
    from pathlib import Path

MANY = range(500)


def test_a_seed_makes_one_story() -> None:
    assert story_of(7) == story_of(7)
    assert story_of(7) != story_of(8)


def test_a_story_can_be_written_to_a_file_and_read_again(tmp_path: Path) -> None:
    for seed in range(40):
        story = story_of(seed)
        path = tmp_path / f"{seed}.yaml"
        path.write_text(as_yaml(story))

        again = read_scenario(path)

        assert again == story
        assert again.phones_by_number() == story.phones_by_number()


def test_the_scenarios_of_make_chaos_are_valid_and_have_every_fault_and_every_phone() -> None:
    stories = [story_of(seed) for seed in MANY]
    for story in stories[::5]:
        story.gate()
        story.phones_by_number()

    assert {fault.kind for story in stories for fault in story.faults} == set(FaultKind)
    text = "\n".join(as_yaml(story) for story in stories)
    assert all(kind in text for kind in KINDS)
