"""Clean untrusted text for display and speech.

User names, alarm descriptions and similar text arrive as their authors wrote them. All results are
bounded, however long or unusual the input.
"""

import unicodedata

NAME_LIMIT = 200
"""Maximum length of a name: longer than the longest of AWS, except ARNs."""
PROSE_LIMIT = 1000
"""Maximum length of a description or a reason."""
SPEECH_LIMIT = 110
"""Maximum length of one spoken text of an event, in Latin letters: about eight seconds."""

_INPUT_LIMIT = 4096  # Unicode normalization is not linear on hostile input
_LONGEST_SPOKEN_WORD = 40
_STACKED_MARKS = 2  # accents a letter may carry: enough for Vietnamese, too few for "zalgo" text
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")  # invisible, though not controls
_SPOKEN_PUNCTUATION = frozenset(".,:;!?()%+#@/&'-、。")
_IDEOGRAPHS_BEGIN = 0x2E80
_IDEOGRAPH_WEIGHT = 3  # a Chinese character takes as long to say as three Latin letters
_ELLIPSIS = "…"
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})


def clean(text: str, limit: int = NAME_LIMIT) -> str:
    """Return `text` on one line, without anything invisible, at most `limit` characters long.

    Control characters and line breaks become spaces; zero-width and bidirectional controls, lone
    surrogates and private-use characters vanish (they could make a name look like another).
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text[:_INPUT_LIMIT]):
        category = unicodedata.category(character)
        marks = marks + 1 if category[0] == "M" else 0
        if category == "Cc" or category[0] == "Z":
            kept.append(" ")
        elif category[0] != "C" and character not in _BLANK_LETTERS and marks <= _STACKED_MARKS:
            kept.append(character)
    return shorten(" ".join("".join(kept).split()), limit)


def shorten(text: str, limit: int) -> str:
    """Cut `text` to `limit` characters, after a word where one ends near, with an ellipsis."""
    if len(text) <= limit:
        return text
    return _end_at_word(text[: limit - 1], limit)


def speakable(text: str, limit: int = SPEECH_LIMIT) -> str:
    """Return the part of `text` that can be spoken, or "" if there is none.

    `limit` is counted in Latin letters; a Chinese character counts as three. An ARN is spoken as
    the name it ends in. Symbols, emoji and markup characters are left out.
    """
    words = (_spoken_word(word) for word in clean(text, _INPUT_LIMIT).split())
    spoken = " ".join(" ".join(words).split()).strip(" .,:;、。-/")
    if not any(character.isalnum() for character in spoken):
        return ""
    return _shorten_speech(spoken, limit)


def escape_ssml(text: str) -> str:
    """Return `text` as character data for SSML: nothing in it can open or close an element."""
    return text.translate(_ENTITIES)


def _spoken_word(word: str) -> str:
    if word.startswith("arn:"):
        word = word.rstrip(".,:;").replace("/", ":").rpartition(":")[2]
    normal = unicodedata.normalize("NFKC", word)
    return shorten("".join(map(_spoken_character, normal)).strip(), _LONGEST_SPOKEN_WORD)


def _spoken_character(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "LMN" or category == "Sc" or character in _SPOKEN_PUNCTUATION:
        return character
    return " "


def _shorten_speech(spoken: str, limit: int) -> str:
    weight = 0
    for index, character in enumerate(spoken):
        weight += _IDEOGRAPH_WEIGHT if ord(character) >= _IDEOGRAPHS_BEGIN else 1
        if weight > limit:
            return _end_at_word(spoken[: max(index - 1, 1)], index)
    return spoken


def _end_at_word(head: str, limit: int) -> str:
    """End `head` after its last whole word, unless that would lose more than a third of it."""
    space = head.rfind(" ")
    if space > limit * 2 // 3:
        head = head[:space]
    return head.rstrip(" ,;:-、\uff0c") + _ELLIPSIS
