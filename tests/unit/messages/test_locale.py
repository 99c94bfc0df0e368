"""Every language file can stand in for every other."""

from collections.abc import Mapping
from dataclasses import is_dataclass, replace
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from oncall.incident import KINDS, SEVERITIES
from oncall.messages import locale
from oncall.messages.locale import available_languages, load, nearest

OUTCOMES = {
    "acknowledged",
    "declined",
    "no_answer",
    "unanswered",
    "busy",
    "handled",
    "not_allowed",
    "failed",
}
every_language = pytest.mark.parametrize("tag", available_languages())


OWN_AFFAIR = {"tag", "voice", "code", "zones", "day_parts", "written", "months", "weekdays"}
"""What a language has as it pleases; the clock has a test of its own."""


def placeholders(*templates: str) -> set[str]:
    """Return the names in braces."""
    return {name for text in templates for _, name, _, _ in Formatter().parse(text) if name}


def shape(value: Any) -> Any:  # noqa: ANN401 - a nest of whatever depth the file has
    """Return what two languages must agree in: the keys, and the placeholders of each text."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        return {key: shape(member) for key, member in value.items() if key not in OWN_AFFAIR}
    return placeholders(*(value if isinstance(value, list) else [value]))


def texts(value: Any) -> list[str]:  # noqa: ANN401 - likewise
    """Return every text of a language."""
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        return [text for member in value.values() for text in texts(member)]
    return value if isinstance(value, list) else [value]


def test_english_and_chinese_are_spoken() -> None:
    assert {"en-US", "zh-CN"} <= set(available_languages())


def test_adding_a_file_adds_a_language() -> None:
    files = Path(locale.__file__).parent.joinpath("locales").iterdir()
    assert sorted(file.stem for file in files) == list(available_languages())


@every_language
def test_a_language_has_the_keys_and_placeholders_of_english(tag: str) -> None:
    assert shape(load(tag)) == shape(load("en-US"))


@every_language
def test_a_language_leaves_nothing_blank(tag: str) -> None:
    complete = replace(load(tag), between_sentences="-")  # Chinese puts nothing there
    assert all(text.strip() for text in texts(complete))


@every_language
def test_a_language_has_phrases_for_every_kind_of_incident(tag: str) -> None:
    assert set(load(tag).phrases) == set(KINDS)


@every_language
def test_a_language_has_words_for_every_severity_and_outcome(tag: str) -> None:
    assert set(load(tag).words["severity"]) == set(SEVERITIES)
    assert set(load(tag).email.outcomes) == OUTCOMES


@every_language
def test_a_language_says_what_happened_even_if_no_fact_is_known(tag: str) -> None:
    spoken = load(tag)
    for kind in KINDS:
        assert spoken.title(kind, {})
        assert locale.fill(spoken.phrases[kind]["spoken"], spoken.unknown)
        assert locale.fill(spoken.phrases[kind]["brief"][:1], spoken.unknown)


@every_language
def test_a_language_file_holds_no_markup(tag: str) -> None:
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


def test_voices_are_those_of_polly() -> None:
    assert (load("en-US").voice, load("en-US").code) == ("Joanna", "en-US")
    assert (load("zh-CN").voice, load("zh-CN").code) == ("Zhiyu", "cmn-CN")


@pytest.mark.parametrize("tag", ["tlh", "../../etc/passwd", "", "en-us\n"])
def test_an_unknown_language_is_refused_in_one_clear_line(tag: str) -> None:
    with pytest.raises(KeyError) as refusal:
        load(tag)
    tags = ", ".join(available_languages())
    assert str(refusal.value) == f"unknown language {tag!r}; available: {tags}"


@pytest.mark.parametrize(
    ("asked", "spoken"), [("zh-TW", "zh-CN"), ("en-GB", "en-US"), ("tlh", "en-US"), ("", "en-US")]
)
def test_a_call_is_spoken_in_the_nearest_language(asked: str, spoken: str) -> None:
    assert nearest(asked).tag == spoken


def test_a_sentence_with_an_unknown_fact_is_left_out() -> None:
    sentences = ["Account {account}.", "From {ip}.", "Hello."]
    assert locale.fill(sentences, {"account": "1", "ip": ""}) == ["Account 1.", "Hello."]
