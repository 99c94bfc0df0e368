"""Clean untrusted text for display and speech.

User names, alarm descriptions and similar text arrive as their authors wrote them. All results are
bounded, however long or unusual the input.
"""

import unicodedata

NAME_LIMIT = 200
"""Maximum length of a name: longer than the longest of AWS, except ARNs."""
PROSE_LIMIT = 1000
"""Maximum length of a description or a reason."""

_INPUT_LIMIT = 4096  # Unicode normalization is not linear on hostile input
_STACKED_MARKS = 2  # accents a letter may carry: enough for Vietnamese, too few for "zalgo" text
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")  # invisible, though not controls
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
    head = text[: limit - 1]
    space = head.rfind(" ")
    if space > limit * 2 // 3:  # otherwise, more than a third would be lost
        head = head[:space]
    return head.rstrip(" ,;:-、\uff0c") + _ELLIPSIS


def escape_ssml(text: str) -> str:
    """Return `text` as character data for SSML: nothing in it can open or close an element."""
    return text.translate(_ENTITIES)
