"""The command line of what concerns incidents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from callout import options
from callout.deployed_stack import DEFAULT_STACK

if TYPE_CHECKING:
    from oncall.incident_record import Record

Wanted = Annotated[
    str, typer.Argument(help="Its id, or the first 4 characters or more.", metavar="INCIDENT")
]
Team = Annotated[
    str | None, typer.Option(help="Whose; default every team that has a roster.", metavar="TEAM")
]
By = Annotated[
    str | None,
    typer.Option(help="Your name; default what IAM knows you as.", metavar="NAME"),
]

app = typer.Typer()


@app.command()
@options.takes_where
def ack(  # noqa: PLR0913 - a command line's options
    incident: Wanted,
    *,
    by: By = None,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Take an incident without a call: calls about it end at their next look."""
    from callout.incidents import acknowledge, lookup  # noqa: PLC0415 - as everywhere: fast to start

    aws = where.aws()
    name = acknowledge.name_of(aws, by)
    table, found = lookup.find(aws, stack, team, incident)
    _tell(*acknowledge.acknowledge(table, found, name), in_json=in_json)


@app.command()
@options.takes_where
def resolve(  # noqa: PLR0913 - a command line's options
    incident: Wanted,
    *,
    by: By = None,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Note that an incident is over; calls about it end at their next look."""
    from callout.incidents import acknowledge, lookup  # noqa: PLC0415

    aws = where.aws()
    name = acknowledge.name_of(aws, by)
    table, found = lookup.find(aws, stack, team, incident)
    _tell(*acknowledge.resolve(table, found, name), in_json=in_json)


@app.command()
@options.takes_where
def incidents(  # noqa: PLR0913 - a command line's options
    *,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only what nobody has: open, unanswered or failed.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN", help="10m, 12h, 7d, 2w, or a date; default 7d, and what is open."
        ),
    ] = None,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """List incidents, the newest first."""
    from callout import time_format  # noqa: PLC0415
    from callout.incidents import lookup, output  # noqa: PLC0415
    from callout.incidents.timeline import as_json  # noqa: PLC0415
    from callout.roster.calendar import utc_now  # noqa: PLC0415
    from oncall.incident_record import unix  # noqa: PLC0415

    now = utc_now()
    first = int(time_format.since(since or "7d", now).timestamp())
    aws = where.aws()
    table = lookup.history(aws, stack)
    teams = lookup.teams_meant(aws, stack, table, team)
    found = [
        one
        for name in teams
        for one in (table.nobodys(name, first) if only_open else table.since(name, first))
        if unix(one.opened) >= first or since is None
    ]
    found.sort(key=lambda one: (unix(one.opened), one.incident.id), reverse=True)
    moment = int(now.timestamp())
    if in_json:
        options.print_json(as_json(one, moment) for one in found)
    else:
        output.tell_list(found, moment)


@app.command()
@options.takes_where
def incident(
    incident: Wanted,
    *,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Tell what became of an incident, call by call."""
    from callout.incidents import lookup, output  # noqa: PLC0415
    from callout.incidents.timeline import as_json  # noqa: PLC0415
    from callout.roster.calendar import utc_now  # noqa: PLC0415

    _, record = lookup.find(where.aws(), stack, team, incident)
    now = int(utc_now().timestamp())
    if in_json:
        options.print_json(as_json(record, now))
    else:
        output.tell_one(record, now)


@app.command()
@options.takes_where
def report(  # noqa: PLR0913 - a command line's options
    *,
    month: Annotated[
        str | None, typer.Option(metavar="MONTH", help="As in 2026-11; default this one.")
    ] = None,
    timezone: Annotated[
        str, typer.Option(metavar="ZONE", help="IANA name: on whose clock the month is.")
    ] = "UTC",
    html: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write a page that works offline, too.")
    ] = None,
    team: Team = None,
    stack: options.StackName = DEFAULT_STACK,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Say what a month came to: pages, how soon they were taken, who was called when."""
    from callout import time_format  # noqa: PLC0415
    from callout.incidents import lookup, output  # noqa: PLC0415
    from callout.incidents.monthly_report import report as counted  # noqa: PLC0415
    from callout.roster.calendar import utc_now  # noqa: PLC0415

    now = utc_now()
    meant = time_format.month(month, timezone, now)
    aws = where.aws()
    table = lookup.history(aws, stack)
    teams = lookup.teams_meant(aws, stack, table, team)
    records = [one for name in teams for one in table.since(name, int(meant.first.timestamp()))]
    made = counted(records, teams, meant)
    if html is not None:
        from callout.incidents.html_report import page  # noqa: PLC0415
        from callout.roster.roster_file import write_text  # noqa: PLC0415

        write_text(html, page(made, meant.zone))
    if in_json:
        options.print_json(made.to_json(int(now.timestamp())))
    else:
        output.tell_report(made, meant.zone)


def _tell(record: Record, changed: bool, *, in_json: bool) -> None:  # noqa: FBT001 - a pair, spread
    from callout.incidents import output  # noqa: PLC0415
    from callout.incidents.timeline import as_json  # noqa: PLC0415
    from callout.roster.calendar import utc_now  # noqa: PLC0415

    if in_json:
        now = int(utc_now().timestamp())
        options.print_json(as_json(record, now) | {"changed": changed})
    else:
        output.tell_handled(record, changed=changed)
