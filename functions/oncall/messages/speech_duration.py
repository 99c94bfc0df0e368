"""Estimate how long a spoken message takes; not measured with Polly."""

import re
from html import unescape

LATIN_CHARACTERS_PER_SECOND = 15
CJK_CHARACTERS_PER_SECOND = 4.5
SECONDS_PER_DIGIT = 0.4  # where digits are read one by one

_OTHERS_BEGIN = "\u1100"  # Hangul, then punctuation and symbols, then the ideographs
_SPELLED = re.compile(r'<say-as interpret-as="digits">([^<]*)</say-as>')
_MARK_UP = re.compile("<[^>]*>")


def seconds(ssml: str) -> float:
    """Return the estimated seconds to speak SSML from voice_message.py."""
    spelled = sum(map(len, _SPELLED.findall(ssml)))
    text = unescape(_MARK_UP.sub("", _SPELLED.sub("", ssml)))
    slow = sum(character >= _OTHERS_BEGIN for character in text)
    return (
        spelled * SECONDS_PER_DIGIT
        + slow / CJK_CHARACTERS_PER_SECOND
        + (len(text) - slow) / LATIN_CHARACTERS_PER_SECOND
    )
