"""What a month of pages came to. Tests are counted apart, and in nothing else."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from callout.incidents.timeline import GIVEN_UP, as_json
from oncall.calls import call
from oncall.incident import KINDS, SEVERITIES, instant
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, unix
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from callout.time_format import Month
    from oncall.incident_record import Record

HOURS = 24
#: How pages and calls end, as they are listed.
ENDS = (ACKNOWLEDGED, RESOLVED, "open", UNANSWERED, FAILED)
OUTCOMES = (
    call.ACKNOWLEDGED,
    call.DECLINED,
    call.NO_ANSWER,
    call.UNANSWERED,
    call.BUSY,
    call.NOT_ALLOWED,
    call.FAILED,
    call.HANDLED,
)


@dataclass(frozen=True)
class Spread:
    """How long something took.

    Attributes:
        known: of how many pages that is known.
        median, p90: seconds; nine in ten took no longer than the latter. 0 where none is known.
    """

    known: int
    median: float = 0
    p90: int = 0


@dataclass(frozen=True)
class Person:
    """What somebody had of it.

    Attributes:
        name: as the roster has it, or as they gave it to `callout ack`.
        called: calls to them; one that spoke of several incidents is one call.
        outcomes: of those calls: how many had which (oncall/calls/call.py).
        by_command: incidents that they took without a call.
    """

    name: str
    called: int
    outcomes: Mapping[str, int]
    by_command: int


@dataclass(frozen=True)
class Report:
    """A month.

    Attributes:
        month: `2026-11`.
        teams: whose pages.
        pages: incidents that were opened in it.
        seen_again: how often they were seen again.
        tests: that were sent besides.
        outcomes, severities, kinds: pages by each; `outcomes` has `open`, too.
        severities_of: pages of each kind, by severity.
        first_ring: from the opening to the first call after it.
        acknowledged: from the opening until somebody had it.
        people: by name.
        hours: pages by severity and hour of the day at which they were opened.
        unanswered: what SNS had to be told of, for nobody took it or Callout failed.
    """

    month: str
    teams: tuple[str, ...]
    pages: int
    seen_again: int
    tests: int
    outcomes: Mapping[str, int]
    severities: Mapping[str, int]
    kinds: Mapping[str, int]
    severities_of: Mapping[str, Mapping[str, int]]
    first_ring: Spread
    acknowledged: Spread
    people: tuple[Person, ...]
    hours: Mapping[str, tuple[int, ...]]
    unanswered: tuple[Record, ...]

    def to_json(self, now: int) -> dict[str, Any]:
        """Give it as JSON has it."""
        return asdict(self) | {"unanswered": [as_json(one, now) for one in self.unanswered]}


def report(records: Iterable[Record], teams: Sequence[str], month: Month) -> Report:
    """Count what was opened in a month.

    Args:
        records: incidents; those opened at other times are left out.
        teams: whose they are.
        month: which, and on whose clock hours are counted.
    """
    opened = [(one, moment) for one in records if (moment := instant(one.opened)) is not None]
    within = sorted(
        ((one, moment) for one, moment in opened if month.first <= moment < month.after),
        key=lambda pair: (pair[1], pair[0].incident.team, pair[0].incident.id),
    )
    pages = [one for one, _ in within if not one.incident.test]
    kinds = Counter(one.incident.kind for one in pages)
    pairs = Counter((one.incident.kind, one.incident.severity) for one in pages)
    hours = Counter(
        (one.incident.severity, moment.astimezone(month.zone).hour)
        for one, moment in within
        if not one.incident.test
    )
    return Report(
        month=month.name,
        teams=tuple(teams),
        pages=len(pages),
        seen_again=sum(one.count - 1 for one in pages),
        tests=len(within) - len(pages),
        outcomes=_in_order(Counter("open" if one.open else one.outcome for one in pages), ENDS),
        severities=_in_order(Counter(one.incident.severity for one in pages), SEVERITIES),
        kinds=_in_order(kinds, KINDS),
        severities_of={
            kind: {severity: pairs[kind, severity] for severity in SEVERITIES}
            for kind in KINDS
            if kinds[kind]
        },
        first_ring=spread(map(seconds_to_ring, pages)),
        acknowledged=spread(map(seconds_to_take, pages)),
        people=tuple(people(pages)),
        hours={
            severity: tuple(hours[severity, hour] for hour in range(HOURS))
            for severity in SEVERITIES
        },
        unanswered=tuple(one for one in pages if one.unacked_at or one.outcome in GIVEN_UP),
    )


def spread(seconds: Iterable[int | None]) -> Spread:
    """Give the median and the 90th percentile, by nearest rank: a span that there was."""
    known = sorted(one for one in seconds if one is not None)
    if not known:
        return Spread(0)
    return Spread(len(known), median(known), known[math.ceil(len(known) * 9 / 10) - 1])


def seconds_to_ring(record: Record) -> int | None:
    """Give from its opening to the first call after it; None where no call says when."""
    opened = unix(record.opened)
    placed = [unix(str(one.get("placed_at"))) for turn in _turns(record) for one in turn.calls]
    return min((one - opened for one in placed if one and one >= opened), default=None)


def seconds_to_take(record: Record) -> int | None:
    """Give from its opening until somebody acknowledged it first; None where nobody has."""
    if record.previous_cycles:
        return max(0, unix(record.previous_cycles[0]["closed_at"]) - unix(record.opened))
    if record.open or record.outcome != ACKNOWLEDGED or not unix(record.closed_at):
        return None
    return max(0, unix(record.closed_at) - unix(record.opened))


def people(records: Sequence[Record]) -> list[Person]:
    """Say of everybody who was called, or took something, what came of it."""
    turns = [turn for one in records for turn in _turns(one)]
    calls = {_identity(turn, made): made for turn in turns for made in turn.calls}
    outcomes: dict[str, Counter[str]] = {}
    for made in calls.values():
        outcomes.setdefault(_name(made), Counter())[str(made.get("outcome", ""))] += 1
    taken = Counter(clean(one.taken_by) for one in turns if _by_command(one))
    return [
        Person(
            name,
            called=sum(outcomes.get(name, Counter()).values()),
            outcomes=_in_order(outcomes.get(name, Counter()), OUTCOMES),
            by_command=taken[name],
        )
        for name in sorted({*outcomes, *taken})
    ]


@dataclass(frozen=True)
class _Turn:
    """An incident from being opened, or opened again by a reminder, to its end, if it has one.

    Attributes:
        team: whose it is.
        closed: when it ended; "" where it has not.
        taken_by: who acknowledged it; "" for nobody.
        calls: made of it.
    """

    team: str
    closed: str
    taken_by: str
    calls: Sequence[Mapping[str, Any]]


def _turns(record: Record) -> Iterator[_Turn]:
    team = record.incident.team
    for one in record.previous_cycles:
        yield _Turn(team, one["closed_at"], one["closed_by"], one["calls"])
    acknowledged = not record.open and record.outcome == ACKNOWLEDGED
    closed = record.unacked_at or record.closed_at
    yield _Turn(team, closed, record.closed_by if acknowledged else "", record.calls)


def _identity(turn: _Turn, made: Mapping[str, Any]) -> tuple[object, ...]:
    """Give what tells a call from others: each incident that it spoke of has a record of it.

    One that Connect never took has no id; its page closed what it spoke of at one moment.
    """
    contact_id = made.get("contact_id")
    if contact_id:
        return (contact_id,)
    return (turn.team, turn.closed, made.get("attempt"), _name(made))


def _name(made: Mapping[str, Any]) -> str:
    return clean(str(made.get("contact", "")))


def _by_command(turn: _Turn) -> bool:
    """Say whether somebody took an incident otherwise than by pressing 1."""
    pressed = {_name(one) for one in turn.calls if one.get("outcome") == call.ACKNOWLEDGED}
    return bool(turn.taken_by) and clean(turn.taken_by) not in pressed


def _in_order(counted: Counter[str], order: Sequence[str]) -> dict[str, int]:
    """Give what there is, in an order that is the same for all; what is not in it comes last."""
    others = sorted({*counted} - {*order})
    return {one: counted[one] for one in (*order, *others) if counted[one]}
