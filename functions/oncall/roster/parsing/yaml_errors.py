"""Translate errors of ruamel.yaml into messages that operators understand."""

import re

from ruamel.yaml.error import MarkedYAMLError, StringMark

from oncall.roster.parsing.errors import ROSTER, Problem

# Errors of ruamel.yaml (its scanner.py and parser.py), and what to write instead; `{}` is the
# start of the unfinished element.
_AT_ERROR = {
    r"mapping values are not allowed here": (
        "has an unexpected `:`; indent it like its neighbors, write a space after each colon and"
        " dash, and put quotes around text that contains `: `"
    ),
    r"sequence entries are not allowed here": (
        "has an unexpected `- `; start the list on its own line"
    ),
    r"expected <block end>, but found .*": (
        "is not aligned with its neighbors; start it exactly below the first key, or the first"
        " dash, of the list or table it belongs to"
    ),
    r"expected ',' or '([\]}])', but got .*": (
        r"is missing a comma, or the `\1` that closes what starts in {}; add it before this"
    ),
    r"found character '(.)' that cannot start any token": (
        r"starts with `\1`, which is reserved in YAML; put quotes around the text"
    ),
}
# The same, for errors reported at the start of the element.
_AT_START = {
    r"could not find expected ':'": "is not a key with a value; write a colon and a space after it",
    r"found unexpected end of stream": "starts a quote that is not closed; add the closing quote",
}


def syntax_problem(text: str, error: MarkedYAMLError) -> Problem:
    """Return an error of ruamel.yaml as a problem at the position to fix."""
    here, start = error.problem_mark or error.context_mark, error.context_mark
    if here and text[here.index : here.index + 1] == "\t":
        return _at(here, "is indented with a tab; use spaces")
    reason = " ".join(str(error.problem or error.context).split())
    if start and (message := _message(reason, _AT_START)):
        return _at(start, message)
    if message := _message(reason, _AT_ERROR):
        place = f"line {start.line + 1}, column {start.column + 1}" if start else "the lines above"
        return _at(here, message.replace("{}", place))
    fix = "check the indentation, quotes, colons and brackets above"
    return _at(here, f"is not valid YAML here ({reason}); {fix}")


def _message(reason: str, messages: dict[str, str]) -> str:
    for pattern, message in messages.items():
        if match := re.fullmatch(pattern, reason):
            return match.expand(message)
    return ""


def _at(mark: StringMark | None, message: str) -> Problem:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(line, column, ROSTER, message)
