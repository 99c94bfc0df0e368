"""How problems quote a roster, and hints at the typos behind them."""

import re
from collections.abc import Collection, Iterable, Iterator

from oncall.mask_phone_number import mask
from oncall.roster.model import Problem

ROSTER = "roster"  # field of a problem with the whole document

_MAX_QUOTE = 40
# Digits, and the separators people put between them, that could be a phone number.
_NUMBER = re.compile(r"\+?[0-9](?:[0-9 ().-]*[0-9])?")
_MIN_PHONE_DIGITS = 7

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")
# Characters that look like YAML syntax, where syntax is expected: in names they are allowed.
_LOOKALIKES = {
    "`:`": re.compile(r"[\uff1a\ufe55]"),
    "`,`": re.compile(r"[\uff0c\u3001]"),
    "`[`": re.compile(r"[\uff3b\u3010]"),
    "`]`": re.compile(r"[\uff3d\u3011]"),
    "`{`": re.compile(r"\uff5b"),
    "`}`": re.compile(r"\uff5d"),
    '`"`': re.compile(
        r"(?:(?<=^)|(?<=[\s\[{,:\uff1a\uff0c]))[\u2018-\u201f\uff02\uff07\u00ab\u00bb]"
        r"|[\u2018-\u201f\uff02\uff07\u00ab\u00bb](?=$|[\s\]},:\uff1a\uff0c])"
    ),
    "`-`": re.compile(r"(?<=^)(?<!\S)[\u2010-\u2015\u2022\u2212\u00b7\uff0d](?=\s)"),
    "a space": re.compile(r"[\u00a0\u2000-\u200b\u202f\u3000]"),
}
_FENCE = re.compile(r"^\s*(`{3,}|~{3,})")
_DASH = re.compile(r"^\s*(-)(?=[^\s-])")


def quote(text: str) -> str:
    """Return text to quote in a message: short, on one line, phone numbers masked."""
    masked = _NUMBER.sub(_masked, text)
    printable = "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in masked
    )
    if len(printable) > _MAX_QUOTE:
        printable = f"{printable[:_MAX_QUOTE]}…"
    return f"`{printable}`"


def _masked(match: re.Match[str]) -> str:
    text = match.group()
    digits = re.sub(r"[^+0-9]", "", text)
    if len(digits) < _MIN_PHONE_DIGITS or _is_date(text):
        return text
    return mask(digits)


def _is_date(text: str) -> bool:
    # `2026-01-05` has as many digits as a short number, and is quoted in messages about times.
    return re.fullmatch(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}(?: [0-9]{1,2})?", text) is not None


def typo_hints(text: str, problems: Iterable[Problem], keys: Collection[str]) -> list[Problem]:
    """Return the likely typos, each kind once, at its first position.

    A full-width colon, typographic quotes, or a colon without a space after it are valid YAML with
    another meaning, and cause problems on a later line. So the lines of all problems and the lines
    above them are searched for such characters. A valid roster is not searched.

    `problems` are all problems of the roster; `keys` are those of the format, at any level.
    """
    nearby = {line for problem in problems for line in (problem.line - 1, problem.line)}
    hints: dict[str, Problem] = {}
    lines = _LINE_BREAK.split(text.removeprefix("\ufeff"))
    for number in sorted(nearby & set(range(1, len(lines) + 1))):
        line = _COMMENT.sub("", lines[number - 1])
        for column, message in _find_typos(line, keys):
            hints.setdefault(message, Problem(number, column, ROSTER, message))
    return list(hints.values())


def _find_typos(line: str, keys: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield each typo in a line: its column from 1, and the message."""
    for intended, pattern in _LOOKALIKES.items():
        if sign := pattern.search(line.lstrip(" ") if intended == "`-`" else line):
            indented = len(line) - len(line.lstrip(" ")) if intended == "`-`" else 0
            name = f"U+{ord(sign.group()):04X}"
            shown = f"`{sign.group()}` ({name})" if sign.group().isprintable() else name
            message = f"contains {shown} instead of {intended}; write {intended}"
            yield indented + sign.start() + 1, message
    if fence := _FENCE.search(line):
        yield fence.start(1) + 1, "is a Markdown code fence; remove this line"
    if dash := _DASH.search(line):
        yield dash.start(1) + 1, "has no space after the dash; write `- `"
    key = re.search(rf"(?:^|[\s{{,-])({'|'.join(map(re.escape, keys))}):(?=[^\s])", line)
    if key:
        yield key.end() + 1, f"has no space after `{key[1]}:`; write `{key[1]}: `"
