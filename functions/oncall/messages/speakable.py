"""Turn the free text of an event into SSML that is understood by ear.

What only eyes can take in is replaced: URLs, ARNs, identifiers, signs, text in a script that the
voice cannot speak. Addresses are spelled in full, because the responder needs them.

Of SSML's `<say-as>` only `digits` is used: Polly's standard, neural and generative voices all
support it, while `characters` makes a neural voice fall back to the standard one.
Source: https://docs.aws.amazon.com/polly/latest/dg/say-as-tag.html
"""

# ruff: noqa: RUF001 - signs that look like others

import re
import unicodedata
from collections.abc import Callable
from html import unescape

from oncall.messages.locale import DEFAULT, Language, load
from oncall.messages.plain_text import LINK, plain
from oncall.messages.resource_names import resource_name
from oncall.text import clean, escape_ssml, shorten

MAX_SECONDS = 7.5
"""Longest that one text takes, without addresses that would be cut off."""

_INPUT_LIMIT = 1000
_ENDING = 4  # characters of an identifier that are spoken
_LONG_NUMBER = 9  # digits that nobody remembers
_ACCOUNT_DIGITS = 12
_LONGEST_WORD = 40
_LONGEST_NAME = 40  # of a person or team
_LONG_WORD_SECONDS = 1.5
_SIGNIFICANT_DIGITS = 3
_EXACT_DECIMALS = 2  # a number with more is rounded
_EXACT_DIGITS = 6
_LARGE = 1e6
_PUNCTUATION = frozenset(".,:;!?()%+@/&'-、。，：；！？…")
_SILENT_MARKS = frozenset(map(chr, (0x20E3, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Keycaps and variation selectors, which choose how the character before them looks."""
_APOSTROPHES = {"’": "'", "‘": "'"}
_FIRST_TOKEN = 0xE100  # a private-use character stands for each piece of SSML
_MAX_TOKENS = 1000
_TOKEN_CHARACTER = re.compile(f"[{chr(_FIRST_TOKEN)}-{chr(_FIRST_TOKEN + _MAX_TOKENS - 1)}]")

_ARN = r"(?:(?<![A-Za-z0-9_])arn:(?=\S)|arn:aws)[^\s,;\"'<>()\[\]{}、。，]*"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MAC = (
    r"(?<![A-Za-z0-9_:.-])(?:[0-9A-Fa-f]{2}(?P<mac>[:-])(?:[0-9A-Fa-f]{2}(?P=mac)){4}[0-9A-Fa-f]{2}"
    r"|(?=[0-9.]*[A-Fa-f])[0-9A-Fa-f]{4}(?:\.[0-9A-Fa-f]{4}){2})(?![A-Za-z0-9_:-])"
)
_TIME = r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d)?(?:[.,]\d+)?(Z|[+-]00:?00)?(?!\d)"
_IPV4 = r"(?<![A-Za-z0-9_.])(?:\d{1,3}\.){3}\d{1,3}(?![A-Za-z0-9_]|\.\d)"
_IPV6 = r"(?<![A-Za-z0-9_:.])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![A-Za-z0-9_:]|\.\d)"
_RESOURCE = r"(?<![A-Za-z0-9_])[a-z]{1,12}-(?=[a-z]*\d)[0-9a-f]{8,17}(?![A-Za-z0-9_-])"
_INSTANCE = r"(?<![A-Za-z0-9_])i-(?=[a-z]*\d)[0-9a-z]{8,17}(?![A-Za-z0-9_])"
_POD = r"(?<=[a-z0-9])-[0-9a-f]{8,10}-[a-z0-9]{5}(?![A-Za-z0-9_-])"
_HASH = (
    r"(?<![A-Za-z0-9])(?:0x[0-9a-fA-F]{6,}|(?=[a-fA-F]*\d)(?=\d*[a-fA-F])[0-9a-fA-F]{8,}"
    r"|(?=(?:[A-Za-z]*\d){3})(?=\d*[A-Za-z])[A-Za-z0-9]{20,}|A[A-Z]{3}(?=[A-Z]*\d)[A-Z0-9]{12,})"
    r"(?![A-Za-z0-9])"
)
_UNIT = r"\s*(?:[<>=!≤≥%]|(?:[KMGTkmgt]i?)?[Bb](?:ytes?)?\b|[mµn]?s\b|seconds?\b|requests?\b)"
_NUMBER = r"(?<![A-Za-z0-9_.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_]|\.\d)"
_LONG = rf"\+?\d{{{_LONG_NUMBER},}}"
_SIGN = r"(?<![A-Za-z0-9_.)%\]])[-+−–](?=\d)|−(?=\s?\d)"
_RELATION = (
    r"(?:<->|<=|>=|===?|!==?|<>|=>|->|[<>=≤≥≠≈±×→])(?=\s*[-+(\"'$€]?\w)|(?<![\w~])~(?=\s?\d)"
    r"|(?<=\d)\s\*\s(?=\d)"
)
_TOKEN = re.compile(
    f"(?P<link>{LINK})|(?P<arn>{_ARN})|(?P<uuid>{_UUID}|{_MAC})|(?P<time>{_TIME})|(?P<ipv4>{_IPV4})"
    f"|(?P<ipv6>{_IPV6})|(?P<resource>{_RESOURCE}|{_INSTANCE})|(?P<pod>{_POD})|(?P<hash>{_HASH})"
    rf"|(?P<percent>\s?[%٪])|(?P<number>{_NUMBER})|(?P<long>{_LONG})|(?P<sign>{_SIGN})"
    f"|(?P<relation>{_RELATION})|(?P<and>&+)"
)
#: `statusMessage: …` is spoken as `status message: …`.
_FIELD_NAME = re.compile(r"(?:^|(?<=, ))[A-Za-z][\w-]*(?=: )")
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]")
_COMPARISONS = frozenset("<>≤≥≈±~")
#: The words of a language file (`signs`) by sign.
_SIGNS = {
    "<": "less", "<=": "less_or_equal", "≤": "less_or_equal",
    ">": "greater", ">=": "greater_or_equal", "≥": "greater_or_equal",
    "=": "equal", "==": "equal", "===": "equal",
    "!=": "not_equal", "!==": "not_equal", "<>": "not_equal", "≠": "not_equal",
    "≈": "about", "~": "about", "±": "plus_minus", "×": "times", "*": "times",
    "-": "minus", "−": "minus", "–": "minus", "+": "plus", "&": "and",
    "->": "to", "=>": "to", "<->": "to", "→": "to",
}  # fmt: skip

_OCTETS = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})", re.ASCII)
_LARGEST_OCTET = 255
_GROUP = re.compile("[0-9A-Fa-f]{0,4}")  # of an IPv6 address
_GROUPS, _GROUPS_SPOKEN = 8, 4  # the half that names the network

# Estimates of the speed of speech; not measured with Polly.
LATIN_CHARACTERS_PER_SECOND = 15
CJK_CHARACTERS_PER_SECOND = 4.5
KANA_CHARACTERS_PER_SECOND = 7
SECONDS_PER_DIGIT = 0.4  # where digits are read one by one
_KANA = range(0x3040, 0x3100)
_CJK_BEGINS = "\u1100"  # Hangul, then punctuation and symbols, then the ideographs
_SPELLED = re.compile(r'<say-as interpret-as="digits">([^<]*)</say-as>')
_MARK_UP = re.compile("<[^>]*>")


def spoken(fact: str, value: str, language: Language, seconds: float = MAX_SECONDS) -> str:
    """Return SSML that speaks a fact; "" if nothing in it can be spoken.

    Free text takes about `seconds` at most.
    """
    fact = fact.removeprefix("other_")  # of another account or region
    word = language.word(fact, value)
    if word is not None:
        return escape_ssml(word)
    speak = _SPEAKERS.get(fact)
    ssml = (speak(value, language) if speak else "") or speakable(value, language, seconds)
    if fact == "about":
        ssml = _FIELD_NAME.sub(_field_name, ssml)
    not_spoken = ssml == escape_ssml(language.call["other_script"])
    return escape_ssml(language.in_other_script(fact)) if not_spoken else ssml


def _field_name(match: re.Match[str]) -> str:
    return _WORD_START.sub(" ", match[0]).lower().removesuffix(" arn")


def speakable(text: str, language: Language, seconds: float = MAX_SECONDS) -> str:
    """Return `text` as SSML that takes about `seconds` at most; "" if nothing can be spoken.

    An IPv4 address is never cut: one that would be cut off comes after the rest.
    """
    return _Text(language).speak(plain(clean(text, _INPUT_LIMIT)), seconds)


def speakable_name(text: str, language: Language) -> str:
    """Return the name of a person or team as SSML; a placeholder if the voice cannot speak it."""
    name = " ".join("".join(map(_spoken_character, clean(text, _LONGEST_NAME))).split())
    if not _has_words(name) or any(map(language.cannot_speak, name)):
        name = language.in_other_script("person")
    return escape_ssml(name)


class _Text:
    """One text, while it is converted: SSML pieces are single characters of it."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._ssml: list[str] = []
        self._addresses: set[str] = set()
        self._compared = False  # the last thing was a comparison

    def speak(self, text: str, seconds: float) -> str:
        tokens = _TOKEN.sub(self._replace, text)
        normal = re.sub(r"[^\W_]+", lambda match: unicodedata.normalize("NFKC", match[0]), tokens)
        spoken = re.sub(
            r"\s+(?=[,.;:!?)])|(?<!\S)-{2,}(?!\S)", "", "".join(map(_spoken_character, normal))
        )
        words = " ".join(self._in_script(spoken)).strip(" .,:;、。，-/")
        return self._expand(self._fitting(words, seconds)) if _has_words(words) else ""

    def _replace(self, match: re.Match[str]) -> str:
        kind = match.lastgroup or ""
        replaced = _REPLACE[kind](self, match)
        self._compared = kind == "relation" and not _COMPARISONS.isdisjoint(match[0])
        return replaced

    def _token(self, ssml: str, *, address: bool = False) -> str:
        if len(self._ssml) >= _MAX_TOKENS:
            return " "
        self._ssml.append(ssml)
        token = chr(_FIRST_TOKEN + len(self._ssml) - 1)
        if address:
            self._addresses.add(token)
        return token

    def link(self, _: re.Match[str]) -> str:
        return f" {self._language.call['link']} "

    def arn(self, match: re.Match[str]) -> str:
        arn = match[0].rstrip(".:*")
        kind, parts = resource_name(arn)
        word = self._type("resource_type", kind, match)
        names = [_TOKEN.sub(self._replace, part) for part in parts if not part.startswith("arn:")]
        if kind == "function" and names[1:]:
            names[1] = f"{self._language.word('resource_type', 'alias')} {names[1]}"
        separator = ", " if kind else " "
        return f" {word} {separator.join(names)}{'.' if match[0].endswith('.') else ''} "

    def id(self, match: re.Match[str]) -> str:
        return f" {self._token(ending(match[0], self._language, 'id'))} "

    def resource(self, match: re.Match[str]) -> str:
        prefix = match[0].partition("-")[0]
        if self._language.word("resource_id", prefix) is None:
            return self.id(match)
        word = self._type("resource_id", prefix, match)
        return f"{word} {self._token(ending(match[0], self._language))}"

    def _type(self, group: str, value: str, match: re.Match[str]) -> str:
        """Return the word for a type of resource; "" if the text before has it."""
        words = [language.word(group, value) or "" for language in (self._language, load(DEFAULT))]
        before = match.string[: match.start()].lower().rstrip(" :(")
        return "" if any(word and before.endswith(word.lower()) for word in words) else words[0]

    def pod(self, match: re.Match[str]) -> str:
        return f" {self._token(ending(match[0], self._language))}"

    def time(self, match: re.Match[str]) -> str:
        date, time, offset = re.fullmatch(_TIME, match[0]).groups()  # type: ignore[union-attr]
        return f"{date} {time}{' UTC' if offset else ''}"

    def ip(self, match: re.Match[str]) -> str:
        ssml = ip_address(match[0], self._language)
        return self._token(ssml, address=match.lastgroup == "ipv4") if ssml else match[0]

    def number(self, match: re.Match[str]) -> str:
        whole = match[0].partition(".")[0]
        measured = self._compared or re.match(_UNIT, match.string[match.end() :])
        if measured and len(whole) < _ACCOUNT_DIGITS:
            return spoken_number(match[0], self._language)
        return self.long(match) if len(whole) >= _LONG_NUMBER else match[0]

    def long(self, match: re.Match[str]) -> str:
        name = self._language.word("account", match[0])
        return name or self.id(match)

    def percent(self, _: re.Match[str]) -> str:
        return f"{self._language.signs['percent']} "

    def sign(self, match: re.Match[str]) -> str:
        sign = match[0].strip()
        sign = "&" if sign.startswith("&") else sign
        return f" {self._language.signs[_SIGNS[sign]]} "

    def _in_script(self, text: str) -> list[str]:
        """Return the words, with a note once in place of those in a script of another language."""
        if text.isascii():
            return text.split()
        words: list[str] = []
        noted = False
        for word in text.split():
            if not any(map(self._language.cannot_speak, word)):
                words.append(word)
            elif not noted:
                noted = True
                words.append(f"{self._language.call['other_script']},")
            kept = "".join(token for token in word if token in self._addresses)
            if kept and words[-1] != word:
                words.append(kept)
        return words

    def _fitting(self, text: str, seconds: float) -> str:
        """Return the start of a text, with the first address even if it comes later."""
        words = [shorten(word, _LONGEST_WORD) for word in text.split()]
        addresses = [character for character in text if character in self._addresses]
        kept: list[str] = []
        left = seconds
        while words and (needed := self._seconds(f"{words[0]} ")) <= left:
            left -= needed
            kept.append(words.pop(0))
        if words and (not kept or self._seconds(words[0]) > _LONG_WORD_SECONDS):
            start = self._start(words[0], left)
            # An identifier may exceed the limit, but not in addition to an address or a name.
            enough = kept and (addresses or kept[-1].endswith(","))
            kept.append(start or ("" if enough else words[0][0]))
        start = " ".join(kept)
        if words:  # `reason: …` without the reason says nothing
            start = re.sub(r"(?<=[,.;]) \S*[:：]$", "", start).rstrip(" ,;:-、，") + "…"
        return start if self._addresses.intersection(start) else " ".join([start, *addresses[:1]])

    def _start(self, word: str, seconds: float) -> str:
        """Return as much of a word as fits; Chinese has no spaces, and a token can be long."""
        length = next((n for n in range(len(word), 0, -1) if self._seconds(word[:n]) <= seconds), 0)
        return word[:length]

    def _seconds(self, text: str) -> float:
        return speech_seconds(self._expand(text))

    def _expand(self, text: str) -> str:
        return _TOKEN_CHARACTER.sub(
            lambda match: self._ssml[ord(match[0]) - _FIRST_TOKEN], escape_ssml(text)
        )


_REPLACE: dict[str, Callable[[_Text, re.Match[str]], str]] = {
    "link": _Text.link,
    "arn": _Text.arn,
    "uuid": _Text.id,
    "time": _Text.time,
    "ipv4": _Text.ip,
    "ipv6": _Text.ip,
    "resource": _Text.resource,
    "pod": _Text.pod,
    "hash": _Text.id,
    "percent": _Text.percent,
    "number": _Text.number,
    "long": _Text.long,
    "sign": _Text.sign,
    "relation": _Text.sign,
    "and": _Text.sign,
}


def ending(identifier: str, language: Language, template: str = "ending") -> str:
    """Return SSML that speaks the last characters of an identifier."""
    letters = re.sub("[^0-9A-Za-z]", "", identifier)[-_ENDING:]
    return escape_ssml(language.call[template]).format(end=spelled(letters))


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
    octets = _OCTETS.fullmatch(value)
    if octets and max(map(int, octets.groups())) <= _LARGEST_OCTET:
        a, b, c, d = map(digits, octets.groups())
        return escape_ssml(language.call["ipv4"]).format(a=a, b=b, c=c, d=d)
    groups = value.split(":")
    whole = "::" in value or len(groups) == _GROUPS
    if whole and any(groups) and all(map(_GROUP.fullmatch, groups)):
        colon = f" {escape_ssml(language.call['ipv6_colon'])} "
        network = (value.partition("::")[0] or value).split(":")[:_GROUPS_SPOKEN]
        start = " ".join(colon.join(map(spelled, network)).split())
        return escape_ssml(language.call["ipv6"]).format(start=start)
    return ""


def _account(value: str, language: Language) -> str:
    known = value.isascii() and value.isdigit() and len(value) == _ACCOUNT_DIGITS
    return ending(value, language) if known else ""


def _instance(value: str, language: Language) -> str:
    return ending(value, language) if re.fullmatch(_INSTANCE, value) else ""


def _region(value: str, _: Language) -> str:
    """Return us-east-1 as `U S east 1`."""
    area, _dash, rest = value.partition("-")
    known = re.fullmatch(r"[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}", value)
    return f"{spelled(area)} {rest.replace('-', ' ')}" if known else ""


_SPEAKERS: dict[str, Callable[[str, Language], str]] = {
    "account": _account,
    "ip": ip_address,
    "instance": _instance,
    "region": _region,
    "team": speakable_name,
}


def spoken_number(text: str, language: Language) -> str:
    """Return a measured value as plain text, to three significant digits if it is long."""
    value, divisor, word = float(text), 1.0, ""
    whole, _, decimals = text.partition(".")
    if "e" in text.lower() or len(decimals) > _EXACT_DECIMALS or len(whole) > _EXACT_DIGITS:
        value = float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
    if value >= _LARGE:
        for magnitude, name in language.magnitudes.items():
            if value > float(magnitude):
                divisor, word = float(magnitude), f" {name}"
    text = f"{value / divisor:.6f}".rstrip("0").rstrip(".")
    return text.replace(".", language.decimal) + word


def _is_token(character: str) -> bool:
    return 0 <= ord(character) - _FIRST_TOKEN < _MAX_TOKENS


def _has_words(text: str) -> bool:
    return any(character.isalnum() or _is_token(character) for character in text)


def _spoken_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in _SILENT_MARKS:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    character = "-" if category == "Pd" else _APOSTROPHES.get(character, character)
    if category[0] in "LMN" or category == "Sc" or character in _PUNCTUATION:
        return character
    return character if _is_token(character) else " "
