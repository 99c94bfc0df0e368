"""What is spoken about the sample events is short, and has no markup or raw identifiers."""

import re

import pytest

from docs._generate.spoken import sample_events, spoken
from oncall.messages.locale import available_languages, load
from oncall.messages.speakable import speech_seconds
from oncall.messages.voice_message import compose
from tests.unit.sample_events import incident_from

SAMPLES = dict(sample_events())
#: URLs, ARNs, UUIDs, identifiers and long numbers, markup, templates, escapes, emoji, doubled
#: punctuation, names of fields as in code.
RAW = re.compile(
    r"://|arn:|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}|\d{9}|[a-z]+-(?=[a-z]*\d)[0-9a-f]{8}"
    r"|[<>{}\[\]*`_|=~]|%[0-9A-F]{2}|&|\\|[\U0001f000-\U0001ffff]"
    r"|[.…][.,。]|[a-z][A-Z]\w*: "
)


def test_there_are_forty_samples_of_twelve_sources() -> None:
    assert len(SAMPLES) >= 40
    assert len({event["source"] for event in SAMPLES.values()}) >= 12


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_spoken_in_25_seconds_without_raw_text(name: str, language: str) -> None:
    text, seconds = spoken(incident_from(SAMPLES[name]), language)
    assert not RAW.search(text)
    assert seconds <= 25


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("name", SAMPLES)
def test_what_where_and_how_bad_is_said_in_20_seconds(name: str, language: str) -> None:
    incident = incident_from(SAMPLES[name])
    severity = load(language).words["severity"][incident.severity]
    message = compose(incident, language, "Europe/London")["message"]
    assert speech_seconds(message[: message.rindex(severity)]) <= 20
