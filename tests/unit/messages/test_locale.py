"""Every language file is complete, and its texts fit into a call."""

import json
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from local.connect.text_to_speech import voice_ids
from oncall.incident import KINDS, SEVERITIES
from oncall.messages import locale
from oncall.messages.local_time import LocalTime
from oncall.messages.locale import available_languages, load, nearest
from oncall.messages.speakable import speech_seconds

FOLDER = Path(locale.__file__).parent / "locales"
OUTCOMES = "acknowledged declined no_answer unanswered busy handled not_allowed failed"
every_language = pytest.mark.parametrize("tag", available_languages())


#: Keys that differ by language; the clock has its own test.
LANGUAGE_SPECIFIC = {
    *("voice", "code", "scripts", "decimal", "magnitudes", "zones", "day_parts", "hours"),
    *("first_day", "date", "time", "time_on_the_hour", "written", "months", "weekdays", "phrases"),
}
#: Kinds without which a language has no general text.
REQUIRED_KINDS = {"general", "other", "page", "test_call"}


def placeholders(*templates: str) -> set[str]:
    """Return the names in braces."""
    return {name for text in templates for _, name, _, _ in Formatter().parse(text) if name}


def document(tag: str) -> dict[str, Any]:
    """Return a language file, without what it takes from English."""
    return json.loads((FOLDER / f"{tag}.json").read_text("utf-8"))  # type: ignore[no-any-return]


def shape(value: Any) -> Any:  # noqa: ANN401 - nested as in the file
    """Return what all languages share: the keys, and the placeholders of each text."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items() if key not in LANGUAGE_SPECIFIC}
    return placeholders(*(value if isinstance(value, list) else [value]))


def texts(value: Any) -> list[str]:  # noqa: ANN401 - as above
    """Return every text of a language."""
    if isinstance(value, dict):
        return [text for member in value.values() for text in texts(member)]
    return value if isinstance(value, list) else [value]


def test_each_file_is_a_language() -> None:
    assert sorted(file.stem for file in FOLDER.iterdir()) == list(available_languages())
    assert "en-US" in available_languages()


@every_language
def test_a_language_is_complete(tag: str) -> None:
    own = document(tag)
    assert shape(own) == shape(document("en-US"))
    assert own.keys() == document("en-US").keys()
    assert set(own["words"]["severity"]) == set(SEVERITIES)
    assert set(own["email"]["outcomes"]) == set(OUTCOMES.split())
    assert all(text.strip() for text in texts(own | {"between_sentences": "-"}))  # "" in Chinese
    assert own["voice"] in voice_ids()


def test_english_has_phrases_for_every_kind() -> None:
    assert set(document("en-US")["phrases"]) == {*KINDS, "general"}


@every_language
def test_the_phrases_of_a_language_have_known_placeholders(tag: str) -> None:
    phrases = document(tag)["phrases"]
    assert REQUIRED_KINDS <= set(phrases) <= {*KINDS, "general"}
    for kind, parts in phrases.items():
        english = document("en-US")["phrases"][kind]
        for part, templates in parts.items():
            assert placeholders(*templates) <= placeholders(*english[part])


@every_language
def test_a_language_has_phrases_without_any_fact(tag: str) -> None:
    language = load(tag)
    for kind in (*KINDS, "not yet known"):
        assert language.title(kind, {})
        assert locale.fill(language.phrase(kind, "spoken"), language.unknown)
        assert locale.fill(language.phrase(kind, "brief")[:1], language.unknown)


def test_what_a_language_lacks_is_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    german = document("de-DE")
    del german["phrases"]["alarm"], german["call"]["greeting"], german["words"]["state"]["running"]
    files = {"de-DE": german, "en-US": document("en-US")}
    monkeypatch.setattr(locale, "_read", files.__getitem__)
    incomplete = locale.load.__wrapped__("de-DE")

    assert incomplete.call["greeting"] == "AWS on-call alert."
    assert incomplete.word("state", "running") == "running"
    assert incomplete.word("state", "stopped") == "wurde gestoppt"
    spoken = locale.fill(incomplete.phrase("alarm", "spoken"), {"summary": "Alarm x is in alarm"})
    assert spoken == ["Ein Ereignis ist eingegangen: Alarm x is in alarm."]
    del german["phrases"]["general"]
    assert locale.load.__wrapped__("de-DE").title("alarm", {"name": "x"}).startswith("CloudWatch")


@every_language
def test_a_language_file_has_no_markup(tag: str) -> None:
    assert not set("<>&") & set((FOLDER / f"{tag}.json").read_text("utf-8"))


@every_language
def test_the_fixed_sentences_are_short(tag: str) -> None:
    call = load(tag).call
    limits = {"test": 2, "greeting": 3, "keys": 6.5, "prompt_wrong_key": 3}
    limits |= {f"prompt_{prompt}": 7 for prompt in ("confirmed", "confirmed_several", "declined")}
    assert {name for name, most in limits.items() if speech_seconds(call[name]) > most} == set()


@every_language
def test_a_clock_has_a_whole_year_week_and_day(tag: str) -> None:
    clock = load(tag).clock
    assert len(set(clock.months)) == 12
    assert len(set(clock.weekdays)) == 7
    begins = [int(hour) for hour in clock.day_parts]
    assert begins == sorted(begins)
    assert begins[0] == 0
    assert begins[-1] < 24
    assert len(clock.hours) == 24
    assert {"day", "month_name"} <= placeholders(clock.date)
    assert {"hour", "minute"} <= placeholders(clock.time)
    spoken = {
        LocalTime(datetime(2026, 1, 5, hour, 12, tzinfo=UTC), "UTC").spoken(clock)
        for hour in range(24)
    }
    assert len(spoken) == 24  # no hour can be mistaken for another
    assert placeholders(clock.written) <= {"year", "month", "day", "hour", "minute", "second"}


@pytest.mark.parametrize(
    ("requested", "tag"),
    [
        ("zh-TW", "zh-CN"), ("en-GB", "en-US"), ("de-AT", "de-DE"), ("tlh", "en-US"), ("", "en-US"),
        ("../../etc/passwd", "en-US"), ("en-us\n", "en-US"),
    ],
)  # fmt: skip
def test_a_call_is_spoken_in_the_nearest_language(requested: str, tag: str) -> None:
    assert nearest(requested).tag == tag


def test_a_sentence_with_an_unknown_fact_is_left_out() -> None:
    sentences = ["Account {account}.", "From {ip}.", "Hello."]
    assert locale.fill(sentences, {"account": "1", "ip": ""}) == ["Account 1.", "Hello."]
