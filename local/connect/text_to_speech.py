"""How long a text takes to speak, which part of it is spoken, and the voices that there are."""

import functools
import re
import unicodedata
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from botocore.loaders import Loader

# Conversational speed of the Polly voices, estimated; the simulator only needs calls to last about
# as long as real ones.
LATIN_CHARACTERS_PER_SECOND = 15
CJK_CHARACTERS_PER_SECOND = 4.5
KANA_CHARACTERS_PER_SECOND = 7

# Source: the Connect administrator guide, "Get customer input": billed characters are those that
# are spoken; the total includes the markup.
MAX_BILLED_CHARACTERS = 3_000
MAX_CHARACTERS = 6_000

_CJK_NAMES = ("CJK ", "HANGUL ")
_KANA_NAMES = ("HIRAGANA ", "KATAKANA ")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s)")


class InvalidSsmlError(ValueError):
    """The text is not SSML that Polly would speak."""


@dataclass(frozen=True)
class Speech:
    """A spoken text, without the markup."""

    text: str
    seconds: float  # scenario seconds to speak it


def synthesize(ssml: str) -> Speech:
    """Return the speech that SSML becomes.

    Raises:
        InvalidSsmlError: the SSML is not well-formed (an unescaped ``&``, for example), is not
            inside ``<speak>``, which Polly requires, or is longer than Connect allows.
    """
    if len(ssml) > MAX_CHARACTERS:
        raise InvalidSsmlError(f"SSML of {len(ssml)} characters is too long")
    try:
        # Expat refuses runaway entity expansion, and the text is this project's own.
        root = ET.fromstring(ssml)  # noqa: S314
    except ET.ParseError as error:
        raise InvalidSsmlError(f"SSML is not well-formed ({error})") from None
    if root.tag.rsplit("}", 1)[-1] != "speak":
        raise InvalidSsmlError(f"SSML must be inside <speak>, not <{root.tag}>")
    text = " ".join("".join(root.itertext()).split())
    if len(text) > MAX_BILLED_CHARACTERS:
        raise InvalidSsmlError(f"a spoken text of {len(text)} characters is too long")
    pauses = sum(_pause(element.get("time", "")) for element in root.iter("break"))
    return Speech(text, _seconds(text) + pauses)


def _seconds(text: str) -> float:
    names = [unicodedata.name(character, "") for character in text]
    cjk, kana = (
        sum(name.startswith(prefixes) for name in names) for prefixes in (_CJK_NAMES, _KANA_NAMES)
    )
    return (
        cjk / CJK_CHARACTERS_PER_SECOND
        + kana / KANA_CHARACTERS_PER_SECOND
        + (len(text) - cjk - kana) / LATIN_CHARACTERS_PER_SECOND
    )


def _pause(duration: str) -> float:
    found = _DURATION.fullmatch(duration.strip())
    if not found:
        return 0.0
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


@functools.cache
def voice_ids() -> frozenset[str]:
    """Every voice in botocore's model of Polly. Which of them Connect supports is unverified."""
    shapes = Loader().load_service_model("polly", "service-2")["shapes"]
    return frozenset(shapes["VoiceId"]["enum"])
