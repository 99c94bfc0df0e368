"""The command line about incidents: ack, resolve, incidents, incident, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from callout import options

if TYPE_CHECKING:
    from collections.abc import Callable

    from callout.incidents.store import IncidentQueries
    from oncall.incident_record import Record

IncidentId = Annotated[
    str,
    typer.Argument(
        help="Incident ID, or a unique prefix of at least 4 characters.", metavar="INCIDENT"
    ),
]
Team = Annotated[
    str | None, typer.Option(help="Team; default: all teams with a roster.", metavar="TEAM")
]
By = Annotated[
    str | None,
    typer.Option(help="Your name; default: your IAM user or session.", metavar="NAME"),
]

app = typer.Typer()


@options.command(app, stack=True)
def ack(
    incident: IncidentId,
    *,
    by: By = None,
    team: Team = None,
    run: options.Run,
) -> None:
    """Acknowledge an incident without a call; calls about it end at their next poll."""
    from callout.incidents.acknowledge import acknowledge

    _update(run, acknowledge, incident, by, team)


@options.command(app, stack=True)
def resolve(
    incident: IncidentId,
    *,
    by: By = None,
    team: Team = None,
    run: options.Run,
) -> None:
    """Resolve an incident; calls about it end at their next poll."""
    from callout.incidents.acknowledge import resolve

    _update(run, resolve, incident, by, team)


@options.command(app, stack=True)
def incidents(
    *,
    only_open: Annotated[
        bool, typer.Option("--open", help="List only unacknowledged incidents, also failed pages.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="10m, 12h, 7d, 2w, or a date; default: 7d, and all open ones."
        ),
    ] = None,
    team: Team = None,
    run: options.Run,
) -> None:
    """List incidents, newest first."""
    from callout import time_format
    from callout.incidents import lookup, output
    from callout.incidents.timeline import incident_json
    from callout.roster.calendar import utc_now
    from oncall.incident_record import unix

    now = utc_now()
    first = int(time_format.parse_since(since or "7d", now).timestamp())
    aws = run.session()
    table = lookup.incident_queries(aws, run.stack)
    teams = lookup.select_teams(aws, run.stack, table, team)
    found = [
        record
        for name in teams
        for record in (table.unacknowledged(name, first) if only_open else table.since(name, first))
        if unix(record.opened) >= first or since is None
    ]
    found.sort(key=lambda record: (unix(record.opened), record.incident.id), reverse=True)
    moment = int(now.timestamp())
    shown = (incident_json(record, moment) for record in found)
    run.print(shown, lambda: output.print_incidents(found, moment))


@options.command(app, stack=True)
def incident(
    incident: IncidentId,
    *,
    team: Team = None,
    run: options.Run,
) -> None:
    """Show an incident with all its calls."""
    from callout.incidents import lookup, output
    from callout.incidents.timeline import incident_json
    from callout.roster.calendar import utc_now

    _, record = lookup.find_incident(run.session(), run.stack, team, incident)
    now = int(utc_now().timestamp())
    run.print(incident_json(record, now), lambda: output.print_incident(record, now))


@options.command(app, stack=True)
def report(
    *,
    month: Annotated[
        str | None, typer.Option(metavar="MONTH", help="Like 2026-11; default: this month.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="Time zone of the month (IANA name).")
    ] = "UTC",
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="Also write a web page that works offline.")
    ] = None,
    team: Team = None,
    run: options.Run,
) -> None:
    """Show the monthly report."""
    from callout import time_format
    from callout.incidents import lookup, output
    from callout.incidents.monthly_report import build_report
    from callout.roster.calendar import utc_now

    now = utc_now()
    selected = time_format.parse_month(month, timezone, now)
    aws = run.session()
    table = lookup.incident_queries(aws, run.stack)
    teams = lookup.select_teams(aws, run.stack, table, team)
    first = int(selected.first.timestamp())
    records = [record for name in teams for record in table.since(name, first)]
    built = build_report(records, teams, selected)
    if html is not None:
        from callout.incidents.html_report import render_report
        from callout.roster.roster_file import write_text

        write_text(html, render_report(built, selected.zone))
    shown = built.to_json(int(now.timestamp()))
    run.print(shown, lambda: output.print_report(built, selected.zone))


def _update(
    run: options.Run,
    change: Callable[[IncidentQueries, Record, str], tuple[Record, bool]],
    incident: str,
    by: str | None,
    team: str | None,
) -> None:
    from callout.incidents import lookup, output
    from callout.incidents.acknowledge import operator_name
    from callout.incidents.timeline import incident_json
    from callout.roster.calendar import utc_now

    aws = run.session()
    name = operator_name(aws, by)
    record, changed = change(*lookup.find_incident(aws, run.stack, team, incident), name)
    shown = incident_json(record, int(utc_now().timestamp())) | {"changed": changed}
    run.print(shown, lambda: output.print_update(record, changed=changed))
