"""Text messages: short, recognizable, and without the characters that make them expensive."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from oncall.links.link_token import MAX_TOKEN_LENGTH
from oncall.messages.locale import available_languages
from oncall.messages.text_message import text_message
from tests.unit.json_values import any_event
from tests.unit.sample_events import incident, incident_from, page

#: Bytes that SNS accepts, and those of a link: the longest token, and API Gateway's address.
MAX_BYTES = 1600
MAX_LINK_BYTES = MAX_TOKEN_LENGTH + 100


def test_a_text_has_severity_title_and_account() -> None:
    alarm = replace(incident("alarm-alb-latency"), account="123456789012")

    assert text_message([alarm], "en-US", {}) == (
        "Callout: Severity high.\nCloudWatch alarm checkout-alb-latency is in alarm\n"
        "Account: 123456789012"
    )
    assert text_message([alarm], "en-US", {"123456789012": "shop"}).endswith("\nAccount: shop")


def test_an_account_in_the_title_is_not_repeated() -> None:
    assert text_message([incident("root-sign-in")], "en-US", {}).count("123456789012") == 1


def test_a_text_about_several_incidents_says_how_many() -> None:
    several = [incident("root-sign-in"), incident("alarm-alb-latency"), page(title="Disk full")]

    text = text_message(several, "en-US", {})

    assert text.startswith("Callout: 3 incidents. The most severe is critical.\nRoot user")


def test_a_test_says_so() -> None:
    assert "This is a test." in text_message([replace(page(title="x"), test=True)], "en-US", {})


@pytest.mark.parametrize("language", available_languages())
@given(event=any_event)
def test_every_text_begins_with_callout_and_fits(language: str, event: object) -> None:
    text = text_message([incident_from(event)], language, {})

    assert text.startswith("Callout: ")
    assert len(text.encode()) + MAX_LINK_BYTES <= MAX_BYTES
    assert "…" not in text  # the whole message would take more than twice as many parts


def test_a_long_english_title_fits_into_two_parts_without_the_link() -> None:
    text = text_message([page(title="Checkout is down. " * 20)], "en-US", {})

    assert len(text) <= 2 * 153  # characters of GSM 03.38 in each of several parts
    assert text.isascii()
