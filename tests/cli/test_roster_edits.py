"""Edits of the mutes and overrides in a roster's text: everything else stays as it is written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from callout.errors import CommandError
from callout.roster.roster_edits import edit_mutes, edit_pin
from oncall.roster.model import Mute, Roster
from oncall.roster.parsing.parser import parse
from tests.support.roster_strategies import as_document, as_yaml, holds, rosters

ANA = "contacts:\n  - {name: Ana, phone: +14155550132}   # her own\n"
TIMES = (datetime(2026, 12, 1, 9), datetime(2026, 12, 1, 11))  # noqa: DTZ001 (local times)
NEW = Mute('disk "c:"*', *TIMES, "it's full")
ITEM = '{match: "disk \\"c:\\"*", from: 2026-12-01T09:00, until: 2026-12-01T11:00, '
ITEM += 'reason: "it\'s full"}'
LIST = f"""\
{ANA}
# What is muted
mutes:   # for a while
  # the first
  - match: a*
    until: 2026-12-01T11:00   # noon
    reason: >
      first
  # the second
  - {{match: b*, until: 2026-12-02T11:00, reason: second}}  # b
  -
    match: c*
    until: 2026-12-03T11:00
    reason: third

rounds: 1
"""
SECOND = "  # the second\n  - {match: b*, until: 2026-12-02T11:00, reason: second}  # b\n"
FLOW = ANA + "mutes: [{match: a, until: 2026-12-01T11:00, reason: r}]\nrounds: 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANA, f"{ANA}mutes:\n  - {ITEM}\n"),
        (ANA.strip(), f"{ANA.strip()}\nmutes:\n  - {ITEM}\n"),
        (f"{ANA}# end\n...\n", f"{ANA}# end\nmutes:\n  - {ITEM}\n...\n"),
        (
            "\ufeff" + ANA.replace("\n", "\r\n"),
            "\ufeff" + f"{ANA}mutes:\n  - {ITEM}\n".replace("\n", "\r\n"),
        ),
        (f" rounds:\t1\n {ANA}", f" rounds:\t1\n {ANA} mutes:\n   - {ITEM}\n"),
        (LIST, LIST.replace("third\n", f"third\n  - {ITEM}\n")),
    ],
    ids=["no list", "no line break", "document end", "windows", "indented", "list"],
)
def test_a_mute_is_appended(text: str, expected: str) -> None:
    assert edit_mutes(text, parse(text), add=NEW) == expected


@pytest.mark.parametrize(
    ("remove", "expected"),
    [
        ({1}, LIST.replace(SECOND, "")),
        ({0}, LIST[: LIST.index("  # the first")] + LIST[LIST.index(SECOND) :]),
        ({1, 2}, LIST[: LIST.index(SECOND)] + "\nrounds: 1\n"),
        ({0, 1, 2}, f"{ANA}\n# What is muted\n\nrounds: 1\n"),
    ],
)
def test_mutes_are_removed_with_their_comments(remove: set[int], expected: str) -> None:
    assert edit_mutes(LIST, parse(LIST), remove=remove) == expected


def test_a_list_in_brackets_stays_one() -> None:
    added = edit_mutes(FLOW, parse(FLOW), add=NEW)

    assert added.startswith(FLOW[: FLOW.index("}]") + 1])
    assert added.endswith("]\nrounds: 1\n")
    assert edit_mutes(added, parse(added), remove={1}) == FLOW
    assert edit_mutes(FLOW, parse(FLOW), remove={0}) == f"{ANA}rounds: 1\n"


@pytest.mark.parametrize("indent", [None, 2])
def test_a_roster_in_json_stays_json(indent: int | None) -> None:
    text = json.dumps({"contacts": [{"name": "Ana", "phone": "+14155550132"}]}, indent=indent)

    once = edit_mutes(text, parse(text), add=NEW)
    twice = edit_mutes(once, parse(once), add=NEW)

    assert [mute["match"] for mute in json.loads(twice)["mutes"]] == ['disk "c:"*'] * 2
    assert edit_mutes(twice, parse(twice), remove={0}) == once
    assert edit_mutes(twice, parse(twice), remove={0, 1}) == text


def test_an_edit_that_would_change_something_else_is_refused() -> None:
    text = LIST.replace("  -\n", "  -\n    # c - the third\n")

    with pytest.raises(CommandError, match="use callout roster pull and push"):
        edit_mutes(text, parse(text), remove={2})


@settings(max_examples=40, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(roster=rosters(), more=holds(), in_yaml=st.booleans())
def test_any_roster_can_be_edited(
    *, roster: Roster, more: tuple[object, tuple[Mute, ...]], in_yaml: bool
) -> None:
    document = as_document(roster)
    text = as_yaml(document) if in_yaml else json.dumps(document, ensure_ascii=False, indent=1)
    text = text.replace("ja-JP", "en-US")

    added = edit_mutes(text, parse(text, limit_bytes=16_384), add=more[1][0])
    both = parse(added, limit_bytes=16_384)
    assert len(both.mutes) == len(roster.mutes) + 1
    removed = edit_mutes(added, both, remove=range(len(both.mutes)))
    assert parse(removed, limit_bytes=16_384) == replace(both, mutes=())


PIN = "pbkdf2-sha256$50000$nET0VxAwuEU$3YPlEGbHsI4yyLRGz8X0Kw"
BLOCK = "contacts:\n  - name: Ana   # her own\n    phone:\n      - +14155550132\n\nrounds: 1\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANA, ANA.replace("132}", f"132, pin: {PIN}}}")),
        (BLOCK, BLOCK.replace("132\n", f"132\n    pin: {PIN}\n")),
        (
            '{"contacts": [{"name": "Ana", "phone": "+14155550132"}]}',
            f'{{"contacts": [{{"name": "Ana", "phone": "+14155550132", "pin": "{PIN}"}}]}}',
        ),
    ],
    ids=["flow", "block", "JSON"],
)
def test_a_pin_is_set_replaced_and_removed(text: str, expected: str) -> None:
    added = edit_pin(text, parse(text), "Ana", PIN)
    assert added == expected
    other = f"{PIN[:-1]}A"
    replaced = edit_pin(added, parse(added), "Ana", other)
    assert replaced == expected.replace(PIN, other)
    assert edit_pin(replaced, parse(replaced), "Ana", "") == text
    assert edit_pin(text, parse(text), "Ana", "") == text


def test_a_pin_that_begins_an_item_is_not_removed() -> None:
    text = f"contacts:\n  - pin: {PIN}\n    name: Ana\n    phone: +14155550132\n"
    with pytest.raises(CommandError, match="cannot be edited automatically"):
        edit_pin(text, parse(text), "Ana", "")
