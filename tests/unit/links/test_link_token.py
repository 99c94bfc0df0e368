"""A token names what was signed, until it expires; any other text names nothing."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from oncall.links.link_token import MAX_TOKEN_LENGTH, Link, sign, verify

KEY, NOW = "k" * 43, 1_800_000_000
TOKENS = st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True)
PEOPLE = st.text(st.characters(exclude_categories=("C", "Z")), max_size=64)
LINKS = st.builds(Link, TOKENS, TOKENS, st.integers(NOW + 1, 2**40 - 1), PEOPLE)


@given(LINKS)
def test_a_token_names_what_was_signed_until_it_expires(link: Link) -> None:
    token = sign(link, KEY)

    assert verify(token, KEY, link.expires - 1) == link
    assert verify(token, KEY, link.expires) is None
    assert re.fullmatch("[A-Za-z0-9_-]+", token)
    assert len(token) <= MAX_TOKEN_LENGTH


def test_the_longest_names_fit() -> None:
    link = Link("t" * 64, "i" * 64, NOW + 1, "\N{GRINNING FACE}" * 64)
    assert verify(sign(link, KEY), KEY, NOW) == link


def test_a_usual_token_is_short() -> None:
    assert len(sign(Link("default", "8" * 36, NOW), KEY)) < 100


@given(LINKS, st.data())
def test_an_altered_token_is_not_valid(link: Link, data: st.DataObject) -> None:
    token = sign(link, KEY)
    at = data.draw(st.integers(0, len(token)))
    cut = data.draw(st.integers(0, 2))
    put = data.draw(st.text(st.characters(), max_size=2))
    altered = token[:at] + put + token[at + cut :]

    assert altered == token or verify(altered, KEY, NOW) is None


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]*", fullmatch=True))
def test_no_other_text_is_valid(text: str) -> None:
    assert verify(text, KEY, NOW) is None


@given(LINKS)
def test_a_token_of_another_key_is_not_valid(link: Link) -> None:
    assert verify(sign(link, KEY), KEY[1:], NOW) is None
