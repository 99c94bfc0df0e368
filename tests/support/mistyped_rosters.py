"""What operators type: valid rosters after some slips, and what was never one."""

import json
import re
from pathlib import Path

from hypothesis import strategies as st
from ruamel.yaml import YAML

from oncall.roster.model import Roster
from tests.support.roster_strategies import rosters, written

ROSTERS = Path(__file__).parents[1] / "fixtures/rosters"
VALID = [
    (ROSTERS / f"{name}.yaml").read_text() for name in ("minimal", "two-languages", "rotation")
]
VALID += [json.dumps(YAML(typ="safe", pure=True).load(text), default=str) for text in VALID]
SIGNS = "\t\n\r \"'#&*!|>%@`{}[],:?-+~\\/\0\x85\xa0\u2028\u3000\u201c\uff1a\uff0c\ufeff\ufffd\udc80"
WRITINGS = "<<:|!!str |&a |*a|null|\\ud83d|\\U7fffffff|999999999999|contacts:|- - - |..."
PIECES = st.sampled_from([*SIGNS, *WRITINGS.split("|"), "\n---\n", "\n  "])
NUMBERS = st.sampled_from(["0", "1", "2", "00", "-1", "59", "61", "1e3", "2.0", "31", "9" * 20])
NUMBER = re.compile(r"[0-9]+")


def as_json(roster: Roster) -> str:
    """Write a roster in lines, which are YAML as well."""
    return json.dumps(written(roster), ensure_ascii=False, indent=1)


@st.composite
def a_piece_changed(draw: st.DrawFn, text: str) -> str:
    """Something typed, deleted, doubled or replaced anywhere."""
    start = draw(st.integers(0, len(text)))
    end = min(len(text), start + draw(st.integers(0, 20)))
    new = draw(PIECES | st.characters() | st.just("") | st.just(text[start:end] * 2))
    return text[:start] + new + text[end:]


@st.composite
def lines_changed(draw: st.DrawFn, text: str) -> str:
    """A line deleted, doubled, swapped with another, or indented otherwise."""
    lines = text.split("\n")
    places = st.integers(0, len(lines) - 1)
    one, other = draw(places), draw(places)
    match draw(st.sampled_from(["delete", "double", "swap", "indent"])):
        case "delete":
            del lines[one]
        case "double":
            lines.insert(other, lines[one])
        case "swap":
            lines[one], lines[other] = lines[other], lines[one]
        case "indent":
            lines[one] = " " * draw(st.integers(0, 6)) + lines[one].lstrip(" ")
    return "\n".join(lines)


@st.composite
def a_number_changed(draw: st.DrawFn, text: str) -> str:
    """A number, part of a date or of a phone's, replaced by another."""
    found = list(NUMBER.finditer(text))
    if not found:
        return text
    one = draw(st.sampled_from(found))
    near = str(int(one.group()[:18]) + draw(st.integers(-40, 40)))
    return text[: one.start()] + draw(NUMBERS | st.just(near)) + text[one.end() :]


@st.composite
def slips(draw: st.DrawFn) -> str:
    """A valid roster after a few slips of the keyboard: mostly one, which may pass unnoticed."""
    text = draw(st.sampled_from(VALID) | rosters().map(as_json))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3, 5]))):
        change = draw(st.sampled_from([a_piece_changed, lines_changed, a_number_changed]))
        text = draw(change(text))
    return text


TYPED = slips() | st.text(max_size=80) | st.lists(PIECES, max_size=40).map("".join)
