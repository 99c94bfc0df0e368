"""Says on the terminal what is known of incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from callout.incidents.timeline import GIVEN_UP, console, open_seconds, timeline
from callout.output import console as terminal
from callout.time_format import many, shown, span
from oncall.calls import call
from oncall.incident_record import ACKNOWLEDGED, RESOLVED
from oncall.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from callout.incidents.monthly_report import Report, Spread
    from oncall.incident_record import Record

#: Characters of an id that are shown in a list, or more, where they are of more than one.
SHORT = 8
_SEVERITIES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "default"}
_BAR = 40  # characters of the longest
#: Outcomes of calls whose word alone says too little.
_EXPLAINED = {
    call.UNANSWERED: "unanswered: picked up, but no key was pressed",
    call.HANDLED: "handled: ended, for somebody had it by then",
}


def tell_list(records: Sequence[Record], now: int) -> None:
    """Say a line an incident."""
    if not records:
        terminal.print("no incidents")
        return
    short = shortest([one.incident.id for one in records])
    rows = [
        (
            one.incident.id[:short],
            shown(one.opened),
            one.incident.severity,
            one.incident.team,
            state(one, now),
            f"seen {one.count} times" if one.count > 1 else "",
            titled(one),
        )
        for one in records
    ]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for record, row in zip(records, rows, strict=True):
        *cells, title = [
            set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True) if width
        ]
        line = Text("  ".join([*cells, title.rstrip()]))
        if record.open:
            line.stylize(f"{_SEVERITIES[record.incident.severity]}")
        elif record.outcome in GIVEN_UP:
            line.stylize("magenta")
        terminal.print(line)


def shortest(ids: Sequence[str]) -> int:
    """Give how many characters tell some ids apart, SHORT at least."""
    longest = max(map(len, ids))
    return next(
        (
            length
            for length in range(SHORT, longest)
            if len({one[:length] for one in ids}) == len(set(ids))
        ),
        longest,
    )


def state(record: Record, now: int) -> str:
    """Say in a few words how an incident stands."""
    if record.open:
        since = f", reminded {many(record.reminder_count, 'time')}" if record.reminder_count else ""
        return f"open for {span(open_seconds(record, now))}{since}"
    by = f" by {clean(record.closed_by)}" if record.closed_by else ""
    over = record.resolved and record.outcome != RESOLVED
    later = f", resolved by {clean(record.resolved_by)}" if over else ""
    return f"{clean(record.outcome)}{by}{later}"


def titled(record: Record) -> str:
    """Give what happened, marked where it is a test."""
    return (
        f"(test) {clean(record.incident.title)}"
        if record.incident.test
        else clean(record.incident.title)
    )


def tell_one(record: Record, now: int) -> None:
    """Say what became of an incident."""
    incident = record.incident
    terminal.print(Text(titled(record), "bold"))
    terminal.print(
        f"{incident.severity}, {incident.kind}, team {incident.team}, {state(record, now)}",
        markup=False,
    )
    terminal.print(f"id {incident.id}", markup=False)
    if incident.details:
        terminal.print(clean(incident.details, len(incident.details)), markup=False)
    for moment in timeline(record):
        at = shown(moment.at) if moment.at else ""
        terminal.print(f"  {at:<23}  {moment.what}", markup=False)
    address = console(record)
    if record.open:
        meanwhile = f"; until then: {address}" if address else ""
        terminal.print(f"calls appear here when the page ends{meanwhile}", markup=False)
    elif address:
        terminal.print(address, markup=False)


def tell_handled(record: Record, *, changed: bool) -> None:
    """Say what became of being acknowledged or resolved from outside."""
    what = f"{record.incident.id} ({titled(record)})"
    if record.resolved:
        done, by, at = RESOLVED, record.resolved_by, record.resolved
    else:
        done, by, at = record.outcome, record.closed_by, record.closed_at
    said = f"{clean(done)} by {clean(by) or 'an unknown person'} at {shown(at)}"
    if not changed:
        terminal.print(Text(f"{what} was {said}: nothing is changed", "yellow"))
        return
    line = Text(f"{what} is {said}", "green")
    if record.unacked_at and done == ACKNOWLEDGED:
        line.append(f"; SNS was told at {shown(record.unacked_at)} that nobody has it")
    elif not record.calls:
        line.append(
            "; calls about it end at their next look, a call that speaks others too goes on"
        )
    terminal.print(line)


def tell_report(report: Report, zone: ZoneInfo) -> None:
    """Say what a month came to."""
    terminal.print(Text(f"{report.month}, {', '.join(report.teams)}, times of {zone}", "bold"))
    again = f", seen again {many(report.seen_again, 'time')}" if report.seen_again else ""
    tests = f"; not counted: {many(report.tests, 'test')}" if report.tests else ""
    terminal.print(f"{many(report.pages, 'page')}{again}{tests}")
    for name, counted in (
        ("outcome", report.outcomes),
        ("severity", report.severities),
        ("kind", report.kinds),
    ):
        if counted:
            parts = ", ".join(f"{count} {one}" for one, count in counted.items())
            terminal.print(f"by {name}: {parts}", markup=False)
    terminal.print(f"to the first ring: {spread(report.first_ring)}")
    terminal.print(f"to be acknowledged: {spread(report.acknowledged)}")
    for person in report.people:
        said = [f"called {many(person.called, 'time')}"]
        said += [f"{count} {one.replace('_', ' ')}" for one, count in person.outcomes.items()]
        said += [f"took {person.by_command} by command"] if person.by_command else []
        terminal.print(f"{person.name}: {', '.join(said)}", markup=False)
    if words := explained(report):
        terminal.print(Text(words, "dim"))
    if report.pages:
        terminal.print(Text("by hour of day", "bold"))
        most = max(map(sum, zip(*report.hours.values(), strict=True)))
        for hour, counts in enumerate(zip(*report.hours.values(), strict=True)):
            total = sum(counts)
            bar = "█" * -(-total * _BAR // most)
            terminal.print(f"{hour:02}  {bar} {total}" if total else f"{hour:02}")
    if report.unanswered:
        terminal.print(Text("what nobody took", "bold red"))
    for record in report.unanswered:
        at = shown(record.opened, zone)
        later = (
            f", {record.outcome} by {clean(record.closed_by)} at {shown(record.closed_at, zone)}"
            if record.unacked_at
            else ""
        )
        terminal.print(f"{at}  {record.incident.id}  {titled(record)}{later}", markup=False)


def explained(report: Report) -> str:
    """Explain those outcomes of calls that need it, in a line; "" where there are none."""
    seen = {outcome for person in report.people for outcome in person.outcomes}
    said = [text for outcome, text in _EXPLAINED.items() if outcome in seen]
    return f"of calls, {'; '.join(said)}" if said else ""


def spread(found: Spread) -> str:
    """Say a median and a 90th percentile, and of how many."""
    if not found.known:
        return "not known of any"
    return f"median {span(found.median)}, 90 % within {span(found.p90)} (known of {found.known})"
