"""Print incidents and the monthly report on the terminal."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from callout.incidents.monthly_report import DurationStats, Report
from callout.incidents.timeline import (
    UNACKNOWLEDGED_TEXT,
    console_url,
    describe_hold,
    open_seconds,
    timeline,
)
from callout.output import console
from callout.time_format import format_duration, format_time, pluralize
from oncall.calls import call
from oncall.incident_record import ACKNOWLEDGED, RESOLVED, Record
from oncall.text import clean

#: Characters of an ID that a list shows; more if needed to distinguish its IDs.
SHORT_ID = 8
_SEVERITIES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "default"}
_LONGEST_BAR = 40  # characters
#: Explanations of call outcomes that are not obvious.
_EXPLANATIONS = {
    call.UNANSWERED: "unanswered: answered, but no key was pressed",
    call.HANDLED: "handled: ended, because the incident was acknowledged or resolved elsewhere",
}


def print_incidents(records: Sequence[Record], now: int) -> None:
    """Print one line for each incident."""
    if not records:
        console.print("no incidents")
        return
    length = unique_prefix_length([record.incident.id for record in records])
    rows = [
        (
            record.incident.id[:length],
            format_time(record.opened),
            record.incident.severity,
            record.incident.team,
            describe_state(record, now),
            f"seen {record.count} times" if record.count > 1 else "",
            display_title(record),
        )
        for record in records
    ]
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for record, row in zip(records, rows, strict=True):
        *cells, title = [
            set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True) if width
        ]
        line = Text("  ".join([*cells, title.rstrip()]))
        if record.open:
            line.stylize(f"{_SEVERITIES[record.incident.severity]}")
        elif record.outcome in UNACKNOWLEDGED_TEXT:
            line.stylize("magenta")
        console.print(line)


def unique_prefix_length(ids: Sequence[str]) -> int:
    """Return how many characters distinguish the IDs, at least SHORT_ID."""
    longest = max(map(len, ids))
    return next(
        (
            length
            for length in range(SHORT_ID, longest)
            if len({incident_id[:length] for incident_id in ids}) == len(set(ids))
        ),
        longest,
    )


def describe_state(record: Record, now: int) -> str:
    """Return an incident's state in a few words."""
    if record.is_waiting(now):
        return describe_hold(record.hold)
    if record.open:
        reminders = (
            f", {pluralize(record.reminder_count, 'reminder')}" if record.reminder_count else ""
        )
        return f"open for {format_duration(open_seconds(record, now))}{reminders}"
    by = f" by {clean(record.closed_by)}" if record.closed_by else ""
    resolved_later = record.resolved and record.outcome != RESOLVED
    resolved = f", resolved by {clean(record.resolved_by)}" if resolved_later else ""
    return f"{clean(record.outcome)}{by}{resolved}"


def display_title(record: Record) -> str:
    """Return an incident's title, with a mark if it is a test."""
    title = clean(record.incident.title)
    return f"(test) {title}" if record.incident.test else title


def print_incident(record: Record, now: int) -> None:
    """Print an incident with its history."""
    incident = record.incident
    console.print(Text(display_title(record), "bold"))
    state = describe_state(record, now)
    console.print(f"{incident.severity}, {incident.kind}, team {incident.team}, {state}")
    console.print(f"id {incident.id}")
    if incident.details:
        console.print(clean(incident.details, len(incident.details)))
    for event in timeline(record):
        at = format_time(event.at) if event.at else ""
        console.print(f"  {at:<23}  {event.what}")
    url = console_url(record)
    if record.open:
        meanwhile = f"; until then: {url}" if url else ""
        console.print(f"calls appear here when the page ends{meanwhile}")
    elif url:
        console.print(url)


def print_update(record: Record, *, changed: bool) -> None:
    """Print the result of `ack` or `resolve`."""
    name = f"{record.incident.id} ({display_title(record)})"
    if record.resolved:
        outcome, by, at = RESOLVED, record.resolved_by, record.resolved
    else:
        outcome, by, at = record.outcome, record.closed_by, record.closed_at
    state = f"{clean(outcome)} by {clean(by) or 'an unknown person'} at {format_time(at)}"
    if not changed:
        console.print(Text(f"{name} was already {state}: nothing changed", "yellow"))
        return
    line = Text(f"{name} is {state}", "green")
    if record.unacked_at and outcome == ACKNOWLEDGED:
        line.append(f"; it was reported to SNS at {format_time(record.unacked_at)}")
    elif not record.calls:
        line.append("; calls about it end at their next poll, unless they announce other incidents")
    console.print(line)


def print_report(report: Report, zone: ZoneInfo) -> None:
    """Print the monthly report."""
    console.print(Text(f"{report.month}, {', '.join(report.teams)}, times in {zone}", "bold"))
    repeats = f", repeated {pluralize(report.seen_again, 'time')}" if report.seen_again else ""
    tests = f"; not counted: {pluralize(report.tests, 'test')}" if report.tests else ""
    console.print(f"{pluralize(report.pages, 'page')}{repeats}{tests}")
    for name, counts in (
        ("outcome", report.outcomes),
        ("severity", report.severities),
        ("kind", report.kinds),
    ):
        if counts:
            parts = ", ".join(f"{count} {value}" for value, count in counts.items())
            console.print(f"by {name}: {parts}")
    console.print(f"time to first ring: {format_stats(report.first_ring)}")
    console.print(f"time to acknowledgement: {format_stats(report.acknowledged)}")
    for person in report.people:
        details = [f"called {pluralize(person.called, 'time')}"]
        details += [
            f"{count} {outcome.replace('_', ' ')}" for outcome, count in person.outcomes.items()
        ]
        details += [f"acknowledged {person.by_command} by command"] if person.by_command else []
        console.print(f"{person.name}: {', '.join(details)}")
    if explanation := explain_outcomes(report):
        console.print(Text(explanation, "dim"))
    if report.pages:
        console.print(Text("by hour of day", "bold"))
        totals = [sum(counts) for counts in zip(*report.hours.values(), strict=True)]
        for hour, total in enumerate(totals):
            bar = "█" * -(-total * _LONGEST_BAR // max(totals))
            console.print(f"{hour:02}  {bar} {total}" if total else f"{hour:02}")
    if report.unanswered:
        console.print(Text("reported to SNS", "bold red"))
    for record in report.unanswered:
        at = format_time(record.opened, zone)
        later = (
            f", {record.outcome} by {clean(record.closed_by)} at"
            f" {format_time(record.closed_at, zone)}"
            if record.unacked_at
            else ""
        )
        console.print(f"{at}  {record.incident.id}  {display_title(record)}{later}")


def explain_outcomes(report: Report) -> str:
    """Explain in one line the report's call outcomes that need it; "" if there are none."""
    outcomes = {outcome for person in report.people for outcome in person.outcomes}
    texts = [text for outcome, text in _EXPLANATIONS.items() if outcome in outcomes]
    return f"calls: {'; '.join(texts)}" if texts else ""


def format_stats(stats: DurationStats) -> str:
    """Return the median and the 90th percentile, and the number of pages that they cover."""
    if not stats.known:
        return "unknown"
    return (
        f"median {format_duration(stats.median)}, 90 % within {format_duration(stats.p90)}"
        f" (known for {stats.known})"
    )
