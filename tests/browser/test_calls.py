"""Calls in a browser: phones ring, speak, and take keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROSTER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from local.phones.session import PhonesSession
    from tests.browser.page_object import PhonesPage


def test_pressing_1_acknowledges(phones_page: PhonesPage, session: PhonesSession) -> None:
    phones_page.send_root_sign_in()
    ana = phones_page.wait_for_ring("Ana")
    expect(phones_page.page.locator("#status")).to_have_text("Ringing: Ana")
    expect(phones_page.page.locator("#announcement")).to_contain_text("Ana's phone is ringing.")
    phones_page.press(ana, "Answer")
    expect(ana).to_contain_text("On a call")
    expect(ana.locator(".transcript")).to_contain_text("The root user signed in")
    phones_page.press(ana, "1: acknowledge")
    expect(ana).to_contain_text("Last call: acknowledged")
    expect(phones_page.log).to_contain_text("acknowledged by Ana")
    expect(phones_page.notifications).to_contain_text("Callout: acknowledged")
    [call] = session.system.connect.calls
    assert call.attributes["response"] == "acknowledged"


def test_state_machine_highlights_states_and_transitions(phones_page: PhonesPage) -> None:
    active = phones_page.page.locator("rect.active")
    visited = phones_page.page.locator(".transition.visited")
    phones_page.send_root_sign_in()
    phones_page.wait_for_ring("Ana")
    expect(phones_page.page.locator("#current-state b")).to_have_text("WaitForAnswer")
    expect(active).to_have_count(1)
    before = visited.count()
    phones_page.press(phones_page.phone("Ana"), "Answer")
    phones_page.press(phones_page.phone("Ana"), "1: acknowledge")
    expect(phones_page.page.locator("#current-state b")).to_have_text("Done")
    assert visited.count() > before
    expect(phones_page.page.locator("#execution")).to_contain_text("acknowledged by Ana")


def test_voicemail_does_not_acknowledge_and_the_next_phone_rings(phones_page: PhonesPage) -> None:
    phones_page.send_root_sign_in()
    ana = phones_page.wait_for_ring("Ana")
    phones_page.press(ana, "Voicemail")
    expect(ana).to_contain_text("Voicemail answered")
    li_wei = phones_page.wait_for_ring("Li Wei")
    expect(ana).to_contain_text("Last call: voicemail")
    phones_page.press(li_wei, "Answer")
    phones_page.press(li_wei, "1: acknowledge")
    expect(phones_page.log).to_contain_text("acknowledged by Li Wei")


def test_unanswered_page_notifies_sns(phones_page: PhonesPage) -> None:
    phones_page.send_root_sign_in()
    phones_page.press(phones_page.wait_for_ring("Ana"), "Reject")
    expect(phones_page.phone("Ana")).to_contain_text("Last call: rejected")
    phones_page.wait_for_ring("Li Wei")
    expect(phones_page.phone("Li Wei")).to_contain_text("Last call: no answer")
    expect(phones_page.log).to_contain_text("Page unanswered")
    expect(phones_page.notifications.locator("details:not(.chat) summary")).to_contain_text(
        "nobody acknowledged"
    )


def test_calls_are_spoken_in_their_language_and_voicemail_is_not(phones_page: PhonesPage) -> None:
    phones_page.send_root_sign_in()
    phones_page.press(phones_page.wait_for_ring("Ana"), "Voicemail")
    li_wei = phones_page.wait_for_ring("Li Wei")
    assert phones_page.spoken == []
    phones_page.press(li_wei, "Answer")
    expect(li_wei.locator(".transcript")).to_have_attribute("lang", "zh-CN")
    phones_page.press(li_wei, "2: decline")
    expect(li_wei).to_contain_text("Last call: declined")
    assert {language for _, language in phones_page.spoken} == {"zh-CN"}
    assert len(phones_page.spoken) == 2, "the message and the confirmation of the key"


def test_ringtone_and_key_tones_are_played(phones_page: PhonesPage) -> None:
    phones_page.send_root_sign_in()
    ana = phones_page.wait_for_ring("Ana")
    phones_page.page.wait_for_function("window.tones.length > 0")
    assert phones_page.tones == {440, 480}
    phones_page.press(ana, "Answer")
    phones_page.press(ana, "1: acknowledge")
    expect(ana).to_contain_text("Last call: acknowledged")
    assert phones_page.tones == {440, 480, 697, 1209}


def test_without_sound_phones_ring_silently(
    phones_page: PhonesPage,
) -> None:
    phones_page.page.get_by_role("button", name="Sound", exact=True).click()
    phones_page.send_root_sign_in()
    ana = phones_page.wait_for_ring("Ana")
    phones_page.press(ana, "Answer")
    phones_page.press(ana, "2: decline")
    expect(ana).to_contain_text("Last call: declined")
    assert phones_page.tones == set()


def test_without_voice_nothing_is_spoken(phones_page: PhonesPage) -> None:
    phones_page.page.get_by_role("button", name="Voice", exact=True).click()
    phones_page.send_root_sign_in()
    ana = phones_page.wait_for_ring("Ana")
    phones_page.press(ana, "Answer")
    expect(ana.locator(".transcript")).to_contain_text("root user")
    assert phones_page.spoken == []


def test_a_call_can_be_answered_with_the_keyboard(phones_page: PhonesPage) -> None:
    phones_page.tab_to("Root user signed in")
    phones_page.page.keyboard.press("Enter")
    ana = phones_page.wait_for_ring("Ana")
    phones_page.tab_to("Answer")
    phones_page.page.keyboard.press("Enter")
    expect(ana.get_by_role("button", name="1: acknowledge")).to_be_focused()
    phones_page.page.keyboard.press("1")
    expect(ana).to_contain_text("Last call: acknowledged")
    expect(ana).to_be_focused()


def test_a_person_calls_back_and_acknowledges_with_the_keyboard(
    phones_page: PhonesPage, session: PhonesSession
) -> None:
    phones_page.send_root_sign_in()
    ana = phones_page.wait_for_ring("Ana")
    phones_page.press(ana, "Reject")
    li_wei = phones_page.wait_for_ring("Li Wei")
    ana.get_by_role("button", name="Call back").press("Enter")
    expect(ana).to_contain_text("On a call")
    expect(ana.get_by_role("button", name="1: acknowledge")).to_be_focused()
    expect(ana.locator(".transcript")).to_contain_text("The root user signed in")
    phones_page.page.keyboard.press("1")
    expect(ana).to_contain_text("Last call: called back")
    expect(ana).to_be_focused()
    expect(phones_page.log).to_contain_text("Ana calls back")
    expect(phones_page.log).to_contain_text("acknowledged by Ana")
    expect(li_wei).to_contain_text("Last call: no answer")
    assert len(session.system.connect.inbound_calls) == 1


def test_focus_stays_on_the_phone_after_an_unanswered_call(phones_page: PhonesPage) -> None:
    phones_page.send_root_sign_in()
    ana = phones_page.wait_for_ring("Ana")
    phones_page.page.get_by_role("button", name="Go to the ringing phone").press("Enter")
    expect(ana.get_by_role("button", name="Answer")).to_be_focused()
    expect(ana).to_contain_text("Last call: no answer")
    expect(ana).to_be_focused()


def test_late_page_shows_the_current_state_and_does_not_speak_old_messages(
    open_page: Callable[..., PhonesPage],
) -> None:
    first = open_page()
    first.send_root_sign_in()
    first.press(first.wait_for_ring("Ana"), "Answer")
    expect(first.phone("Ana")).to_contain_text("On a call")
    late = open_page()
    expect(late.phone("Ana")).to_contain_text("On a call")
    expect(late.log).to_contain_text("Ana answered")
    assert late.spoken == []
    late.press(late.phone("Ana"), "1: acknowledge")
    expect(first.phone("Ana")).to_contain_text("Last call: acknowledged")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_text_message_is_on_its_phone_and_its_link_opens_the_incident(
    open_page: Callable[..., PhonesPage], session: PhonesSession, tmp_path: Path, scheme: str
) -> None:
    opened = open_page(viewport={"width": 1440, "height": 900}, color_scheme=scheme)
    session.system.save_roster(f"{ROSTER}    text: true\n")
    opened.send_root_sign_in()
    texts = opened.phone("Li Wei").get_by_label("Text messages")

    expect(texts).to_contain_text("Callout: 级别：紧急。")  # noqa: RUF001 - Chinese punctuation
    expect(opened.phone("Ana").get_by_label("Text messages")).to_be_hidden()
    expect(opened.log).to_contain_text("gets a text message")
    opened.page.screenshot(path=tmp_path / f"{scheme}.png", full_page=True)
    opened.page.set_viewport_size({"width": 360, "height": 740})
    opened.page.screenshot(path=tmp_path / f"{scheme}-360.png", full_page=True)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= 360
    with opened.page.context.expect_page() as incident:
        texts.get_by_role("link").click()
    expect(incident.value.get_by_role("button").first).to_be_visible()
    expect(incident.value.get_by_role("combobox")).to_have_count(0)  # the link names Li Wei
    incident.value.get_by_role("button").first.click()
    chat = opened.notifications.locator(".chat", has_text="Chat: Callout: acknowledged")
    chat.locator("summary").click()
    expect(chat).to_contain_text("Thread ")
    opened.page.screenshot(path=tmp_path / f"{scheme}-chat.png", full_page=True)
