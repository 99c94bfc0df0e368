"""Mask phone numbers for log lines and messages.

Only the standard library is imported, because the functions that dial must start fast. Parsing of
numbers is in `oncall.roster.parsing.phone_number_parser`, which needs `phonenumbers`.
"""

import re

# ITU-T E.164 country codes (list of assigned codes, annex to the Operational
# Bulletin): of one digit, of two digits; every other has three. A code that is
# not assigned yet is therefore taken for three digits.
_ONE_DIGIT_CODES = frozenset("17")
_TWO_DIGIT_CODES = frozenset(
    first + second
    for first, seconds in {
        "2": "07",
        "3": "0123469",
        "4": "013456789",
        "5": "12345678",
        "6": "0123456",
        "8": "1246",
        "9": "0123458",
    }.items()
    for second in seconds
)

_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_VISIBLE_DIGITS = 2
_MIN_HIDDEN_DIGITS = 3
_MAX_STARS = 15  # the longest number: the length of other text is hidden


def country_code(number: str) -> str:
    """Return the country code of an E.164 number, without the plus sign: `86`, `1`, `353`."""
    digits = number.removeprefix("+")
    if digits[:1] in _ONE_DIGIT_CODES:
        return digits[:1]
    return digits[:2] if digits[:2] in _TWO_DIGIT_CODES else digits[:3]


def mask(number: str) -> str:
    """Return a phone number with its digits masked: `+8613800138000` becomes `+86*********00`.

    The country code and the last two digits remain. If that would hide fewer than three digits, or
    the text is not an E.164 number, at most the last two digits remain. Never raises.
    """
    if _E164.fullmatch(number):
        code = country_code(number)
        hidden = len(number) - 1 - len(code) - _VISIBLE_DIGITS
        if hidden >= _MIN_HIDDEN_DIGITS:
            return f"+{code}{'*' * hidden}{number[-_VISIBLE_DIGITS:]}"
    stars = "*" * min(len(number), _MAX_STARS)
    end = number[-_VISIBLE_DIGITS:]
    digits = sum(character in "0123456789" for character in number)
    if digits >= _VISIBLE_DIGITS + _MIN_HIDDEN_DIGITS and end.isascii() and end.isdigit():
        return stars[:-_VISIBLE_DIGITS] + end
    return stars
