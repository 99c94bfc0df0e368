"""Parse phone numbers as people write them into E.164."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.roster.parsing.phone_number_parser import (
    NumberError,
    country_of_zone,
    normalize,
)


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
        ("tel:+1-415-555-0132", "+14155550132"),
        ("+52 1 55 1234 5678", "+525512345678"),
        ("+49 0151 12345678", "+4915112345678"),
        # Possible numbers of ranges that the library does not know: films, and new ranges.
        ("+44 7700 900123", "+447700900123"),
        ("+33 6 39 98 00 12", "+33639980012"),
    ],
)
def test_a_number_is_accepted_in_common_notations(written: str, number: str) -> None:
    assert normalize(written) == number


REJECTED = {
    "13800138000": "has no country code; put +86 before it if it is a number in CN",
    "8613800138000": "has no country code; put + before it",
    "14155550132": "has no country code; put + before it",
    "4155550132": "has no country code; put +1 before it if it is a number in US",
    "090-1234-5678": "has no country code; replace its leading 0 with +81 if it is a number in JP",
    "0044 7911 123456": "has no country code; replace the leading 00 with +",
    "011 86 138 0013 8000": "has no country code; replace the leading 011 with +",
    "12345": "has no country code; put + and the country code before it, such as +8613800138000",
    "+999 1234567": "starts with a country code that does not exist; check it",
    "+86": "is not a phone number; check its digits",
    "+1 555": "has too few digits for +1; check it",
    "+86 138 0013 8000 0000": "has too many digits for +86; check it",
    "+1-800-FLOWERS": "is not a phone number; write digits only, such as +8613800138000",
    **dict.fromkeys(
        [
            "+14155550132 ext 5",
            "+14155550132 x5",
            "+1 415 555 0132, ext. 12",
            "+1 415 555 0132 #12",
            "tel:+1-415-555-0132;ext=5",
        ],
        "has an extension, which Callout cannot dial; write a direct number",
    ),
    "+52 55 1234": "has too few digits for +52; check it",
    "tel:": "is empty; write a number, such as +8613800138000",
    "tel:4155550132": "has no country code; put +1 before it if it is a number in US",
    "+14155550132, +14155550178": "contains more than one number; write a list: [number, number]",
    "\u200b": "is empty; write a number, such as +8613800138000",
}


@pytest.mark.parametrize(("written", "message"), REJECTED.items())
def test_an_invalid_number_is_rejected_with_a_fix(written: str, message: str) -> None:
    with pytest.raises(NumberError) as rejected:
        normalize(written)
    assert str(rejected.value) == message


def test_the_home_country_is_suggested_first_for_a_missing_country_code() -> None:
    with pytest.raises(NumberError, match=r"replace its leading 0 with \+61"):
        normalize("0491 570 156", lambda: "AU")


@pytest.mark.parametrize(
    ("timezone", "country"),
    [("Europe/Berlin", "DE"), ("America/New_York", "US"), ("UTC", None), ("Etc/GMT+5", None)],
)
def test_the_country_of_a_time_zone_is_known(timezone: str, country: str | None) -> None:
    assert country_of_zone(timezone) == country


@given(st.text(max_size=30) | st.text("+0123456789-() \uff0b", max_size=30))
def test_any_text_is_parsed_or_rejected_in_one_line(text: str) -> None:
    try:
        number = normalize(text)
    except NumberError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert normalize(number) == number
