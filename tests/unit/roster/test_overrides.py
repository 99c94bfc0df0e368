"""Overrides of any roster: they move calls to a substitute while they last.

The expected plan is derived from the plan of the same roster without overrides.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from oncall.calls.planner import plan_calls
from oncall.roster.model import Override, Roster
from oncall.roster.schedule import is_covered, person_for
from tests.support.roster_strategies import rosters

#: Around the override's start or end.
NEAR = st.timedeltas(timedelta(hours=-30), timedelta(hours=30))
#: Longer than any clock change.
CLOCK_CHANGE = timedelta(hours=3)


@st.composite
def overridden(draw: st.DrawFn) -> tuple[Roster, datetime]:
    """A roster with one override that may matter, and a moment near its start or end."""
    roster = draw(rosters())
    assume(len(roster.contacts) > 1)
    names = [contact.name for contact in roster.contacts]
    replaced = draw(st.sampled_from(sorted({entry.name for entry in roster.escalation} | {*names})))
    substitute = draw(st.sampled_from([name for name in names if name != replaced]))
    starts = draw(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001
    length = draw(st.timedeltas(timedelta(minutes=1), timedelta(days=20)))
    override = Override(starts, starts + length, replaced, substitute)
    edge = draw(st.sampled_from([override.starts, override.until]))
    at = edge.replace(tzinfo=ZoneInfo(roster.timezone)).astimezone(UTC) + draw(NEAR)
    return replace(roster, overrides=(override,)), at


def first_round(roster: Roster, at: datetime) -> list[str]:
    """Return the contacts that a plan calls in its first round, in order."""
    names = [call.contact for call in plan_calls(roster, at) if call.round == 1]
    return [name for name, _ in groupby(names)]


@settings(max_examples=80)
@given(case=overridden())
def test_an_override_moves_calls_while_it_lasts_and_changes_nothing_else(
    case: tuple[Roster, datetime],
) -> None:
    roster, at = case
    zone, [override] = ZoneInfo(roster.timezone), roster.overrides
    offsets = {(at + step).astimezone(zone).utcoffset() for step in (-CLOCK_CHANGE, CLOCK_CHANGE)}
    assume(len(offsets) == 1)  # test_schedule.py and test_shifts.py cover clock changes
    active = override.starts <= at.astimezone(zone).replace(tzinfo=None) < override.until
    without = replace(roster, overrides=())

    ignore_hours = not is_covered(without, at)
    expected = []
    for entry in roster.escalation:
        person = person_for(without, entry.name, at, ignore_hours=ignore_hours)
        if person and entry.from_round == 1:
            moved = active and override.replaced in {entry.name, person.name}
            expected.append(override.substitute if moved else person.name)

    assert first_round(roster, at) == [name for name, _ in groupby(expected)]


@settings(max_examples=80)
@given(case=overridden(), more=st.lists(st.integers(0, 5), max_size=6))
def test_any_number_of_overrides_leaves_someone_to_call(
    case: tuple[Roster, datetime], more: list[int]
) -> None:
    roster, at = case
    names = [contact.name for contact in roster.contacts]
    [override] = roster.overrides
    # Every contact is replaced by another, in any cycle, all at the same time.
    cycle = tuple(
        replace(override, replaced=name, substitute=names[(place + step) % len(names)])
        for place, (name, step) in enumerate(zip(names, [*more, *range(1, 9)], strict=False))
        if names[(place + step) % len(names)] != name
    )
    # Not only in round 1: nobody on duty may be called before a later one.
    called = {call.contact for call in plan_calls(replace(roster, overrides=cycle), at)}

    assert called
    assert called <= set(names)
