"""Strategies for texts that operators save: mistyped rosters, and any other text."""

import json
import re
from pathlib import Path

from hypothesis import strategies as st
from ruamel.yaml import YAML

from oncall.roster.model import Roster
from tests.support.roster_strategies import as_document, rosters

ROSTERS = Path(__file__).parents[1] / "fixtures/rosters"
VALID = [
    (ROSTERS / f"{name}.yaml").read_text()
    for name in ("minimal", "two-languages", "rotation", "quiet", "three-countries")
]
VALID += [json.dumps(YAML(typ="safe", pure=True).load(text), default=str) for text in VALID]
MARKS = "\t\n\r \"'#&*!|>%@`{}[],:?-+~\\/\0\x85\xa0\u2028\u3000\u201c\uff1a\uff0c\ufeff\ufffd\udc80"
FRAGMENTS = "<<:|!!str |&a |*a|null|\\ud83d|\\U7fffffff|999999999999|contacts:|- - - |..."
PIECES = st.sampled_from([*MARKS, *FRAGMENTS.split("|"), "\n---\n", "\n  "])
NUMBERS = st.sampled_from(["0", "1", "2", "00", "-1", "59", "61", "1e3", "2.0", "31", "9" * 20])
NUMBER = re.compile(r"[0-9]+")


def as_json(roster: Roster) -> str:
    """Return a roster as JSON in lines, which is also YAML."""
    return json.dumps(as_document(roster), ensure_ascii=False, indent=1)


@st.composite
def change_text(draw: st.DrawFn, text: str) -> str:
    """A text with something inserted, deleted, doubled or replaced."""
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 20)))
    new = draw(PIECES | st.characters() | st.just("") | st.just(text[start:end] * 2))
    return text[:start] + new + text[end:]


@st.composite
def change_line(draw: st.DrawFn, text: str) -> str:
    """A text with a line deleted, doubled, swapped or indented differently."""
    lines = text.split("\n")
    places = st.integers(0, len(lines) - 1)
    first, second = draw(places), draw(places)
    match draw(st.sampled_from(["delete", "double", "swap", "indent"])):
        case "delete":
            del lines[first]
        case "double":
            lines.insert(second, lines[first])
        case "swap":
            lines[first], lines[second] = lines[second], lines[first]
        case "indent":
            lines[first] = " " * draw(st.integers(0, 6)) + lines[first].lstrip(" ")
    return "\n".join(lines)


@st.composite
def change_number(draw: st.DrawFn, text: str) -> str:
    """A text with a number replaced, perhaps one in a date or phone number."""
    numbers = list(NUMBER.finditer(text))
    if not numbers:
        return text
    number = draw(st.sampled_from(numbers))
    near = str(int(number.group()[:18]) + draw(st.integers(-40, 40)))
    return text[: number.start()] + draw(NUMBERS | st.just(near)) + text[number.end() :]


@st.composite
def mistyped(draw: st.DrawFn) -> str:
    """A valid roster with a few typing errors, mostly one; it may still be valid."""
    text = draw(st.sampled_from(VALID) | rosters().map(as_json))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3, 5]))):
        change = draw(st.sampled_from([change_text, change_line, change_number]))
        text = draw(change(text))
    return text


TYPED = mistyped() | st.text(max_size=80) | st.lists(PIECES, max_size=40).map("".join)
