"""The command line about incidents: ack, resolve, incidents, incident, report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from callout import options
from callout.deployed_stack import DEFAULT_STACK

if TYPE_CHECKING:
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


@app.command()
@options.aws_options
def ack(  # noqa: PLR0913 - a command line's options
    incident: IncidentId,
    *,
    by: By = None,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Acknowledge an incident without a call; calls about it end at their next poll."""
    from callout.incidents import acknowledge, lookup

    aws = aws_options.session()
    name = acknowledge.operator_name(aws, by)
    table, record = lookup.find_incident(aws, stack, team, incident)
    _print_update(*acknowledge.acknowledge(table, record, name), in_json=in_json)


@app.command()
@options.aws_options
def resolve(  # noqa: PLR0913 - a command line's options
    incident: IncidentId,
    *,
    by: By = None,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Resolve an incident; calls about it end at their next poll."""
    from callout.incidents import acknowledge, lookup

    aws = aws_options.session()
    name = acknowledge.operator_name(aws, by)
    table, record = lookup.find_incident(aws, stack, team, incident)
    _print_update(*acknowledge.resolve(table, record, name), in_json=in_json)


@app.command()
@options.aws_options
def incidents(  # noqa: PLR0913 - a command line's options
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
    stack: options.StackName = DEFAULT_STACK,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """List incidents, newest first."""
    from callout import time_format
    from callout.incidents import lookup, output
    from callout.incidents.timeline import incident_json
    from callout.roster.calendar import utc_now
    from oncall.incident_record import unix

    now = utc_now()
    first = int(time_format.parse_since(since or "7d", now).timestamp())
    aws = aws_options.session()
    table = lookup.incident_queries(aws, stack)
    teams = lookup.select_teams(aws, stack, table, team)
    found = [
        record
        for name in teams
        for record in (table.unacknowledged(name, first) if only_open else table.since(name, first))
        if unix(record.opened) >= first or since is None
    ]
    found.sort(key=lambda record: (unix(record.opened), record.incident.id), reverse=True)
    moment = int(now.timestamp())
    if in_json:
        options.print_json(incident_json(record, moment) for record in found)
    else:
        output.print_incidents(found, moment)


@app.command()
@options.aws_options
def incident(
    incident: IncidentId,
    *,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Show an incident with all its calls."""
    from callout.incidents import lookup, output
    from callout.incidents.timeline import incident_json
    from callout.roster.calendar import utc_now

    _, record = lookup.find_incident(aws_options.session(), stack, team, incident)
    now = int(utc_now().timestamp())
    if in_json:
        options.print_json(incident_json(record, now))
    else:
        output.print_incident(record, now)


@app.command()
@options.aws_options
def report(  # noqa: PLR0913 - a command line's options
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
    stack: options.StackName = DEFAULT_STACK,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Show the monthly report."""
    from callout import time_format
    from callout.incidents import lookup, output
    from callout.incidents.monthly_report import build_report
    from callout.roster.calendar import utc_now

    now = utc_now()
    selected = time_format.parse_month(month, timezone, now)
    aws = aws_options.session()
    table = lookup.incident_queries(aws, stack)
    teams = lookup.select_teams(aws, stack, table, team)
    first = int(selected.first.timestamp())
    records = [record for name in teams for record in table.since(name, first)]
    built = build_report(records, teams, selected)
    if html is not None:
        from callout.incidents.html_report import render_report
        from callout.roster.roster_file import write_text

        write_text(html, render_report(built, selected.zone))
    if in_json:
        options.print_json(built.to_json(int(now.timestamp())))
    else:
        output.print_report(built, selected.zone)


def _print_update(record: Record, changed: bool, *, in_json: bool) -> None:  # noqa: FBT001 - an unpacked pair
    from callout.incidents import output
    from callout.incidents.timeline import incident_json
    from callout.roster.calendar import utc_now

    if in_json:
        now = int(utc_now().timestamp())
        options.print_json(incident_json(record, now) | {"changed": changed})
    else:
        output.print_update(record, changed=changed)
