"""Phone numbers that people write, read into E.164."""

import re
import unicodedata

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, ValidationResult

_LONGEST = 40  # characters; E.164 has 15 digits, the rest are signs between them
_SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015\u2212/]")
_SEVERAL = re.compile(r"[,;|&]|\+.*\+|\b(?:or|and)\b", re.IGNORECASE)
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
# What operators dial before the country code at home: ITU's prefix, and North America's.
_INTERNATIONAL_PREFIXES = ("00", "011")
# Where a number without country code is looked for, after the roster's own country.
_LIKELY_COUNTRIES = ("CN", "US", "JP", "GB", "DE", "FR", "IN")


class NumberError(ValueError):
    """A text that is no phone number to call; says what to write, and shows no digits of it."""


def normalise(text: str, home: str | None = None) -> str:
    """The E.164 form of a phone number: `+86 138-0013-8000` gives `+8613800138000`.

    Spaces, hyphens, dots, slashes and brackets between digits are dropped, as are the
    invisible marks that come with a number copied out of an address book.

    Args:
        text: the number as written, with its country code.
        home: ISO 3166 code of the country to think of first when the country code is missing.

    Raises:
        NumberError: the text is not a number, has no country code, or cannot exist.
    """
    digits = _digits(text)
    if not digits.startswith("+"):
        raise NumberError(f"has no country code; {_correction(digits, home)}")
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise NumberError("starts with a country code that does not exist; check it") from error
        raise NumberError("is not a phone number; check its digits") from error
    _refuse_impossible(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _digits(text: str) -> str:
    """The digits of what was written, with the plus sign if there is one."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) != "Cf"
    ).strip()
    if not visible:
        raise NumberError("is empty; write a number, as in +8613800138000")
    if _SEVERAL.search(visible):
        raise NumberError("holds more than one number; write a list: [number, number]")
    digits = _SEPARATORS.sub("", visible)
    if len(visible) > _LONGEST or not re.fullmatch(r"\+?[0-9]+", digits):
        raise NumberError("is not a phone number; write digits only, as in +8613800138000")
    return digits


def _refuse_impossible(number: PhoneNumber) -> None:
    country = f"+{number.country_code}"
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == ValidationResult.TOO_LONG:
        raise NumberError(f"has too many digits for {country}; check it")
    if possible == ValidationResult.TOO_SHORT:
        raise NumberError(f"has too few digits for {country}; check it")
    if not phonenumbers.is_valid_number(number):
        raise NumberError(f"is not a number in use in {country}; check its digits")


def _correction(digits: str, home: str | None) -> str:
    """What to write, for digits that lack a country code; the likeliest reading wins."""
    for prefix in _INTERNATIONAL_PREFIXES:
        if digits.startswith(prefix) and _valid(f"+{digits.removeprefix(prefix)}", None):
            return f"write + in place of the leading {prefix}"
    if _valid(f"+{digits}", None):
        return "write + before it"
    for country in (home, *_LIKELY_COUNTRIES):
        number = _valid(digits, country)
        if number and phonenumbers.number_type(number) in _MOBILE:
            where = "before it"
            if digits.startswith("0") and not number.italian_leading_zero:
                where = "in place of its leading 0"
            return f"write +{number.country_code} {where} if it is a number in {country}"
    return "write + and the country code before it, as in +8613800138000"


def _valid(digits: str, country: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
