"""What can be changed on the page, and what must not be possible."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.page_object import Onlooker

#: Milliseconds: each call is tried again for a while before it counts as failed.
RETRIES = 90_000
HOSTILE = '<img src=x onerror="document.title=1"><b>bold</b></script><script>window.harm=1</script>'


def page_event(title: str) -> dict[str, Any]:
    return {"source": "callout", "detail-type": "Page", "detail": {"title": title}}


def test_a_broken_roster_shows_its_line_and_what_to_write(onlooker: Onlooker) -> None:
    text = onlooker.page.locator("#roster-text")
    expect(onlooker.page.locator("#roster-said")).to_contain_text("last-good")
    good = text.input_value()
    text.fill(good.replace("+14155550132", "12345"))
    onlooker.page.get_by_role("button", name="Save to SSM").click()
    expect(onlooker.page.locator("#roster-said")).to_contain_text("refused by validate_roster")
    expect(onlooker.page.locator("#problems")).to_contain_text("contacts[0].phone")
    expect(onlooker.page.locator("#gutter .bad")).to_have_text("5")
    expect(onlooker.page.locator("#mail")).to_contain_text("refused")
    expect(onlooker.phone("Ana")).to_be_visible()
    onlooker.page.locator("#problems button").first.click()
    marked = "t => t.value.slice(t.selectionStart, t.selectionEnd)"
    assert "12345" in text.evaluate(marked)
    text.fill(good)
    onlooker.page.get_by_role("button", name="Save to SSM").click()
    expect(onlooker.page.locator("#roster-said")).to_contain_text("is good, says validate_roster")
    expect(onlooker.page.locator("#gutter .bad")).to_have_count(0)


def test_somebody_new_on_the_roster_has_a_phone(onlooker: Onlooker) -> None:
    text = onlooker.page.locator("#roster-text")
    text.fill(text.input_value() + '  - name: Tom\n    phone: "+14155550178"\n')
    onlooker.page.get_by_role("button", name="Save to SSM").click()
    expect(onlooker.phone("Tom")).to_be_visible()
    expect(onlooker.phones).to_have_count(3)


def test_hostile_text_stays_text(onlooker: Onlooker) -> None:
    onlooker.sends(page_event(HOSTILE))
    ana = onlooker.rings("Ana")
    onlooker.press(ana, "Answer")
    expect(ana.locator(".hears")).to_contain_text("bold")
    expect(onlooker.log).to_contain_text("<b>bold</b>")
    onlooker.press(ana, "1: take it")
    expect(onlooker.page.locator("#mail")).to_contain_text("<b>bold</b>")
    expect(onlooker.page.locator("#execution")).to_contain_text("<b>bold</b>")
    assert onlooker.page.locator("main img, main script, .log b b, .mail b").count() == 0
    assert onlooker.page.evaluate("window.harm") is None
    assert onlooker.complaints == []


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_refused(onlooker: Onlooker) -> None:
    onlooker.root_signs_in()
    onlooker.press(onlooker.rings("Ana"), "Answer")
    onlooker.press(onlooker.phone("Ana"), "1: take it")
    expect(onlooker.log).to_contain_text("acknowledged by Ana")
    assert len(onlooker.asked) > 20
    assert [one for one in onlooker.asked if not one.startswith(onlooker.url)] == []
    assert onlooker.complaints == []


def test_a_script_could_not_load_from_elsewhere_or_make_html(onlooker: Onlooker) -> None:
    """The policy holds even if a script were wrong."""
    fetched = onlooker.page.evaluate(
        "fetch('https://example.com/').then(() => 'came', () => 'refused')"
    )
    made = onlooker.page.evaluate(
        "new Promise(made => made(document.body.innerHTML = '<p>')).catch(error => error.name)"
    )
    assert (fetched, made) == ("refused", "TypeError")


def test_what_no_rule_matches_is_said(onlooker: Onlooker) -> None:
    onlooker.sends({"source": "shop", "detail-type": "Sale", "detail": {}})
    expect(onlooker.page.locator("#told")).to_contain_text("No rule matches it")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("{", "Not JSON"),
        ("[]", "not an event"),
        ('{"source": "x"}', "not an event"),
        ('{"source": "callout", "detail-type": "Page", "detail": {}, "time": "noon"}', "noon"),
    ],
)
def test_what_is_no_event_is_said(onlooker: Onlooker, written: str, why: str) -> None:
    onlooker.page.get_by_text("Your own event").click()
    onlooker.page.locator("#own-event").fill(written)
    onlooker.page.locator("#own button").click()
    expect(onlooker.page.locator("#told")).to_have_class("told wrong")
    expect(onlooker.page.locator("#told")).to_contain_text(why)


def test_a_fault_that_is_switched_on_strikes_and_one_that_is_off_does_not(
    onlooker: Onlooker,
) -> None:
    down = onlooker.page.get_by_role("switch", name="Connect is down")
    down.check()
    onlooker.root_signs_in()
    expect(onlooker.log).to_contain_text("The page ends failed", timeout=RETRIES)
    assert onlooker.page.locator(".ringing").count() == 0
    down.uncheck()
    onlooker.sends(page_event("Another thing"))
    onlooker.rings("Ana")


def test_a_story_plays_by_itself_until_the_phones_are_taken_back(onlooker: Onlooker) -> None:
    onlooker.page.locator("#story").select_option("first-answers")
    onlooker.page.get_by_role("button", name="Play").click()
    expect(onlooker.page.locator("#scripted")).to_be_visible()
    expect(onlooker.log).to_contain_text("The page ends acknowledged")
    onlooker.page.get_by_role("button", name="Take the phones back").click()
    expect(onlooker.page.locator("#scripted")).to_be_hidden()


def test_who_wants_less_motion_gets_none(opened: Callable[..., Onlooker]) -> None:
    shaking = "getComputedStyle(document.querySelector('.ringing .handset')).animationName"
    onlooker, calm = opened(), opened(reduced_motion="reduce")
    onlooker.root_signs_in()
    onlooker.rings("Ana")
    calm.rings("Ana")
    assert "shake" in onlooker.page.evaluate(shaking)
    assert calm.page.evaluate(shaking) == "none"


@pytest.mark.parametrize("width", [360, 800, 1440])
def test_nothing_stands_out_sideways(opened: Callable[..., Onlooker], width: int) -> None:
    onlooker = opened(viewport={"width": width, "height": 740})
    onlooker.sends(page_event("Averylongtitlewithoutanyspace" * 8))
    onlooker.press(onlooker.rings("Ana"), "Answer")
    expect(onlooker.phone("Ana")).to_contain_text("On the phone")
    assert onlooker.page.evaluate("document.documentElement.scrollWidth") == width
