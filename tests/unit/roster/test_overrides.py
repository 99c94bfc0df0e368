"""Promises of overrides, of any roster: they move calls to somebody, and end by themselves.

What is expected is worked out without the schedule: from the plan of the same roster without
overrides.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oncall.calls.planner import plan_calls
from oncall.roster.model import Override, Roster
from oncall.roster.schedule import person_for
from tests.support.roster_strategies import rosters

#: Around its first and its last moment, and within.
NEAR = st.timedeltas(timedelta(hours=-30), timedelta(hours=30))
#: A change of the clocks moves them by less.
CHANGE = timedelta(hours=3)


@st.composite
def overridden(draw: st.DrawFn) -> tuple[Roster, datetime]:
    """A roster with one override that may matter, and a moment near its beginning or end."""
    roster = draw(rosters())
    assume(len(roster.contacts) > 1)
    names = [contact.name for contact in roster.contacts]
    replaced = draw(st.sampled_from(sorted({*roster.escalation, *names})))
    substitute = draw(st.sampled_from([name for name in names if name != replaced]))
    starts = draw(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001
    length = draw(st.timedeltas(timedelta(minutes=1), timedelta(days=20)))
    one = Override(starts, starts + length, replaced, substitute)
    edge = draw(st.sampled_from([one.starts, one.until]))
    at = edge.replace(tzinfo=ZoneInfo(roster.timezone)).astimezone(UTC) + draw(NEAR)
    return replace(roster, overrides=(one,)), at


def called(roster: Roster, at: datetime) -> list[str]:
    """Whom a plan calls in its first round, in order."""
    names = [call.contact for call in plan_calls(roster, at) if call.round == 1]
    return [name for name, _ in groupby(names)]


@settings(max_examples=80)
@given(given_=overridden())
def test_an_override_moves_calls_while_it_lasts_and_changes_nothing_else(
    given_: tuple[Roster, datetime],
) -> None:
    roster, at = given_
    zone, [one] = ZoneInfo(roster.timezone), roster.overrides
    offsets = {(at + step).astimezone(zone).utcoffset() for step in (-CHANGE, CHANGE)}
    assume(len(offsets) == 1)  # on those nights the schedule's own promises count
    lasts = one.starts <= at.astimezone(zone).replace(tzinfo=None) < one.until
    without = replace(roster, overrides=())

    expected = []
    for entry in roster.escalation:
        usual = person_for(without, entry, at).name
        expected.append(one.substitute if lasts and one.replaced in (entry, usual) else usual)

    assert called(roster, at) == [name for name, _ in groupby(expected)]


@settings(max_examples=80)
@given(given_=overridden(), more=st.lists(st.integers(0, 5), max_size=6))
def test_however_many_overrides_there_are_somebody_is_called(
    given_: tuple[Roster, datetime], more: list[int]
) -> None:
    roster, at = given_
    names = [contact.name for contact in roster.contacts]
    [one] = roster.overrides
    # Everybody is replaced by somebody, in whatever circle, all at the same time.
    circle = tuple(
        replace(one, replaced=name, substitute=names[(place + step) % len(names)])
        for place, (name, step) in enumerate(zip(names, [*more, *range(1, 9)], strict=False))
        if names[(place + step) % len(names)] != name
    )

    assert set(called(replace(roster, overrides=circle), at)) <= set(names)
    assert called(replace(roster, overrides=circle), at)
