"""Convert facts to SSML that a person just woken can write down, and estimate how long it takes.

Only `<say-as interpret-as="digits">` is used: Polly's standard, neural and generative voices all
support it, while `characters` makes a neural voice fall back to the standard one.
Source: https://docs.aws.amazon.com/polly/latest/dg/say-as-tag.html
"""

import re
from collections.abc import Callable
from html import unescape

from oncall.messages.locale import Language
from oncall.text import escape_ssml, speakable

_LARGEST_OCTET = 255
_OCTETS = 4
_LONGEST_OCTET = 3
_FEWEST_COLONS = 2  # of an IPv6 address, as in `::`
_AREA_LETTERS = 2  # a region begins with them: us, eu, ap, cn
_GROUPS_SPOKEN = 4  # of an IPv6 address: the half that names the network
_LONGEST_GROUP = 4
_ACCOUNT_DIGITS = 12
_SPELLED_IN_PROSE = 3  # each takes seconds to say, and many bytes of SSML
_LONGEST_ID = 24  # an EC2 instance's is 19
_HEX = frozenset("0123456789abcdefABCDEF")

# Estimates of the speed of speech; not measured with Polly.
LATIN_CHARACTERS_PER_SECOND = 15
CJK_CHARACTERS_PER_SECOND = 4.5
SECONDS_PER_DIGIT = 0.4  # where digits are read one by one
_CJK_BEGINS = "\u1100"  # Hangul, then punctuation and symbols, then the ideographs
_SPELLED = re.compile(r'<say-as interpret-as="digits">([^<]*)</say-as>')
_MARK_UP = re.compile("<[^>]*>")


def spoken(fact: str, value: str, language: Language) -> str:
    """Return SSML that speaks a fact; "" if nothing in it can be spoken."""
    word = language.word(fact, value)
    if word is not None:
        return escape_ssml(word)
    speak = _SPEAKERS.get(fact)
    return (speak(value, language) if speak else "") or _prose(value, language)


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
    slow = sum(character >= _CJK_BEGINS for character in text)
    return (
        spelled_digits * SECONDS_PER_DIGIT
        + slow / CJK_CHARACTERS_PER_SECOND
        + (len(text) - slow) / LATIN_CHARACTERS_PER_SECOND
    )


def _prose(text: str, language: Language) -> str:
    """Return free text as SSML, with account IDs, addresses and instance IDs spelled out."""
    words: list[str] = []
    left = _SPELLED_IN_PROSE
    for word in speakable(text).split():
        bare = word.strip(".,:;!?()")
        ssml = _named_number(bare, language) if left and bare else ""
        if ssml:
            left -= 1
            before, _, after = word.partition(bare)
            words.append(f"{before}{ssml}{after}")
        else:
            words.append(escape_ssml(word))
    return " ".join(words)


def _named_number(word: str, language: Language) -> str:
    """Return an account ID, an address or an instance ID spelled out; "" for other words."""
    if word.startswith("i-"):
        return _instance(word, language) if _HEX.issuperset(word[2:]) and word[2:] else ""
    if len(word) == _ACCOUNT_DIGITS:
        return _account(word, language)
    return _ip_address(word, language)


def _account(value: str, _: Language) -> str:
    short = len(value) <= _LONGEST_ID
    return digits(value) if short and value.isascii() and value.isdigit() else ""


def _ip_address(value: str, language: Language) -> str:
    """Return an address digit by digit; "" for other text, such as `AWS Internal`."""
    octets = value.split(".")
    if len(octets) == _OCTETS and all(map(_is_octet, octets)):
        a, b, c, d = map(digits, octets)
        return escape_ssml(language.call["ipv4"]).format(a=a, b=b, c=c, d=d)
    groups = value.split(":")
    if len(groups) > _FEWEST_COLONS and all(map(_is_group, groups)):
        colon = f" {escape_ssml(language.call['ipv6_colon'])} "
        network = value.partition("::")[0].split(":")[:_GROUPS_SPOKEN]
        start = colon.join(spelled(group) for group in network if group)
        return escape_ssml(language.call["ipv6"]).format(start=start) if start else ""
    return ""


def _is_octet(text: str) -> bool:
    short = len(text) <= _LONGEST_OCTET
    return short and text.isascii() and text.isdigit() and int(text) <= _LARGEST_OCTET


def _is_group(text: str) -> bool:
    return len(text) <= _LONGEST_GROUP and _HEX.issuperset(text)


def _instance(value: str, _: Language) -> str:
    """Return an instance ID without its prefix `i-`."""
    name = value.removeprefix("i-")
    fits = name.isascii() and name.isalnum() and len(name) <= _LONGEST_ID
    return spelled(name) if fits else ""


def _region(value: str, _: Language) -> str:
    """Return us-east-1 as `U S east 1`."""
    area, _dash, rest = value.partition("-")
    if not (area.isascii() and area.isalpha() and len(area) == _AREA_LETTERS):
        return ""
    place = escape_ssml(speakable(rest.replace("-", " ")))
    return f"{spelled(area)} {place}" if place else ""


_SPEAKERS: dict[str, Callable[[str, Language], str]] = {
    "account": _account,
    "ip": _ip_address,
    "instance": _instance,
    "region": _region,
}
