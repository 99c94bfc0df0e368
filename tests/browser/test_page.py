"""Panels of the web page, security, accessibility and layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.page_object import PhonesPage

#: Milliseconds: Callout retries each call for a while before the call fails.
RETRY_TIMEOUT = 90_000
HOSTILE = '<img src=x onerror="document.title=1"><b>bold</b></script><script>window.harm=1</script>'


def page_event(title: str) -> dict[str, Any]:
    return {"source": "callout", "detail-type": "Page", "detail": {"title": title}}


def test_invalid_roster_shows_the_line_and_the_correction(phones_page: PhonesPage) -> None:
    text = phones_page.page.locator("#roster-text")
    feedback = phones_page.page.locator("#roster-feedback")
    expect(feedback).to_contain_text("last-good")
    good = text.input_value()
    phones_page.save_roster(good.replace("+14155550132", "12345"))
    expect(feedback).to_contain_text("invalid")
    expect(phones_page.page.locator("#problems")).to_contain_text("contacts[0].phone")
    expect(phones_page.page.locator("#line-numbers .invalid")).to_have_text("5")
    expect(phones_page.notifications).to_contain_text("rejected")
    expect(phones_page.phone("Ana")).to_be_visible()
    phones_page.page.locator("#problems button").first.click()
    selection = "t => t.value.slice(t.selectionStart, t.selectionEnd)"
    assert "12345" in text.evaluate(selection)
    phones_page.save_roster(good)
    expect(feedback).to_contain_text("is valid and labeled last-good")
    expect(phones_page.page.locator("#line-numbers .invalid")).to_have_count(0)


def test_new_contact_gets_a_phone(phones_page: PhonesPage) -> None:
    text = phones_page.page.locator("#roster-text")
    phones_page.save_roster(text.input_value() + '  - name: Tom\n    phone: "+14155550178"\n')
    expect(phones_page.phone("Tom")).to_be_visible()
    expect(phones_page.phones).to_have_count(3)


def test_hostile_text_stays_text(phones_page: PhonesPage) -> None:
    phones_page.send_event(page_event(HOSTILE))
    ana = phones_page.wait_for_ring("Ana")
    phones_page.press(ana, "Answer")
    expect(ana.locator(".transcript")).to_contain_text("bold")
    expect(phones_page.log).to_contain_text("<b>bold</b>")
    phones_page.press(ana, "1: acknowledge")
    expect(phones_page.notifications).to_contain_text("<b>bold</b>")
    expect(phones_page.page.locator("#execution")).to_contain_text("<b>bold</b>")
    assert (
        phones_page.page.locator("main img, main script, .log b b, .notifications b").count() == 0
    )
    assert phones_page.page.evaluate("window.harm") is None
    assert phones_page.errors == []


def test_page_loads_only_from_its_own_server_and_logs_no_errors(phones_page: PhonesPage) -> None:
    phones_page.send_root_sign_in()
    phones_page.press(phones_page.wait_for_ring("Ana"), "Answer")
    phones_page.press(phones_page.phone("Ana"), "1: acknowledge")
    expect(phones_page.log).to_contain_text("acknowledged by Ana")
    urls = phones_page.requested_urls
    assert len(urls) > 20
    assert [url for url in urls if not url.startswith(phones_page.url)] == []
    assert phones_page.errors == []


def test_policy_blocks_other_hosts_and_html_from_text(phones_page: PhonesPage) -> None:
    """The Content-Security-Policy would stop a faulty script."""
    fetched = phones_page.page.evaluate(
        "fetch('https://example.com/').then(() => 'loaded', () => 'blocked')"
    )
    html_error = phones_page.page.evaluate(
        "new Promise(done => done(document.body.innerHTML = '<p>')).catch(error => error.name)"
    )
    assert (fetched, html_error) == ("blocked", "TypeError")


def test_event_without_a_matching_rule_is_reported(phones_page: PhonesPage) -> None:
    phones_page.send_event({"source": "shop", "detail-type": "Sale", "detail": {}})
    expect(phones_page.feedback).to_contain_text("No rule matches this event")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", "Not JSON"),
        ("[]", "not an event"),
        ('{"source": "x"}', "not an event"),
        ('{"source": "callout", "detail-type": "Page", "detail": {}, "time": "noon"}', "noon"),
    ],
)
def test_invalid_event_is_reported(phones_page: PhonesPage, text: str, error: str) -> None:
    phones_page.submit_custom_event(text)
    expect(phones_page.feedback).to_have_class("feedback error")
    expect(phones_page.feedback).to_contain_text(error)


def test_sample_alert_rings_until_it_is_resolved(phones_page: PhonesPage) -> None:
    page = phones_page.page
    page.get_by_text("Webhooks and SNS topics").click()
    expect(page.locator("#alert-address")).to_contain_text("/webhooks/alertmanager")
    expect(page.get_by_label("The same from a terminal")).to_have_value(
        re.compile("curl --json .* --header 'Authorization: Bearer .+' http://127")
    )
    page.locator("#alert-form button").click()
    phones_page.wait_for_ring("Ana")
    expect(phones_page.feedback).to_contain_text("answered 202: accepted 1, resolved 0, ignored 0")
    page.get_by_label("Sample alert").select_option("alertmanager: resolved")
    page.locator("#alert-form button").click()
    expect(phones_page.log).to_contain_text("Page resolved")
    page.get_by_label("Sample alert").select_option("SNS alerts: text")
    expect(page.locator("#alert-address")).to_have_text(re.compile("^arn:aws:sns:.*:alerts$"))
    page.locator("#alert-form button").click()
    phones_page.press(phones_page.wait_for_ring("Ana"), "Answer")
    expect(phones_page.phone("Ana").locator(".transcript")).to_contain_text("backup of db-1 failed")
    assert phones_page.errors == []


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("health-instance-stop", ("Account ending in 4321", "Region U S west 2")),
        ("alarm-composite", ("Region E U west 1",)),
    ],
)
def test_sample_from_another_account_or_region_names_it(
    phones_page: PhonesPage, name: str, spoken: tuple[str, ...]
) -> None:
    page = phones_page.page
    page.get_by_label("Sample event").select_option(name)
    page.locator("#sample-form button").click()
    ana = phones_page.wait_for_ring("Ana")
    phones_page.press(ana, "Answer")
    for words in spoken:
        expect(ana.locator(".transcript")).to_contain_text(words)
    phones_page.press(ana, "1: acknowledge")
    expect(phones_page.log).to_contain_text("acknowledged by Ana")


def test_fault_is_injected_while_it_is_switched_on(
    phones_page: PhonesPage,
) -> None:
    switch = phones_page.page.get_by_role("switch", name="Connect is down")
    switch.check()
    phones_page.send_root_sign_in()
    expect(phones_page.log).to_contain_text("Page failed", timeout=RETRY_TIMEOUT)
    assert phones_page.page.locator(".ringing").count() == 0
    switch.uncheck()
    phones_page.send_event(page_event("Another incident"))
    phones_page.wait_for_ring("Ana")


def test_scenario_plays_until_the_user_takes_over_the_phones(phones_page: PhonesPage) -> None:
    phones_page.page.locator("#scenario").select_option("first-answers")
    phones_page.page.get_by_role("button", name="Play").click()
    expect(phones_page.page.locator("#scripted")).to_be_visible()
    expect(phones_page.log).to_contain_text("Page acknowledged")
    phones_page.page.get_by_role("button", name="Take over the phones").click()
    expect(phones_page.page.locator("#scripted")).to_be_hidden()


def test_reduced_motion_stops_the_animation(open_page: Callable[..., PhonesPage]) -> None:
    animation = "getComputedStyle(document.querySelector('.ringing .handset')).animationName"
    phones_page, still = open_page(), open_page(reduced_motion="reduce")
    phones_page.send_root_sign_in()
    phones_page.wait_for_ring("Ana")
    still.wait_for_ring("Ana")
    assert "shake" in phones_page.page.evaluate(animation)
    assert still.page.evaluate(animation) == "none"


@pytest.mark.parametrize("width", [360, 800, 1440])
def test_page_does_not_scroll_sideways(open_page: Callable[..., PhonesPage], width: int) -> None:
    phones_page = open_page(viewport={"width": width, "height": 740})
    phones_page.send_event(page_event("Averylongtitlewithoutanyspace" * 8))
    phones_page.press(phones_page.wait_for_ring("Ana"), "Answer")
    expect(phones_page.phone("Ana")).to_contain_text("On a call")
    assert phones_page.page.evaluate("document.documentElement.scrollWidth") == width
