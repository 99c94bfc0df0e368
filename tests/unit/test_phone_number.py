"""Promises of masking and reading phone numbers."""

import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.phone_number import country_code, mask
from oncall.roster.parsing.phone_numbers import NumberError, normalise

FUNCTIONS = Path(__file__).parents[2] / "functions"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+8613800138000", "+86*********00"),
        ("+14155550132", "+1********32"),
        ("+353861234567", "+353*******67"),
        ("+6834567", "******67"),  # Niue: the country code would leave two digits to guess
        ("+861", "****"),
        ("13800138000", "*********00"),
        ("Li Wei 13800138000", "*************00"),
        ("+8613800138000x", "***************"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_its_country_and_last_two_digits(number: str, masked: str) -> None:
    assert mask(number) == masked


@given(st.text(max_size=40) | st.text("+0123456789- x", max_size=20))
def test_a_mask_of_what_is_no_number_shows_at_most_two_digits(text: str) -> None:
    masked = mask(text)
    shown = masked.strip("*").removeprefix("+")
    is_number = masked.startswith("+")
    assert len(shown.replace("*", "")) <= (5 if is_number else 2)
    assert not is_number or masked.count("*") >= 3


def test_the_country_code_is_known_without_the_metadata_of_phonenumbers() -> None:
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        assert country_code(f"+{code}5550132000") == str(code)


def test_masking_loads_no_number_metadata() -> None:
    script = "import sys, oncall.phone_number; sys.exit('phonenumbers' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], cwd=FUNCTIONS, check=False)
    assert run.returncode == 0


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+8613800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        (" +1 (415) 555.0132 ", "+14155550132"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("+49 151/12345678", "+4915112345678"),
        ("\u202a+86 138\u20110013\u20118000\u202c", "+8613800138000"),  # from an address book
        ("\uff0b\uff18\uff16 138 0013 8000", "+8613800138000"),  # from a Chinese keyboard
        ("+39 06 6982", "+39066982"),  # Italy keeps its leading zero
    ],
)
def test_a_number_is_accepted_as_people_write_it(written: str, number: str) -> None:
    assert normalise(written) == number


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "13800138000",
            "has no country code; write +86 before it if it is a number in CN",
        ),
        ("8613800138000", "has no country code; write + before it"),
        ("14155550132", "has no country code; write + before it"),
        ("4155550132", "has no country code; write +1 before it if it is a number in US"),
        (
            "090-1234-5678",
            "has no country code; write +81 in place of its leading 0 if it is a number in JP",
        ),
        ("0044 7911 123456", "has no country code; write + in place of the leading 00"),
        ("011 86 138 0013 8000", "has no country code; write + in place of the leading 011"),
        (
            "12345",
            "has no country code; write + and the country code before it, as in +8613800138000",
        ),
        ("+999 1234567", "starts with a country code that does not exist; check it"),
        ("+86", "is not a phone number; check its digits"),
        ("+1 555", "has too few digits for +1; check it"),
        ("+86 138 0013 8000 0000", "has too many digits for +86; check it"),
        ("+44 7700 900123", "is not a number in use in +44; check its digits"),
        ("+1-800-FLOWERS", "is not a phone number; write digits only, as in +8613800138000"),
        (
            "+14155550132 ext 5",
            "is not a phone number; write digits only, as in +8613800138000",
        ),
        (
            "+14155550132, +14155550178",
            "holds more than one number; write a list: [number, number]",
        ),
        ("\u200b", "is empty; write a number, as in +8613800138000"),
    ],
)
def test_a_number_that_cannot_be_called_is_refused_with_what_to_write(
    written: str, message: str
) -> None:
    with pytest.raises(NumberError) as refused:
        normalise(written)
    assert str(refused.value) == message


def test_a_missing_country_code_is_looked_for_at_home_first() -> None:
    with pytest.raises(NumberError, match=r"write \+61 in place of its leading 0"):
        normalise("0491 570 156", home="AU")


@given(st.text(max_size=30) | st.text("+0123456789-() \uff0b", max_size=30))
def test_no_text_makes_reading_a_number_fail_otherwise(text: str) -> None:
    try:
        number = normalise(text)
    except NumberError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert normalise(number) == number
