"""All languages have the same keys, placeholders and words."""

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from oncall.incident import KINDS, SEVERITIES
from oncall.messages import locale
from oncall.messages.locale import available_languages, load, nearest

OUTCOMES = "acknowledged declined no_answer unanswered busy handled not_allowed failed"
every_language = pytest.mark.parametrize("tag", available_languages())


#: Keys that differ by language; the clock has its own test.
LANGUAGE_SPECIFIC = {"tag", "voice", "code", "zones", "day_parts", "written", "months", "weekdays"}


def placeholders(*templates: str) -> set[str]:
    """Return the names in braces."""
    return {name for text in templates for _, name, _, _ in Formatter().parse(text) if name}


def shape(value: Any) -> Any:  # noqa: ANN401 - nested as in the file
    """Return what all languages share: the keys, and the placeholders of each text."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        return {key: shape(member) for key, member in value.items() if key not in LANGUAGE_SPECIFIC}
    return placeholders(*(value if isinstance(value, list) else [value]))


def texts(value: Any) -> list[str]:  # noqa: ANN401 - as above
    """Return every text of a language."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        return [text for member in value.values() for text in texts(member)]
    return value if isinstance(value, list) else [value]


def test_each_file_is_a_language() -> None:
    files = Path(locale.__file__).parent.joinpath("locales").iterdir()
    assert sorted(file.stem for file in files) == list(available_languages())
    assert {"en-US", "zh-CN"} <= set(available_languages())


@every_language
def test_a_language_is_complete(tag: str) -> None:
    language = load(tag)
    assert shape(language) == shape(load("en-US"))
    assert set(language.phrases) == set(KINDS)
    assert set(language.words["severity"]) == set(SEVERITIES)
    assert set(language.email.outcomes) == set(OUTCOMES.split())
    with_separator = replace(language, between_sentences="-")  # empty in Chinese
    assert all(text.strip() for text in texts(with_separator))


@every_language
def test_a_language_has_phrases_without_any_fact(tag: str) -> None:
    spoken = load(tag)
    for kind in KINDS:
        assert spoken.title(kind, {})
        assert locale.fill(spoken.phrases[kind]["spoken"], spoken.unknown)
        assert locale.fill(spoken.phrases[kind]["brief"][:1], spoken.unknown)


@every_language
def test_a_language_file_has_no_markup(tag: str) -> None:
    text = Path(locale.__file__).parent.joinpath("locales", f"{tag}.json").read_text("utf-8")
    assert not set("<>&") & set(text)


@every_language
def test_a_clock_has_a_whole_year_week_and_day(tag: str) -> None:
    clock = load(tag).clock
    assert len(set(clock.months)) == 12
    assert len(set(clock.weekdays)) == 7
    begins = [int(hour) for hour in clock.day_parts]
    assert begins == sorted(begins)
    assert begins[0] == 0
    assert begins[-1] < 24
    assert clock.midnight in ("0", "12")
    assert placeholders(clock.written) <= {"year", "month", "day", "hour", "minute", "second"}


@pytest.mark.parametrize("tag", ["tlh", "../../etc/passwd", "", "en-us\n"])
def test_an_unknown_language_is_rejected_with_the_available_ones(tag: str) -> None:
    with pytest.raises(KeyError) as error:
        load(tag)
    tags = ", ".join(available_languages())
    assert str(error.value) == f"unknown language {tag!r}; available: {tags}"


@pytest.mark.parametrize(
    ("requested", "tag"),
    [("zh-TW", "zh-CN"), ("en-GB", "en-US"), ("tlh", "en-US"), ("", "en-US")],
)
def test_a_call_is_spoken_in_the_nearest_language(requested: str, tag: str) -> None:
    assert nearest(requested).tag == tag


def test_a_sentence_with_an_unknown_fact_is_left_out() -> None:
    sentences = ["Account {account}.", "From {ip}.", "Hello."]
    assert locale.fill(sentences, {"account": "1", "ip": ""}) == ["Account 1.", "Hello."]
