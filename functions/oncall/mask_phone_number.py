"""Phone numbers as they may appear in a log line.

Nothing but the standard library is imported here: the functions that dial use
this module, and they must start fast. Reading a number that a person wrote is
`oncall.roster.parsing.phone_number_parser`, which needs the metadata of `phonenumbers`.
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
_SHOWN_AT_END = 2
_FEWEST_HIDDEN = 3
_MOST_STARS = 15  # no longer than a number can be: a text's length is nobody's business


def country_code(number: str) -> str:
    """The country code of an E.164 number, without the plus sign: `86`, `1`, `353`."""
    digits = number.removeprefix("+")
    if digits[:1] in _ONE_DIGIT_CODES:
        return digits[:1]
    return digits[:2] if digits[:2] in _TWO_DIGIT_CODES else digits[:3]


def mask(number: str) -> str:
    """A phone number for a log line: `+8613800138000` becomes `+86*********00`.

    The country code and the last two digits stay, every digit between is a star.
    Where that would hide fewer than three digits, or where the text is not an
    E.164 number, at most its last two digits stay. Never raises.
    """
    if _E164.fullmatch(number):
        code = country_code(number)
        hidden = len(number) - 1 - len(code) - _SHOWN_AT_END
        if hidden >= _FEWEST_HIDDEN:
            return f"+{code}{'*' * hidden}{number[-_SHOWN_AT_END:]}"
    stars = "*" * min(len(number), _MOST_STARS)
    end = number[-_SHOWN_AT_END:]
    digits = sum(character in "0123456789" for character in number)
    if digits >= _SHOWN_AT_END + _FEWEST_HIDDEN and end.isascii() and end.isdigit():
        return stars[:-_SHOWN_AT_END] + end
    return stars
