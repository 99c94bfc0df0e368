"""Convert facts to SSML that a person just woken can write down, and estimate how long it takes.

Only `<say-as interpret-as="digits">` is used: Polly's standard, neural and generative voices all
support it, while `characters` makes a neural voice fall back to the standard one.
Source: https://docs.aws.amazon.com/polly/latest/dg/say-as-tag.html
"""

import re
from html import unescape

from oncall.messages.locale import Language
from oncall.text import escape_ssml

_LARGEST_OCTET = 255
_OCTETS = 4
_LONGEST_OCTET = 3
_FEWEST_COLONS = 2  # of an IPv6 address, as in `::`
_GROUPS = 8
_GROUPS_SPOKEN = 4  # of an IPv6 address: the half that names the network
_LONGEST_GROUP = 4
_HEX = frozenset("0123456789abcdefABCDEF")

# Estimates of the speed of speech; not measured with Polly.
LATIN_CHARACTERS_PER_SECOND = 15
CJK_CHARACTERS_PER_SECOND = 4.5
KANA_CHARACTERS_PER_SECOND = 7
SECONDS_PER_DIGIT = 0.4  # where digits are read one by one
_KANA = range(0x3040, 0x3100)
_CJK_BEGINS = "\u1100"  # Hangul, then punctuation and symbols, then the ideographs
_SPELLED = re.compile(r'<say-as interpret-as="digits">([^<]*)</say-as>')
_MARK_UP = re.compile("<[^>]*>")


def digits(text: str) -> str:
    """Return SSML that speaks decimal digits one by one."""
    return f'<say-as interpret-as="digits">{text}</say-as>'


def spelled(text: str) -> str:
    """Return SSML that speaks ASCII letters and digits one by one.

    Separate capitals are read as letters; a lowercase `a` would be read as a word.
    """
    parts = re.findall("[0-9]+|.", text)
    return " ".join(digits(part) if part.isdigit() else part.upper() for part in parts)


def speech_seconds(ssml: str) -> float:
    """Return the estimated seconds to speak SSML from voice_message.py."""
    spelled_digits = sum(map(len, _SPELLED.findall(ssml)))
    text = unescape(_MARK_UP.sub("", _SPELLED.sub("", ssml)))
    wide = [] if text.isascii() else [character for character in text if character >= _CJK_BEGINS]
    kana = sum(ord(character) in _KANA for character in wide)
    slow = len(wide) - kana
    return (
        spelled_digits * SECONDS_PER_DIGIT
        + slow / CJK_CHARACTERS_PER_SECOND
        + kana / KANA_CHARACTERS_PER_SECOND
        + (len(text) - slow - kana) / LATIN_CHARACTERS_PER_SECOND
    )


def ip_address(value: str, language: Language) -> str:
    """Return an address digit by digit; "" for other text, such as `AWS Internal`."""
    octets = value.split(".")
    if len(octets) == _OCTETS and all(map(_is_octet, octets)):
        a, b, c, d = map(digits, octets)
        return escape_ssml(language.call["ipv4"]).format(a=a, b=b, c=c, d=d)
    groups = value.split(":")
    whole = len(groups) == _GROUPS or (len(groups) > _FEWEST_COLONS and "::" in value)
    if whole and all(map(_is_group, groups)):
        colon = f" {escape_ssml(language.call['ipv6_colon'])} "
        network = (value.partition("::")[0] or value).split(":")[:_GROUPS_SPOKEN]
        start = " ".join(colon.join(map(spelled, network)).split())
        return escape_ssml(language.call["ipv6"]).format(start=start) if any(groups) else ""
    return ""


def _is_octet(text: str) -> bool:
    short = len(text) <= _LONGEST_OCTET
    return short and text.isascii() and text.isdigit() and int(text) <= _LARGEST_OCTET


def _is_group(text: str) -> bool:
    return len(text) <= _LONGEST_GROUP and _HEX.issuperset(text)
