"""The commands that the documentation shows, as they stand there."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGES = sorted([ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").rglob("*.md")])
#: What a command begins with; a line of code that begins otherwise is none.
PROGRAMS = ("apt", "aws", "callout", "cdk", "curl", "docker", "make", "python")
#: Words of a shell before a command.
SHELL = ("do", "until")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
UNTIL_A_GAP = re.compile(r"""(?:'[^']*'|"[^"]*"|\s(?![\s#])|[^\s'"])+""")


@dataclass(frozen=True)
class Shown:
    """A command.

    Attributes:
        page: the page's path in the repository.
        words: of the command; placeholders stand as they are written.
        mention: it stands in a sentence, and need not be complete.
    """

    page: str
    words: tuple[str, ...]
    mention: bool

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.words)}"


@cache
def everything_shown() -> list[Shown]:
    """Give every command of every page."""
    return [
        one
        for page in PAGES
        for one in commands(page.read_text(encoding="utf-8"), page.relative_to(ROOT).as_posix())
    ]


def commands(text: str, page: str) -> Iterator[Shown]:
    """Give the commands of a page: of its blocks of shell, and of code within sentences."""
    for token in MarkdownIt().enable("table").parse(text):
        if token.type == "code_block" or (token.type == "fence" and token.info in ("", "sh")):
            for line in re.sub(r"\s*\\\n\s*", " ", token.content).splitlines():
                yield from _of_line(line, page)
        for code in token.children or ():
            if code.type == "code_inline":
                for words in _simple_commands(" ".join(code.content.split())):
                    yield Shown(page, words, mention=True)


def _of_line(line: str, page: str) -> Iterator[Shown]:
    """Give the commands of a line; what follows after a gap, or after a #, explains it."""
    if written := UNTIL_A_GAP.match(line.strip()):
        for words in _simple_commands(written[0]):
            yield Shown(page, words, mention=False)


def _simple_commands(line: str) -> Iterator[tuple[str, ...]]:
    """Split a line as a shell does, and give what is a command of a program that is known here."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters, lexer.whitespace_split = "", True
    try:
        tokens = list(lexer)
    except ValueError:  # a quote that is not closed: no command, but a part of something
        return
    words: list[str] = []
    for token in (*tokens, ";"):
        if not set(token) <= set("();<>|&"):
            if words or not (token in SHELL or ASSIGNMENT.match(token)):
                words.append(token.strip("[]"))  # what may be left out is shown too
            continue
        if len(words) > 1 and words[0] in PROGRAMS:
            yield tuple(words)
        words = []
