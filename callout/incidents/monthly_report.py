"""The monthly report of pages. Tests are counted separately and nowhere else."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from callout.incidents.timeline import UNACKNOWLEDGED_TEXT, incident_json
from callout.time_format import Month
from oncall.calls import call
from oncall.incident import KINDS, SEVERITIES, instant
from oncall.incident_record import ACKNOWLEDGED, FAILED, RESOLVED, UNANSWERED, Record, unix
from oncall.text import clean

HOURS = 24
#: The outcomes of pages and of calls, in the order of the report.
PAGE_OUTCOMES = (ACKNOWLEDGED, RESOLVED, "open", UNANSWERED, FAILED)


@dataclass(frozen=True)
class DurationStats:
    """Statistics of durations."""

    known: int
    median: float = 0  # median, p90: median and 90th percentile in seconds; 0 if none is known
    p90: int = 0


@dataclass(frozen=True)
class PersonStats:
    """The calls of one person."""

    name: str  # as in the roster, or as given to `callout ack`
    called: int  # calls to them; a grouped call is one call
    outcomes: Mapping[str, int]  # those calls by outcome (oncall/calls/call.py)
    by_command: int  # incidents that they acknowledged without a call


@dataclass(frozen=True)
class Report:
    """The report of a month."""

    month: str  # `2026-11`
    teams: tuple[str, ...]
    pages: int  # incidents opened in the month
    seen_again: int  # repeated events of those
    tests: int  # tests in the month
    # outcomes, severities, kinds: pages by each; `outcomes` also has `open`
    outcomes: Mapping[str, int]
    severities: Mapping[str, int]
    kinds: Mapping[str, int]
    severities_of: Mapping[str, Mapping[str, int]]  # pages of each kind, by severity
    first_ring: DurationStats  # time from the opening to the first call after it
    acknowledged: DurationStats  # time from the opening to the first acknowledgement
    people: tuple[PersonStats, ...]
    # pages by severity and the hour of the day at which they were opened
    hours: Mapping[str, tuple[int, ...]]
    # incidents that were reported to SNS, unanswered or because Callout failed
    unanswered: tuple[Record, ...]

    def to_json(self, now: int) -> dict[str, Any]:
        """Return it as `--json` prints it."""
        unanswered = [incident_json(record, now) for record in self.unanswered]
        return asdict(self) | {"unanswered": unanswered}


def build_report(records: Iterable[Record], teams: Sequence[str], month: Month) -> Report:
    """Build the report of a month: incidents opened in it, hours in its time zone."""
    opened = [(record, moment) for record in records if (moment := instant(record.opened))]
    within = sorted(
        ((record, moment) for record, moment in opened if month.first <= moment < month.after),
        key=lambda pair: (pair[1], pair[0].incident.team, pair[0].incident.id),
    )
    pages = [record for record, _ in within if not record.incident.test]
    kinds = Counter(record.incident.kind for record in pages)
    pairs = Counter((record.incident.kind, record.incident.severity) for record in pages)
    hours = Counter(
        (record.incident.severity, moment.astimezone(month.zone).hour)
        for record, moment in within
        if not record.incident.test
    )
    outcomes = Counter("open" if record.open else record.outcome for record in pages)
    severities = Counter(record.incident.severity for record in pages)
    return Report(
        month=month.name,
        teams=tuple(teams),
        pages=len(pages),
        seen_again=sum(record.count - 1 for record in pages),
        tests=len(within) - len(pages),
        outcomes=_in_order(outcomes, PAGE_OUTCOMES),
        severities=_in_order(severities, SEVERITIES),
        kinds=_in_order(kinds, KINDS),
        severities_of={
            kind: {severity: pairs[kind, severity] for severity in SEVERITIES}
            for kind in KINDS
            if kinds[kind]
        },
        first_ring=duration_stats(map(seconds_to_first_call, pages)),
        acknowledged=duration_stats(map(seconds_to_acknowledge, pages)),
        people=tuple(people_stats(pages)),
        hours={
            severity: tuple(hours[severity, hour] for hour in range(HOURS))
            for severity in SEVERITIES
        },
        unanswered=tuple(
            record for record in pages if record.unacked_at or record.outcome in UNACKNOWLEDGED_TEXT
        ),
    )


def duration_stats(seconds: Iterable[int | None]) -> DurationStats:
    """Return the median and the 90th percentile (nearest rank) of the known durations."""
    known = sorted(duration for duration in seconds if duration is not None)
    if not known:
        return DurationStats(0)
    return DurationStats(len(known), median(known), known[math.ceil(len(known) * 9 / 10) - 1])


def seconds_to_first_call(record: Record) -> int | None:
    """Return the time from the opening to the first call after it; None if unknown."""
    opened = _began(record)
    placed = [
        unix(str(made.get("placed_at"))) for cycle in _ack_cycles(record) for made in cycle.calls
    ]
    return min((at - opened for at in placed if at and at >= opened), default=None)


def seconds_to_acknowledge(record: Record) -> int | None:
    """Return the time from the opening to the first acknowledgement; None without one."""
    if record.previous_cycles:
        return max(0, unix(record.previous_cycles[0]["closed_at"]) - _began(record))
    if record.open or record.outcome != ACKNOWLEDGED or not unix(record.closed_at):
        return None
    return max(0, unix(record.closed_at) - _began(record))


def _began(record: Record) -> int:
    """Return when the page could call: when it was opened, or the hold of that ended."""
    held = record.released if not record.previous_cycles else ""
    return unix(held or record.opened)


def people_stats(records: Sequence[Record]) -> list[PersonStats]:
    """Return the statistics of everyone who was called or acknowledged."""
    cycles = [cycle for record in records for cycle in _ack_cycles(record)]
    calls = {_call_identity(cycle, made): made for cycle in cycles for made in cycle.calls}
    outcomes: dict[str, Counter[str]] = {}
    for made in calls.values():
        outcomes.setdefault(_contact(made), Counter())[str(made.get("outcome", ""))] += 1
    by_command = Counter(
        clean(cycle.acknowledged_by) for cycle in cycles if _acknowledged_by_command(cycle)
    )
    return [
        PersonStats(
            name,
            called=sum(outcomes.get(name, Counter()).values()),
            outcomes=_in_order(outcomes.get(name, Counter()), call.FINAL_OUTCOMES),
            by_command=by_command[name],
        )
        for name in sorted({*outcomes, *by_command})
    ]


@dataclass(frozen=True)
class _AckCycle:
    """An incident from its opening, or its reopening by a reminder, to when it was closed."""

    team: str
    closed: str  # when it was closed; "" if it is open
    acknowledged_by: str  # who acknowledged it; "" for nobody
    calls: Sequence[Mapping[str, Any]]


def _ack_cycles(record: Record) -> Iterator[_AckCycle]:
    team = record.incident.team
    for cycle in record.previous_cycles:
        yield _AckCycle(team, cycle["closed_at"], cycle["closed_by"], cycle["calls"])
    acknowledged = not record.open and record.outcome == ACKNOWLEDGED
    closed = record.unacked_at or record.closed_at
    yield _AckCycle(team, closed, record.closed_by if acknowledged else "", record.calls)


def _call_identity(cycle: _AckCycle, made: Mapping[str, Any]) -> tuple[object, ...]:
    """Return what identifies a call: every incident that it announced has a record of it.

    A call that Connect did not accept has no ID; its page closed its incidents at the same time.
    """
    contact_id = made.get("contact_id")
    if contact_id:
        return (contact_id,)
    return (cycle.team, cycle.closed, made.get("attempt"), _contact(made))


def _contact(made: Mapping[str, Any]) -> str:
    return clean(str(made.get("contact", "")))


def _acknowledged_by_command(cycle: _AckCycle) -> bool:
    """Return whether an incident was acknowledged other than by pressing 1."""
    pressed = {_contact(made) for made in cycle.calls if made.get("outcome") == call.ACKNOWLEDGED}
    return bool(cycle.acknowledged_by) and clean(cycle.acknowledged_by) not in pressed


def _in_order(counts: Counter[str], order: Sequence[str]) -> dict[str, int]:
    """Return the counts that are not zero in the given order; names that are not in it last."""
    others = sorted({*counts} - {*order})
    return {name: counts[name] for name in (*order, *others) if counts[name]}
