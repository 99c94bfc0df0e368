"""Untrusted text is cleaned for display and speech."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oncall.text import clean, escape_ssml, shorten
from tests.unit.json_values import any_text


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("line\nbreak\ttab\x00nul", "line break tab nul"),
        ("ad\u200bmin", "admin"),
        ("invoice\u202etxt.exe", "invoicetxt.exe"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("  much   space  ", "much space"),
        ("hangul\u3164filler", "hangulfiller"),
        ("\ue000private", "private"),
    ],
)
def test_invisible_characters_are_removed(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless


def test_stacked_accents_are_limited() -> None:
    assert len(clean("e" + "\u0301" * 500)) <= 3


def test_emoji_are_shown() -> None:
    assert clean("on fire 🔥") == "on fire 🔥"


@pytest.mark.parametrize(
    ("text", "limit", "shortened"),
    [
        ("the quick brown fox jumps", 17, "the quick brown…"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("exactly ten", 11, "exactly ten"),
    ],
)
def test_long_text_is_cut_after_a_word_if_possible(text: str, limit: int, shortened: str) -> None:
    assert shorten(text, limit) == shortened


def test_markup_is_not_markup_once_escaped() -> None:
    markup = """</speak><audio src='x'/>&amp; "]]>"""
    root = ET.fromstring(f"<speak>{escape_ssml(markup)}</speak>")  # noqa: S314 - our own
    assert root.text == markup
    assert len(root) == 0


@given(any_text, st.integers(min_value=2, max_value=200))
@example("word " * 2000, 200)
def test_clean_text_is_one_line_of_bounded_length(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert cleaned.isprintable()
    assert cleaned == cleaned.strip()
    cleaned.encode("utf-8")
