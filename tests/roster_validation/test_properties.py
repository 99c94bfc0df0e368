"""Properties for any text: nothing crashes, and the first valid roster is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from oncall.calls.announcement import CallGroup, build_announcement
from oncall.calls.call import Telephony
from oncall.calls.planner import plan_page
from oncall.roster.fallback import (
    NoUsableRoster,
    RosterSource,
    StoredRoster,
    parse_saved,
    select_roster,
)
from oncall.roster.validation_report import (
    RejectedVersion,
    deleted_report,
    list_problems,
    rejected_report,
)
from tests.functions.invoke import EXECUTION, INCIDENT
from tests.support.mistyped_rosters import TYPED
from tests.support.roster_strategies import MOMENTS

if TYPE_CHECKING:
    from datetime import datetime

#: SNS, Publish: a subject is ASCII, has no leading space or line break, fewer than 100 characters.
SUBJECT_LIMIT = 100
#: SNS quotas: bytes of a message.
MESSAGE_LIMIT = 262_144


@settings(max_examples=100)
@given(latest=TYPED, labelled=TYPED, copy=TYPED)
def test_the_first_valid_source_is_selected(latest: str, labelled: str, copy: str) -> None:
    selected = select_roster(
        lambda: StoredRoster(latest, 3),
        lambda: StoredRoster(labelled, 2),
        lambda: StoredRoster(copy, 1),
    )

    good = [
        source
        for source, text in zip(RosterSource, (latest, labelled, copy), strict=True)
        if not list_problems(text)
    ]
    if isinstance(selected, NoUsableRoster):
        assert good == []
        assert selected.reason
        assert selected.error is None
    else:
        assert selected.source == good[0]
        assert bool(selected.fallback_reason) is (selected.source != RosterSource.LATEST)


@settings(max_examples=100)
@given(text=TYPED, at=MOMENTS)
def test_a_text_is_planned_if_it_is_valid_and_reported_otherwise(text: str, at: datetime) -> None:
    problems = list_problems(text)

    if not problems:
        plan = plan_page(INCIDENT, parse_saved(text), at, telephony=Telephony(60))
        announcement = build_announcement(
            CallGroup((INCIDENT,)), plan, execution=EXECUTION, telephony=Telephony(60)
        )
        assert len(plan.calls) == len(plan.numbers) >= 1
        assert all(announcement.messages[call.language]["message"] for call in plan.calls)
        return
    assert all(problem.startswith("line ") for problem in problems)
    report = rejected_report(
        RejectedVersion(parameter="/callout/rosters/web", team="web", version=2, problems=problems),
        last_good=1,
        copy=0,
        repeated=False,
    )
    assert problems[0] in report.text
    assert fits(report.subject, report.text)


@given(
    team=st.text("abcXYZ019_-.", min_size=1, max_size=900),
    version=st.integers(1, 10**9),
    last_good=st.integers(0, 10**9),
    copy=st.integers(0, 10**9),
    repeated=st.booleans(),
)
def test_sns_accepts_every_report(
    *, team: str, version: int, last_good: int, copy: int, repeated: bool
) -> None:
    name = f"/callout/rosters/{team}"
    rejected = RejectedVersion(
        parameter=name, team=team, version=version, problems=("line 1",) * 500
    )
    for report in (
        rejected_report(rejected, last_good=last_good, copy=copy, repeated=repeated),
        deleted_report(name, team, copy=copy, table="incidents", repeated=repeated),
    ):
        assert fits(report.subject, report.text)


def fits(subject: str, text: str) -> bool:
    """Return whether SNS accepts a message."""
    return (
        subject.isascii()
        and subject.isprintable()
        and len(subject) < SUBJECT_LIMIT
        and len(text.encode()) < MESSAGE_LIMIT
    )
