"""Promises of what is counted of a page: the same each time, and what AWS would bill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench import baseline
from bench.counts import PAGES, of_page
from bench.loss import lose
from bench.losses import LOSSES
from bench.metering import metered
from bench.stories import told

if TYPE_CHECKING:
    from local.simulation.system import VirtualSystem


def test_a_page_comes_to_the_same_counts_each_time(virtual: VirtualSystem) -> None:
    first, again = (metered(virtual, told("first-answers"))[0] for _ in range(2))

    assert of_page(first) == of_page(again)
    assert first.requests["connect StartOutboundVoiceContact"] == first.calls == 1
    assert first.requests["sns Publish"] == 1
    assert first.invocations["open_incident"] == 1
    assert first.invocations["check_call"] >= 1
    assert first.looks >= 1


def test_every_state_and_every_retry_is_a_transition(virtual: VirtualSystem) -> None:
    healthy, all_told = metered(virtual, told("first-answers"))
    killed, retried = metered(virtual, told("fault-place-killed"))

    assert healthy.transitions == len(all_told.page.states)
    assert killed.transitions > len(retried.page.states)
    assert killed.invocations["place_call"] > killed.calls


def test_what_a_function_waits_in_the_story_is_what_it_lasted(virtual: VirtualSystem) -> None:
    found, _ = metered(virtual, told("connect-throttles"))

    assert found.story_seconds["place_call"] > 0


def test_a_call_that_was_answered_was_connected_until_it_was_over(virtual: VirtualSystem) -> None:
    found, _ = metered(virtual, told("first-answers"))

    [call] = virtual.connect.calls
    assert call.ended_at is not None
    assert call.connected_at is not None
    assert found.connected_seconds == call.ended_at - call.connected_at > 0


def test_the_time_from_a_loss_ends_with_the_second_dial(virtual: VirtualSystem) -> None:
    [rejected] = [one for one in LOSSES if one.name == "rejected at 3 s"]

    lost = lose(virtual, rejected, seed=1)

    _, second = virtual.connect.calls
    assert lost.lasted == 3
    assert lost.seconds == second.placed_at - 3 >= 0
    assert lost.looks >= 1


def test_the_baseline_has_every_page() -> None:
    accepted = baseline.read()

    assert [page for page in PAGES if f"{page}: transitions" not in accepted] == []
