"""Slips of the keyboard behind a refusal: what looks like YAML and is none.

A Chinese keyboard's wide colon, a word processor's quotes or a colon without a space after it
make a text that YAML reads as something else, and stumbles over later. So the lines where it
stumbled, and those above them, are searched for such signs; a roster that can be read is not.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from oncall.roster.parsing.errors import ROSTER, Problem

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")
# What looks like a sign of YAML, wherever it would be one: in names it may well be meant.
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


def slips(text: str, found: Iterable[Problem], keys: Collection[str]) -> list[Problem]:
    """What is likely to be behind what was found; each kind of slip once, at the first place.

    Args:
        text: the whole roster.
        found: everything that is wrong with it.
        keys: every key of the format, at any level.
    """
    near = {line for one in found for line in (one.line - 1, one.line)}
    told: dict[str, Problem] = {}
    lines = _LINE_BREAK.split(text.removeprefix("\ufeff"))
    for number in sorted(near & set(range(1, len(lines) + 1))):
        line = _COMMENT.sub("", lines[number - 1])
        for column, message in _in(line, keys):
            told.setdefault(message, Problem(number, column, ROSTER, message))
    return list(told.values())


def _in(line: str, keys: Collection[str]) -> Iterator[tuple[int, str]]:
    """Each slip in a line: its column from 1, and what to write."""
    for meant, pattern in _LOOKALIKES.items():
        if sign := pattern.search(line.lstrip(" ") if meant == "`-`" else line):
            indented = len(line) - len(line.lstrip(" ")) if meant == "`-`" else 0
            name = f"U+{ord(sign.group()):04X}"
            shown = f"`{sign.group()}` ({name})" if sign.group().isprintable() else name
            message = f"holds {shown}, which YAML does not take for {meant}; write {meant}"
            yield indented + sign.start() + 1, message
    if fence := _FENCE.search(line):
        yield fence.start(1) + 1, "is the fence around code in a chat or a page; remove this line"
    if dash := _DASH.search(line):
        yield dash.start(1) + 1, "has no space after the dash; write `- `"
    key = re.search(rf"(?:^|[\s{{,-])({'|'.join(map(re.escape, keys))}):(?=[^\s])", line)
    if key:
        yield key.end() + 1, f"has no space after `{key[1]}:`; write `{key[1]}: `"
