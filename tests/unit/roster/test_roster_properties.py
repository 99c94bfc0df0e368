"""Properties of any roster, at any moment, and of any mistyped text."""

import json
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.calls.planner import plan_calls
from oncall.roster.defaults_and_limits import MAX_CALLS_PER_PLAN
from oncall.roster.model import Roster, RosterError
from oncall.roster.parsing.parser import parse
from tests.support.mistyped_rosters import TYPED
from tests.support.roster_strategies import MOMENTS, as_document, as_yaml, rosters


def read(text: str) -> Roster:
    return parse(text, limit_bytes=16_384)


@settings(max_examples=60)
@given(roster=rosters(), ascii_only=st.booleans())
def test_a_roster_is_the_same_in_yaml_and_json(*, roster: Roster, ascii_only: bool) -> None:
    document = as_document(roster)
    assert read(as_yaml(document)) == roster
    assert read(json.dumps(document, ensure_ascii=ascii_only)) == roster
    assert read(json.dumps(document, ensure_ascii=ascii_only, indent="\t")) == roster


@given(roster=rosters(), at=MOMENTS)
def test_every_round_calls_those_of_the_round_before_at_any_moment(
    roster: Roster, at: datetime
) -> None:
    calls = plan_calls(roster, at)
    assert 1 <= len(calls) <= MAX_CALLS_PER_PLAN
    assert [call.attempt for call in calls] == list(range(1, len(calls) + 1))
    assert all(call.phone in roster.contact(call.contact).phones for call in calls)
    rounds = [
        [(call.contact, call.phone) for call in calls if call.round == number]
        for number in range(1, roster.rounds + 1)
    ]
    assert rounds[-1]
    for number, (earlier, later) in enumerate(pairwise(rounds), start=2):
        assert set(earlier) <= set(later)
        if not any(entry.from_round == number for entry in roster.escalation):
            assert earlier == later


@settings(max_examples=200)
@given(text=TYPED, at=MOMENTS)
def test_any_text_is_rejected_or_planned(text: str, at: datetime) -> None:
    try:
        roster = read(text)
    except RosterError as rejected:
        lines = str(rejected).splitlines()
        assert len(lines) == len(rejected.problems) >= 1  # noqa: PT017 (both outcomes are allowed)
        assert all(problem.line >= 1 and problem.column >= 1 for problem in rejected.problems)  # noqa: PT017
    else:
        assert plan_calls(roster, at)


@settings(max_examples=50)
@given(st.binary(min_size=1, max_size=300), st.sampled_from(["latin-1", "utf-8", "utf-16"]))
def test_a_binary_file_is_rejected(content: bytes, encoding: str) -> None:
    photo = (b"\xff\xd8\xff\xe0\x00\x10JFIF" + content).decode(encoding, "replace")
    with pytest.raises(RosterError) as rejected:
        read(photo)
    assert len(rejected.value.problems) == 1
