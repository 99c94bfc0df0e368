"""The languages of spoken messages and emails.

Each language is a JSON file in `locales/`, named by its tag; adding a file adds the language. Files
contain plain text: voice_message.py adds the markup. They have the structure of `Language`; what a
file lacks is taken from en-US. A kind of incident without phrases uses the phrase `general`, with
the English title.

Phrases are lists of templates with `{fact}` placeholders. Templates with an unknown fact are
omitted.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

DEFAULT = "en-US"

_COMMON_LETTERS = "μΩ"  # of units
_FOLDER = Path(__file__).parent / "locales"


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How to speak and write times.

    Attributes:
        date: Template with weekday, month_name, day.
        time: Template with hour, minute, part; time_on_the_hour is the same for minute 0.
        date_time: Template with date, time.
        hours: The name of each of the 24 hours: `0` to `23`, or `12`, `1` … in a language that
            counts to 12.
        first_day: Value of day on the first of a month.
        written: Template with year, month, day, hour, minute, second.
        day_parts: Name of each part of the day by its first hour (0 to 23, ascending).
        zone: Template with city, the last part of the zone's IANA name.
        zones: Names of the zones that do not follow the template, by IANA name.
    """

    date: str
    time: str
    time_on_the_hour: str
    date_time: str
    written: str
    months: list[str]
    weekdays: list[str]
    hours: list[str]
    first_day: str
    day_parts: dict[str, str]
    zone: str
    zones: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class EmailTemplates:
    """The text of emails.

    Attributes:
        headings: The first line: unanswered, unanswered_several (count), acknowledged, which a name
            follows, or held_ and the kind of a hold (until, reason).
        labels: Templates of the other lines, by topic.
        outcomes: Text by outcome of a call.
        line: Template of one call: number, contact, phone, outcome.
        line_reason: The same with reason.
    """

    headings: dict[str, str]
    labels: dict[str, str]
    outcomes: dict[str, str]
    line: str
    line_reason: str


@dataclass(frozen=True, kw_only=True)
class Language:
    """One language.

    Attributes:
        tag: BCP 47, like `zh-CN`: the name of its file.
        voice: The Amazon Polly voice.
        code: Amazon Polly's language code, like `cmn-CN`.
        between_sentences: The separator of written sentences.
        phrases: Templates by kind of incident: title, details, spoken, and brief, for grouped
            calls.
        words: Words by fact and value, for facts with few values.
        unknown: Placeholders by fact, for a fact that is missing or cannot be spoken.
        scripts: How the Unicode names of the letters that the voice can speak begin.
        other_script: Placeholders by fact, for text in any other script.
        decimal: The decimal separator.
        magnitudes: Words for large numbers, by value in ascending order.
        signs: Words for relations and signs.
        reasons: Templates for the reasons of CloudWatch alarms, by form.
        call: Sentences of a call that all kinds share.
        web: The web page of an incident, and who answered on it (oncall/links/incident_page.py).
    """

    tag: str
    voice: str
    code: str
    between_sentences: str
    phrases: dict[str, dict[str, list[str]]]
    words: dict[str, dict[str, str]]
    unknown: dict[str, str]
    scripts: list[str]
    other_script: dict[str, str]
    decimal: str
    magnitudes: dict[str, str]
    signs: dict[str, str]
    reasons: dict[str, list[str]]
    call: dict[str, str]
    web: dict[str, str]
    clock: Clock
    email: EmailTemplates

    def title(self, kind: str, facts: Mapping[str, str]) -> str:
        """Return the title of an incident, in one line."""
        return "".join(fill(self.phrase(kind, "title"), self._written(facts)))

    def details(self, kind: str, facts: Mapping[str, str]) -> str:
        """Return further details of an incident, as sentences."""
        sentences = fill(self.phrase(kind, "details"), self._written(facts))
        return self.between_sentences.join(sentences)

    def phrase(self, kind: str, part: str) -> list[str]:
        """Return the templates of a part of a kind's phrases; `general` if it has none."""
        return self.phrases.get(kind, self.phrases["general"])[part]

    def word(self, fact: str, value: str) -> str | None:
        """Return the word for an enumerated value; None for free text."""
        return self.words.get(fact, {}).get(value)

    def with_account_names(self, names: Mapping[str, str]) -> "Language":
        """Return the language with a name for each of these account IDs."""
        return replace(self, words=self.words | {"account": dict(names)}) if names else self

    def cannot_speak(self, character: str) -> bool:
        """Return whether a character is a letter of a script that the voice does not know."""
        if character.isascii() or not character.isalpha() or character in _COMMON_LETTERS:
            return False
        return not unicodedata.name(character, "").startswith((*self.scripts, "MODIFIER"))

    def in_other_script(self, fact: str) -> str:
        """Return the placeholder for a fact in a script that the voice does not know."""
        return self.other_script.get(fact, self.call["other_script"])

    def _written(self, facts: Mapping[str, str]) -> dict[str, str]:
        """Return the facts as written, with placeholders for empty or missing ones.

        A final full stop is removed, because the templates have their own.
        """
        written = {
            name: self.word(name, value) or value.rstrip(" .。") for name, value in facts.items()
        }
        return self.unknown | {name: words for name, words in written.items() if words}


@cache
def available_languages() -> tuple[str, ...]:
    """Return the tags of all languages, in alphabetical order."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.json")))


@cache
def load(tag: str) -> Language:
    """Return one of the available languages."""
    document = _read(tag)
    if tag != DEFAULT:
        document = _completed(document, _read(DEFAULT))
    clock, email = Clock(**document.pop("clock")), EmailTemplates(**document.pop("email"))
    return Language(tag=tag, clock=clock, email=email, **document)


def _read(tag: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((_FOLDER / f"{tag}.json").read_text(encoding="utf-8"))
    return document


def _completed(document: dict[str, Any], english: dict[str, Any]) -> dict[str, Any]:
    """Return a document with the English text wherever its own is missing.

    A language with a general phrase uses that for the kinds of incidents that it does not know.
    """
    if "general" in document.get("phrases", {}):
        known = document["phrases"].keys()
        phrases = {kind: parts for kind, parts in english["phrases"].items() if kind in known}
        english = english | {"phrases": phrases}
    return {
        key: _completed(document.get(key, {}), value)
        if isinstance(value, dict) and key not in ("day_parts", "magnitudes")
        else document.get(key, value)
        for key, value in (document | english).items()
    }


def nearest(tag: str) -> Language:
    """Return the language, or the nearest one: zh-CN for zh-TW, en-US for any other.

    A page in the wrong language is better than none. Rosters are validated to name only available
    languages.
    """
    tags = available_languages()
    if tag in tags:
        return load(tag)
    family = tag.partition("-")[0]
    related = (other for other in tags if other.partition("-")[0] == family)
    return load(next(related, DEFAULT))


def fill(templates: Iterable[str], facts: Mapping[str, str]) -> list[str]:
    """Return the templates filled from the facts, leaving out those with an unknown fact."""
    known = {name: value for name, value in facts.items() if value}
    filled = []
    for template in templates:
        with suppress(KeyError):  # one of its facts is unknown
            filled.append(template.format_map(known))
    return filled
