"""Extract the commands that the documentation shows."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt

from local.environment import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = sorted([ROOT / "README.md", ROOT / "README.zh-CN.md", *(ROOT / "docs").rglob("*.md")])
#: First words of commands; other lines of code are not commands.
PROGRAMS = ("apt", "aws", "callout", "cdk", "curl", "docker", "make", "python")
#: Shell keywords before a command.
KEYWORDS = ("do", "until")
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=")
UNTIL_GAP = re.compile(r"""(?:'[^']*'|"[^"]*"|\s(?![\s#])|[^\s'"])+""")


class Command(NamedTuple):
    """A command in a doc."""

    doc: str  # path in the repository
    words: tuple[str, ...]  # with placeholders as written
    inline: bool  # within a sentence, so it may be incomplete

    def __str__(self) -> str:
        return f"{self.doc}: {shlex.join(self.words)}"


@cache
def documented_commands() -> list[Command]:
    """Return every command of every doc."""
    return [
        command
        for doc in DOCS
        for command in commands(doc.read_text(encoding="utf-8"), doc.relative_to(ROOT).as_posix())
    ]


def commands(text: str, doc: str) -> Iterator[Command]:
    """Yield the commands of a doc: those in blocks of shell, and in code within sentences."""
    for token in MarkdownIt().enable("table").parse(text):
        if token.type == "code_block" or (token.type == "fence" and token.info in ("", "sh")):
            for line in re.sub(r"\s*\\\n\s*", " ", token.content).splitlines():
                # Text after a gap, or after a #, explains the command.
                if written := UNTIL_GAP.match(line.strip()):
                    for words in _simple_commands(written[0]):
                        yield Command(doc, words, inline=False)
        for code in token.children or ():
            if code.type == "code_inline":
                for words in _simple_commands(" ".join(code.content.split())):
                    yield Command(doc, words, inline=True)


def _simple_commands(line: str) -> Iterator[tuple[str, ...]]:
    """Split a line as a shell does, and yield the commands of PROGRAMS."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters, lexer.whitespace_split = "", True
    try:
        tokens = list(lexer)
    except ValueError:  # an unclosed quote: part of something else
        return
    words: list[str] = []
    for token in (*tokens, ";"):
        if not set(token) <= set("();<>|&"):
            if words or not (token in KEYWORDS or ASSIGNMENT.match(token)):
                words.append(token.strip("[]"))  # brackets mark optional words
            continue
        if len(words) > 1 and words[0] in PROGRAMS:
            yield tuple(words)
        words = []
