"""Remove from the text of an event what is written for machines or screens.

Templates that were not filled in, HTML, Markdown, Slack's markup, emoji codes, and percent-encoding
are gone or decoded; a URL becomes the character `LINK`.
"""

import re
import unicodedata
from urllib.parse import unquote

LINK = "\ue000"
"""Stands for a URL. Cleaned text has no private-use characters of its own."""

_TEMPLATE = re.compile(
    r"\{\{.*?\}\}|\{\{[^{}]*$|[$%#]\{(?:[^{}]|\{[^{}]*\})*\}|\{%.*?%\}|<%.*?%>|<no value>"
    r"|%!\w?\([^)]*\)|(?<!\S)%[sdvf](?!\w)|\\[nrt](?![a-z])|\$[A-Za-z_][\w.]*"
)
_SLACK_LINK = re.compile(r"<(?:https?://|mailto:)[^|<>]*\|([^<>]+)>|<[@#!][^|<>]*(?:\|([^<>]*))?>")
_MARKDOWN_LINK = re.compile(
    r"!?\[([^\[\]]*)\]\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"
)
_NOT_IN_URL = r"\s<>\"'`|\\\u2e80-\uffff"
_URL = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]{{1,20}}://|\bwww\.)[^{_NOT_IN_URL}]*[^{_NOT_IN_URL}.,;:!?)\]}}*_]"
)
_ONLY_URL = re.compile(
    r"<?(?:[A-Za-z][A-Za-z0-9+.-]{1,20}://|(?=www\.))(?:[^\s/@]*@)?([A-Za-z0-9_.-]*[A-Za-z0-9])"
    rf"(?:[:/?#][^{_NOT_IN_URL}]*)?>?"
)
_ESCAPE = re.compile("%[0-9A-Fa-f]{2}")
_ESCAPES = re.compile("(?:%[0-9A-Fa-f]{2})+")
#: Escapes that are likely even if a word has no other: of a space, a line break, or punctuation.
_CLEAR_ESCAPES = frozenset(f"%{ord(sign):02X}" for sign in "\n\r \"#%&'()+,/:;<=>?@[]{|}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&#39;": "'"}
_TAG = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1\s*>"
    r"|</?[A-Za-z][\w:-]*(?:\s+[\w:-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s<>\"']+))*\s*/?>"
    r"|<[A-Za-z][\w:-]*\s+[\w:-]+\s*=[^<>]*$|</?[A-Za-z][\w:-]*…$"  # cut off
)
_EMOJI_CODE = re.compile(r"(?<![\w:]):(?:[a-z][a-z0-9_+-]*|\+1|-1):(?![\w:])")
_EMPHASIS = re.compile(
    r"(?<![\w*~`])(?:[*_`]{1,3}|~~)(?=[^\s\d])|(?<=\S)(?:[*_`]{1,3}|~~)(?!\w)|`+|\*\*"
)
_BLOCK = re.compile(r"^\s*(?:>\s+(?=[^\W\d])|[*•-]\s+)|(?:^|(?<=\s))#{1,6}\s+")


def plain(text: str) -> str:
    """Return cleaned text without markup, with `LINK` for each URL; the host of a lone URL."""
    if lone := _ONLY_URL.fullmatch(text):
        return lone[1]
    text = _TEMPLATE.sub(" ", text)
    text = _SLACK_LINK.sub(lambda match: match[1] or match[2] or " ", text)
    text = _MARKDOWN_LINK.sub(lambda match: match[1] or LINK, text)
    text = _URL.sub(LINK, text)
    text = _URL.sub(LINK, re.sub(r"\S+", lambda match: _percent_decoded(match[0]), text))
    text = _ENTITY.sub(lambda match: _ENTITIES.get(match[0].lower(), " "), text)
    text = _EMOJI_CODE.sub(" ", _TAG.sub(" ", text))
    return _EMPHASIS.sub("", _BLOCK.sub("", text)).replace("://", " ")


def _percent_decoded(word: str) -> str:
    """Return a word of a URL or form as it was before its encoding; other words unchanged."""
    escapes = _ESCAPE.findall(word)
    if len(escapes) > 1 or any(escape.upper() in _CLEAR_ESCAPES for escape in escapes):
        return _ESCAPES.sub(_decoded, word.replace("+", " "))
    return word


def _decoded(match: re.Match[str]) -> str:
    """Return what escapes stand for, without control and private-use characters."""
    decoded = unquote(match[0], errors="ignore")
    return "".join(
        " " if unicodedata.category(character)[0] == "C" else character for character in decoded
    )
