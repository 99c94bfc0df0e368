"""The estimated duration of speech is an upper bound of the real one."""

import pytest
from hypothesis import given

from local.connect.text_to_speech import synthesize
from oncall.messages.locale import available_languages, nearest
from oncall.messages.speakable import SECONDS_PER_DIGIT, digits, speech_seconds
from oncall.messages.voice_message import compose, compose_grouped, short_summary
from oncall.text import escape_ssml
from tests.unit.json_values import any_text
from tests.unit.sample_events import NAMES, incident, page


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", NAMES)
def test_the_estimate_is_close_above_the_duration_of_the_simulated_voice(
    name: str, language: str
) -> None:
    result = incident(name)
    for message in (
        compose(result, language, "UTC")["message"],
        compose_grouped([result, result], language)["message"],
    ):
        heard = synthesize(message).seconds
        # The simulated voice reads digits as fast as letters, and full stops as fast as these.
        assert heard <= speech_seconds(message) <= 1.7 * heard


@given(text=any_text)
def test_no_text_takes_longer_than_estimated(text: str) -> None:
    ssml = f"<speak>{short_summary(page(title=text), nearest('en-US'))}</speak>"

    assert synthesize(ssml).seconds <= speech_seconds(ssml) + 0.001


@pytest.mark.parametrize(
    ("ssml", "expected"),
    [
        (digits("123456789012"), 12 * SECONDS_PER_DIGIT),
        (f"<speak><s>{escape_ssml('&' * 15)}</s></speak>", 1),  # neither markup nor entities count
        ("a" * 15, 1),
        ("\u706b" * 9, 2),
    ],
)
def test_digits_and_chinese_take_longer_than_letters(ssml: str, expected: float) -> None:
    assert speech_seconds(ssml) == pytest.approx(expected)
