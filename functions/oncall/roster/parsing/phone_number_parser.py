"""Parse phone numbers as people write them into E.164."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, ValidationResult

_MAX_LENGTH = 40  # characters; E.164 has 15 digits, the rest are separators
_SEPARATORS = re.compile(r"[\s().\-\u2010-\u2015\u2212/]")
_SEVERAL = re.compile(r"[,;|&]|\+.*\+|\b(?:or|and)\b", re.IGNORECASE)
# A `tel:` URI, and an extension in a URI or as people write it (RFC 3966, section 3).
_URI = re.compile(r"tel:\s*", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,;]*(?:;?\s*ext(?:ension|n)?\b\.?|x|#|durchwahl|poste|anexo|int(?:erno)?\b\.?)[\s:.=]*\d{1,8}#?$",
    re.IGNORECASE,
)
# Mexico dropped the 1 after its country code in 2019; address books still have it.
_MEXICO_MOBILE = re.compile(r"\+521(\d{10})")
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
# Dialed before the country code: the ITU's prefix, and North America's.
_INTERNATIONAL_PREFIXES = ("00", "011")
# Countries to try for a number without country code, after the roster's own.
_LIKELY_COUNTRIES = ("CN", "US", "JP", "GB", "DE", "FR", "IN")


class NumberError(ValueError):
    """A text is not a callable phone number; the message has the fix, and no digits of it."""


def normalize(text: str, home: Callable[[], str | None] = lambda: None) -> str:
    """Return the E.164 form of a phone number: `+86 138-0013-8000` gives `+8613800138000`.

    Spaces, hyphens, dots, slashes and brackets are dropped, and so are the invisible marks in
    numbers copied from an address book. `home` returns the ISO 3166 code of the country to suggest
    first; it is called only if the country code is missing.

    A number is accepted if its length is possible: tables of assigned ranges are always somewhat
    out of date. `callout roster check` warns about unknown ranges.

    Raises:
        NumberError: the text is not a number, has no country code or an extension, or cannot exist.
    """
    digits = _MEXICO_MOBILE.sub(r"+52\1", _digits(text))
    if not digits.startswith("+"):
        raise NumberError(f"has no country code; {_correction(digits, home())}")
    try:
        number = phonenumbers.parse(digits)
    except phonenumbers.NumberParseException as error:
        if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE:
            raise NumberError("starts with a country code that does not exist; check it") from error
        raise NumberError("is not a phone number; check its digits") from error
    _reject_impossible(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache
def country_of_zone(timezone: str) -> str | None:
    """Return the ISO 3166 code of the country of a time zone; None for a zone without country."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}.get(timezone)


def _digits(text: str) -> str:
    """Return the digits, with the plus sign if there is one."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) != "Cf"
    ).strip()
    visible = _URI.sub("", visible, count=1) if _URI.match(visible) else visible
    if not visible:
        raise NumberError("is empty; write a number, such as +8613800138000")
    if _EXTENSION.search(visible):
        raise NumberError("has an extension, which Callout cannot dial; write a direct number")
    if _SEVERAL.search(visible):
        raise NumberError("contains more than one number; write a list: [number, number]")
    digits = _SEPARATORS.sub("", visible)
    if len(visible) > _MAX_LENGTH or not re.fullmatch(r"\+?[0-9]+", digits):
        raise NumberError("is not a phone number; write digits only, such as +8613800138000")
    return digits


def _reject_impossible(number: PhoneNumber) -> None:
    country = f"+{number.country_code}"
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible == ValidationResult.TOO_LONG:
        raise NumberError(f"has too many digits for {country}; check it")
    if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        raise NumberError(f"has too few digits for {country}; check it")
    if possible != ValidationResult.IS_POSSIBLE:
        raise NumberError(f"has a wrong number of digits for {country}; check it")


def _correction(digits: str, home: str | None) -> str:
    """Return how to fix digits without a country code, by the most likely country."""
    for prefix in _INTERNATIONAL_PREFIXES:
        if digits.startswith(prefix) and _valid(f"+{digits.removeprefix(prefix)}", None):
            return f"replace the leading {prefix} with +"
    if _valid(f"+{digits}", None):
        return "put + before it"
    for country in (home, *_LIKELY_COUNTRIES):
        number = _valid(digits, country)
        if number and phonenumbers.number_type(number) in _MOBILE:
            code = f"+{number.country_code}"
            fix = f"put {code} before it"
            if digits.startswith("0") and not number.italian_leading_zero:
                fix = f"replace its leading 0 with {code}"
            return f"{fix} if it is a number in {country}"
    return "put + and the country code before it, such as +8613800138000"


def _valid(digits: str, country: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
