"""The command line of `callout roster`, of what asks a roster, or makes one: most works offline."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callout import options
from callout.errors import CommandError
from callout.roster.saved_commands import Advanced, Team, app
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from oncall.roster.model import Roster

File = Annotated[
    str | None,
    typer.Option("--file", help="Ask this file, not what is saved; - for the standard input."),
]
MOST_WEEKS = 53


@app.command()
@options.takes_where
def check(
    files: Annotated[
        list[str], typer.Argument(help="Rosters; - for the standard input.", metavar="FILE…")
    ],
    *,
    advanced: Advanced = False,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Say everything that is wrong with roster files, as file:line:column. Needs no AWS."""
    from callout.roster.check import findings, tell  # noqa: PLC0415
    from callout.roster.parameter_store import ADVANCED, LIMITS, STANDARD  # noqa: PLC0415
    from callout.roster.roster_file import read_text  # noqa: PLC0415

    del where
    limit = LIMITS[ADVANCED if advanced else STANDARD]
    texts = [(file, read_text(file)) for file in files]
    found = [one for file, text in texts for one in findings(file, text, limit)]
    tell(found, in_json=in_json)
    if any(not one.warning for one in found):
        raise typer.Exit(options.FOUND)


@app.command()
@options.takes_where
def who(  # noqa: PLR0913 - a command line's options
    team: Team = DEFAULT_TEAM,
    *,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="Local time of the roster; default now.")
    ] = None,
    file: File = None,
    numbers: Annotated[bool, typer.Option("--numbers", help="Show whole numbers.")] = False,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Say who would be called, in order."""
    from callout.roster import output  # noqa: PLC0415
    from callout.roster.calendar import utc_now  # noqa: PLC0415
    from callout.roster.on_call import moment  # noqa: PLC0415
    from callout.roster.on_call import who as asked  # noqa: PLC0415

    roster = roster_of(team, file, where)
    now = utc_now()
    then = moment(at, roster.timezone, now)
    calls = asked(roster, then, numbers=numbers)
    if in_json:
        options.print_json(map(asdict, calls))
    else:
        output.tell_who(roster, then, now, calls)


@app.command()
@options.takes_where
def calendar(  # noqa: PLR0913 - a command line's options
    team: Team = DEFAULT_TEAM,
    *,
    weeks: Annotated[int, typer.Option(min=1, max=MOST_WEEKS)] = 4,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day; default today.")
    ] = None,
    file: File = None,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Say who holds each rotation when, in local time, overrides marked."""
    from callout.roster import calendar as calendars  # noqa: PLC0415
    from callout.roster import output  # noqa: PLC0415

    roster = roster_of(team, file, where)
    first = calendars.first_day(since, roster, calendars.utc_now())
    entries = calendars.calendar(roster, first, weeks)
    if in_json:
        options.print_json(entry.to_json() for entry in entries)
    else:
        output.tell_calendar(roster, entries)


@app.command()
@options.takes_where
def schema(*, where: options.Where, in_json: options.Json = False) -> None:
    """Print a JSON Schema of the format, for editors."""
    from callout.roster.json_schema import schema as made  # noqa: PLC0415

    del where, in_json
    sys.stdout.write(json.dumps(made(), indent=2, ensure_ascii=False) + "\n")


@app.command("import")
@options.takes_where
def import_(
    *,
    ics: Annotated[
        str | None, typer.Option(metavar="FILE", help="A rota as iCalendar; - for the input.")
    ] = None,
    people: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="Lines of name, phone, language.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="IANA name of the rota's zone.")
    ] = None,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Print a roster made of a calendar, of a list of people, or both, to be completed."""
    from callout.roster.importing import roster_writer  # noqa: PLC0415
    from callout.roster.importing.contacts_csv import read_people  # noqa: PLC0415
    from callout.roster.roster_file import read_text  # noqa: PLC0415
    from oncall.messages.locale import available_languages  # noqa: PLC0415

    del where
    if not ics and not people:
        raise CommandError("give --ics FILE, --csv FILE or both")
    known = (
        read_people(people, import_text(read_text(people)), available_languages()) if people else []
    )
    made, zone = None, timezone or ""
    if ics:
        made, zone = roster_writer.from_calendar(ics, import_text(read_text(ics)), timezone)
    sources = [Path(file).name for file in (ics, people) if file]
    text = roster_writer.written(sources, known, made, zone)
    if in_json:
        options.print_json({"roster": text})
    else:
        sys.stdout.write(text)


def import_text(text: str) -> str:
    """Give a text whose odd bytes were read as Latin-1, which older exports are written in."""
    return "".join(chr(ord(one) - 0xDC00) if "\udc80" <= one <= "\udcff" else one for one in text)


def roster_of(team: str, file: str | None, where: options.Where) -> Roster:
    """Give the roster in a file, or the one that a page of a team would call by.

    Raises:
        CommandError: there is none that can be used.
    """
    from callout.roster import active_version  # noqa: PLC0415
    from callout.roster.check import findings, tell  # noqa: PLC0415
    from callout.roster.parameter_store import ADVANCED, LIMITS, Store  # noqa: PLC0415
    from callout.roster.roster_file import judge, read_text  # noqa: PLC0415

    if file is not None:
        text = read_text(file)
        judged = judge(text, LIMITS[ADVANCED])
        if judged.roster is None:
            tell(findings(file, text, LIMITS[ADVANCED]), in_json=False)
            raise typer.Exit(options.FOUND)
        return judged.roster
    chosen = active_version.usable(Store(where.aws(), team).existing())
    if chosen.why:
        typer.echo(
            f"callout: the latest roster cannot be used; pages call by version"
            f" {chosen.stored.version}",
            err=True,
        )
    return chosen.roster
