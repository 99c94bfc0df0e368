"""Mask phone numbers for log lines."""

import subprocess
import sys
from pathlib import Path

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.mask_phone_number import country_code, mask

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
def test_a_mask_of_other_text_shows_at_most_two_digits(text: str) -> None:
    masked = mask(text)
    shown = masked.strip("*").removeprefix("+")
    is_number = masked.startswith("+")
    assert len(shown.replace("*", "")) <= (5 if is_number else 2)
    assert not is_number or masked.count("*") >= 3


def test_country_codes_match_those_of_phonenumbers() -> None:
    for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        assert country_code(f"+{code}5550132000") == str(code)


def test_masking_loads_no_number_metadata() -> None:
    script = "import sys, oncall.mask_phone_number; sys.exit('phonenumbers' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], cwd=FUNCTIONS, check=False)
    assert run.returncode == 0
