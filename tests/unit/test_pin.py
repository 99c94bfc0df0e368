"""PINs are stored as hashes, and checked against them."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.pin import PIN, STORED, check_pin, hash_pin, hide_pins

STORED_PIN = hash_pin("271828")


def test_a_hash_is_salted_and_hidden() -> None:
    again = hash_pin("271828")
    assert again != STORED_PIN
    assert STORED.fullmatch(STORED_PIN)
    assert check_pin("271828", STORED_PIN)
    assert check_pin("271828", again)
    assert hide_pins(f"{{name: Ana, pin: {again}}}") == "{name: Ana, pin: (PIN set)}"


@pytest.mark.parametrize(
    "change", [lambda _: "", lambda _: "271828", lambda stored: stored[:-1], str.upper]
)
def test_anything_else_is_never_right(change: Callable[[str], str]) -> None:
    assert not check_pin("271828", change(STORED_PIN))


@given(st.from_regex(PIN, fullmatch=True) | st.text(max_size=9))
def test_another_pin_is_wrong(pin: str) -> None:
    assert check_pin(pin, STORED_PIN) == (pin == "271828")
