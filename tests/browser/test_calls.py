"""Somebody takes a call, in a browser: the phone rings, speaks, and takes keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.phones.session import Board
    from tests.browser.page_object import Onlooker


def test_who_answers_and_presses_1_has_acknowledged(onlooker: Onlooker, board: Board) -> None:
    onlooker.root_signs_in()
    ana = onlooker.rings("Ana")
    expect(onlooker.page.locator("#status")).to_have_text("Ana: the phone rings")
    expect(onlooker.page.locator("#live")).to_contain_text("Ana's phone rings.")
    onlooker.press(ana, "Answer")
    expect(ana).to_contain_text("On the phone")
    expect(ana.locator(".hears")).to_contain_text("The root user signed in")
    onlooker.press(ana, "1: take it")
    expect(ana).to_contain_text("Last call: took it")
    expect(onlooker.log).to_contain_text("acknowledged by Ana")
    expect(onlooker.page.locator("#mail")).to_contain_text("Callout: acknowledged")
    [call] = board.system.connect.calls
    assert call.attributes["response"] == "acknowledged"


def test_the_state_machine_lights_up_and_shows_the_way(onlooker: Onlooker) -> None:
    lit, walked = onlooker.page.locator("rect.lit"), onlooker.page.locator(".way.walked")
    onlooker.root_signs_in()
    onlooker.rings("Ana")
    expect(onlooker.page.locator("#state b")).to_have_text("WaitForAnswer")
    expect(lit).to_have_count(1)
    before = walked.count()
    onlooker.press(onlooker.phone("Ana"), "Answer")
    onlooker.press(onlooker.phone("Ana"), "1: take it")
    expect(onlooker.page.locator("#state b")).to_have_text("Done")
    assert walked.count() > before
    expect(onlooker.page.locator("#execution")).to_contain_text("acknowledged by Ana")


def test_voicemail_does_not_acknowledge_and_the_next_phone_rings(onlooker: Onlooker) -> None:
    onlooker.root_signs_in()
    ana = onlooker.rings("Ana")
    onlooker.press(ana, "Voicemail")
    expect(ana).to_contain_text("Voicemail listens")
    li_wei = onlooker.rings("Li Wei")
    expect(ana).to_contain_text("Last call: voicemail")
    onlooker.press(li_wei, "Answer")
    onlooker.press(li_wei, "1: take it")
    expect(onlooker.log).to_contain_text("acknowledged by Li Wei")


def test_who_rejects_and_who_lets_it_ring_leave_it_to_sns(onlooker: Onlooker) -> None:
    onlooker.root_signs_in()
    onlooker.press(onlooker.rings("Ana"), "Reject")
    expect(onlooker.phone("Ana")).to_contain_text("Last call: rejected")
    onlooker.rings("Li Wei")
    expect(onlooker.phone("Li Wei")).to_contain_text("Last call: was not answered")
    expect(onlooker.log).to_contain_text("The page ends unanswered")
    expect(onlooker.page.locator("#mail summary")).to_contain_text("nobody acknowledged")


def test_each_call_is_spoken_in_its_language_and_voicemail_is_not(onlooker: Onlooker) -> None:
    onlooker.root_signs_in()
    onlooker.press(onlooker.rings("Ana"), "Voicemail")
    li_wei = onlooker.rings("Li Wei")
    assert onlooker.spoken == []
    onlooker.press(li_wei, "Answer")
    expect(li_wei.locator(".hears")).to_have_attribute("lang", "zh-CN")
    onlooker.press(li_wei, "2: pass it on")
    expect(li_wei).to_contain_text("Last call: passed it on")
    assert {language for _, language in onlooker.spoken} == {"zh-CN"}
    assert len(onlooker.spoken) == 2, "the message, and what the key did"


def test_a_phone_is_heard_ringing_and_each_key_has_its_tones(onlooker: Onlooker) -> None:
    onlooker.root_signs_in()
    ana = onlooker.rings("Ana")
    onlooker.page.wait_for_function("window.tones.length > 0")
    assert onlooker.tones == {440, 480}
    onlooker.press(ana, "Answer")
    onlooker.press(ana, "1: take it")
    expect(ana).to_contain_text("Last call: took it")
    assert onlooker.tones == {440, 480, 697, 1209}


def test_a_muted_phone_rings_without_a_sound_and_still_rings_on_the_page(
    onlooker: Onlooker,
) -> None:
    onlooker.page.get_by_role("button", name="Sound", exact=True).click()
    onlooker.root_signs_in()
    ana = onlooker.rings("Ana")
    onlooker.press(ana, "Answer")
    onlooker.press(ana, "2: pass it on")
    expect(ana).to_contain_text("Last call: passed it on")
    assert onlooker.tones == set()


def test_a_muted_voice_says_nothing(onlooker: Onlooker) -> None:
    onlooker.page.get_by_role("button", name="Voice", exact=True).click()
    onlooker.root_signs_in()
    ana = onlooker.rings("Ana")
    onlooker.press(ana, "Answer")
    expect(ana.locator(".hears")).to_contain_text("root user")
    assert onlooker.spoken == []


def test_the_keyboard_alone_takes_a_call(onlooker: Onlooker) -> None:
    onlooker.tab_to("Root user signed in")
    onlooker.page.keyboard.press("Enter")
    ana = onlooker.rings("Ana")
    onlooker.tab_to("Answer")
    onlooker.page.keyboard.press("Enter")
    expect(ana.get_by_role("button", name="1: take it")).to_be_focused()
    onlooker.page.keyboard.press("1")
    expect(ana).to_contain_text("Last call: took it")
    expect(ana).to_be_focused()


def test_a_call_that_nobody_took_loses_no_focus(onlooker: Onlooker) -> None:
    onlooker.root_signs_in()
    ana = onlooker.rings("Ana")
    onlooker.page.get_by_role("button", name="To the ringing phone").press("Enter")
    expect(ana.get_by_role("button", name="Answer")).to_be_focused()
    expect(ana).to_contain_text("Last call: was not answered")
    expect(ana).to_be_focused()


def test_a_page_that_is_opened_late_shows_what_is_and_speaks_nothing_that_was(
    opened: Callable[..., Onlooker],
) -> None:
    first = opened()
    first.root_signs_in()
    first.press(first.rings("Ana"), "Answer")
    expect(first.phone("Ana")).to_contain_text("On the phone")
    late = opened()
    expect(late.phone("Ana")).to_contain_text("On the phone")
    expect(late.log).to_contain_text("Ana is answered")
    assert late.spoken == []
    late.press(late.phone("Ana"), "1: take it")
    expect(first.phone("Ana")).to_contain_text("Last call: took it")
