"""What is wrong with a text that is no YAML, in the words of whoever typed it."""

import re

from ruamel.yaml.error import MarkedYAMLError, StringMark

from oncall.roster.parsing.errors import ROSTER, Problem

# What ruamel.yaml says (its scanner.py and parser.py), and how to fix it; `{}` is the
# place where that began which was not finished.
_BESIDE = {
    r"mapping values are not allowed here": (
        "has a `:` where no value can begin; indent it like its neighbours, write a space after"
        " each colon and dash, and put quotes around a text that holds `: `"
    ),
    r"sequence entries are not allowed here": (
        "has a `- ` where no list can begin; begin the list in a line of its own"
    ),
    r"expected <block end>, but found .*": (
        "is indented unlike its neighbours; begin it exactly below the first key, or the first"
        " dash, of what it belongs to"
    ),
    r"expected ',' or '([\]}])', but got .*": (
        r"lacks a comma, or the `\1` of what begins in {}; write it before this"
    ),
    r"found character '(.)' that cannot start any token": (
        r"begins with `\1`, which YAML keeps for itself; put quotes around it"
    ),
}
# The same, of what is better said where it began.
_BEGUN = {
    r"could not find expected ':'": "is no key with a value; write a colon and a space after it",
    r"found unexpected end of stream": "begins a quoted text that never ends; write its end quote",
}


def syntax_problem(text: str, error: MarkedYAMLError) -> Problem:
    """The problem that ruamel.yaml has with a text, at the place to fix."""
    here, begun = error.problem_mark or error.context_mark, error.context_mark
    if here and text[here.index : here.index + 1] == "\t":
        return _at(here, "is indented with a tab; write spaces")
    reason = " ".join(str(error.problem or error.context).split())
    if begun and (message := _said(reason, _BEGUN)):
        return _at(begun, message)
    if message := _said(reason, _BESIDE):
        place = f"line {begun.line + 1}, column {begun.column + 1}" if begun else "the lines above"
        return _at(here, message.replace("{}", place))
    fix = "check the indentation, quotes, colons and brackets above"
    return _at(here, f"is not YAML here ({reason}); {fix}")


def _said(reason: str, words: dict[str, str]) -> str:
    for pattern, message in words.items():
        if found := re.fullmatch(pattern, reason):
            return found.expand(message)
    return ""


def _at(mark: StringMark | None, message: str) -> Problem:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(line, column, ROSTER, message)
