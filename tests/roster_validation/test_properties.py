"""Promises that hold whatever an operator types: nothing crashes, nothing good is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.calls.announcement import build_announcement
from oncall.calls.grouping import CallGroup
from oncall.calls.plan import Telephony
from oncall.calls.planner import plan_calls, plan_page
from oncall.roster.fallback import (
    Missing,
    NoUsableRoster,
    ReadResult,
    RosterSource,
    SelectedRoster,
    StoredRoster,
    read,
    select_roster,
)
from oncall.roster.validation_report import Refused, deleted, problems_of, refused
from tests.functions.invoke import EXECUTION, INCIDENT
from tests.roster_validation.sample_rosters import GOOD
from tests.support.mistyped_rosters import TYPED
from tests.support.roster_strategies import MOMENTS

if TYPE_CHECKING:
    from datetime import datetime

#: SNS, Publish: a subject is ASCII, begins with no blank, has no line break, below 100.
SUBJECT_LIMIT = 100
#: SNS quotas: bytes of a message.
MESSAGE_LIMIT = 262_144


def saved(text: str, version: int) -> ReadResult:
    return StoredRoster(text, version)


@settings(max_examples=100)
@given(text=TYPED, at=MOMENTS)
def test_what_is_chosen_calls_somebody_at_any_moment(text: str, at: datetime) -> None:
    chosen = select_roster(lambda: saved(text, 2), lambda: saved(GOOD, 1), Missing)

    assert isinstance(chosen, SelectedRoster)
    assert plan_calls(chosen.roster, at)


@settings(max_examples=100)
@given(latest=TYPED, labelled=TYPED, copy=TYPED)
def test_of_three_texts_a_good_one_is_found(latest: str, labelled: str, copy: str) -> None:
    chosen = select_roster(
        lambda: saved(latest, 3), lambda: saved(labelled, 2), lambda: saved(copy, 1)
    )

    good = [
        source
        for source, text in zip(RosterSource, (latest, labelled, copy), strict=True)
        if not problems_of(text)
    ]
    if isinstance(chosen, NoUsableRoster):
        assert good == []
        assert chosen.reason
        assert chosen.error is None
    else:
        assert chosen.source == good[0]
        assert bool(chosen.why) is (chosen.source != RosterSource.LATEST)


@settings(max_examples=100)
@given(text=TYPED, at=MOMENTS)
def test_what_the_guard_calls_good_can_be_planned_and_what_it_refuses_is_said(
    text: str, at: datetime
) -> None:
    problems = problems_of(text)

    if not problems:
        plan = plan_page(INCIDENT, read(text), at, telephony=Telephony(60))
        said = build_announcement(
            CallGroup((INCIDENT,)), plan, execution=EXECUTION, telephony=Telephony(60)
        )
        assert len(plan.calls) == len(plan.numbers) >= 1
        assert all(said.messages[call.language]["message"] for call in plan.calls)
        return
    assert all(one.startswith("line ") for one in problems)
    report = refused(
        Refused(parameter="/callout/rosters/web", team="web", version=2, problems=problems),
        last_good=1,
        copy=0,
        again=False,
    )
    assert problems[0] in report.text
    assert fits(report.subject, report.text)


@given(
    team=st.text("abcXYZ019_-.", min_size=1, max_size=900),
    version=st.integers(1, 10**9),
    last_good=st.integers(0, 10**9),
    copy=st.integers(0, 10**9),
    again=st.booleans(),
)
def test_every_message_is_one_that_sns_takes(
    *, team: str, version: int, last_good: int, copy: int, again: bool
) -> None:
    name = f"/callout/rosters/{team}"
    what = Refused(parameter=name, team=team, version=version, problems=("line 1",) * 500)
    for report in (
        refused(what, last_good=last_good, copy=copy, again=again),
        deleted(name, team, copy=copy, table="incidents", again=again),
    ):
        assert fits(report.subject, report.text)


def fits(subject: str, text: str) -> bool:
    """Say whether SNS takes it."""
    return (
        subject.isascii()
        and subject.isprintable()
        and len(subject) < SUBJECT_LIMIT
        and len(text.encode()) < MESSAGE_LIMIT
    )
