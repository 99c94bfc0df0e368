"""Promises of the estimate of speech: what is bounded by it is not longer on a telephone."""

import pytest
from hypothesis import given

from local.connect.text_to_speech import synthesize
from oncall.messages.locale import available_languages, nearest
from oncall.messages.speech_duration import SECONDS_PER_DIGIT, seconds
from oncall.messages.ssml import digits
from oncall.messages.voice_message import compose, compose_grouped, short_summary
from oncall.text import escape_ssml
from tests.unit.json_values import any_text
from tests.unit.sample_events import NAMES, incident, page


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", NAMES)
def test_it_is_never_less_than_the_simulated_voice_takes_nor_much_more(
    name: str, language: str
) -> None:
    result = incident(name)
    for message in (
        compose(result, language, "UTC")["message"],
        compose_grouped([result, result], language)["message"],
    ):
        heard = synthesize(message).seconds
        # The simulated voice reads digits as fast as letters, and full stops as fast as these.
        assert heard <= seconds(message) <= 1.7 * heard


@given(text=any_text)
def test_no_text_is_spoken_for_longer_than_estimated(text: str) -> None:
    ssml = f"<speak>{short_summary(page(title=text), nearest('en-US'))}</speak>"

    assert synthesize(ssml).seconds <= seconds(ssml) + 0.001


def test_digits_read_one_by_one_take_their_time() -> None:
    assert seconds(digits("123456789012")) == pytest.approx(12 * SECONDS_PER_DIGIT)


def test_mark_up_is_not_spoken_and_what_is_escaped_is_one_character() -> None:
    assert seconds(f"<speak><s>{escape_ssml('&' * 15)}</s></speak>") == pytest.approx(1)


def test_chinese_takes_longer_than_as_many_letters() -> None:
    assert seconds("\u706b" * 9) == pytest.approx(2)
    assert seconds("a" * 15) == pytest.approx(1)
