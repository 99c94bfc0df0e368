"""The `callout roster` commands that accept a file: check, who, calendar, schema, import."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from callout import options
from callout.errors import CommandError
from callout.roster.version_commands import Advanced, Team, app
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from oncall.roster.model import Roster

File = Annotated[
    str | None,
    typer.Option("--file", help="Read this file, not the saved roster; - for standard input."),
]
MAX_WEEKS = 53


@options.command(app)
def check(
    files: Annotated[
        list[str], typer.Argument(help="Roster files; - for standard input.", metavar="FILE…")
    ],
    *,
    advanced: Advanced = False,
    run: options.Run,
) -> None:
    """Validate roster files and print all errors as file:line:column. Does not access AWS."""
    from callout.roster.check import find_problems, print_problems
    from callout.roster.parameter_store import ADVANCED, LIMITS, STANDARD
    from callout.roster.roster_file import read_text

    limit = LIMITS[ADVANCED if advanced else STANDARD]
    texts = [(file, read_text(file)) for file in files]
    problems = [problem for file, text in texts for problem in find_problems(file, text, limit)]
    print_problems(problems, in_json=run.in_json)
    if any(not problem.warning for problem in problems):
        raise typer.Exit(options.FOUND)


@options.command(app)
def who(
    team: Team = DEFAULT_TEAM,
    *,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Time in the roster's time zone; default: now."),
    ] = None,
    file: File = None,
    numbers: Annotated[bool, typer.Option("--numbers", help="Show full phone numbers.")] = False,
    run: options.Run,
) -> None:
    """Show who would be called, in order."""
    from callout.roster import output
    from callout.roster.calendar import utc_now
    from callout.roster.on_call import parse_time, planned_calls

    roster = load_roster(team, file, run)
    now = utc_now()
    moment = parse_time(at, roster.timezone, now)
    calls = planned_calls(roster, moment, numbers=numbers)
    run.print(map(asdict, calls), lambda: output.print_planned_calls(roster, moment, now, calls))


@options.command(app)
def calendar(  # noqa: PLR0913 - a command line's options
    team: Team = DEFAULT_TEAM,
    *,
    weeks: Annotated[int, typer.Option(min=1, max=MAX_WEEKS, help="Number of weeks.")] = 4,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day; default: today.")
    ] = None,
    file: File = None,
    ics: Annotated[
        bool, typer.Option("--ics", help="Print iCalendar, for any calendar program.")
    ] = False,
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --ics: only this person's shifts.")
    ] = None,
    run: options.Run,
) -> None:
    """Show the shifts of each rotation in local time, with overrides marked."""
    if (run.in_json and ics) or (person and not ics):
        raise CommandError("--person needs --ics, and --ics cannot be combined with --json")
    from callout.roster import output
    from callout.roster.calendar import build_calendar, parse_first_day, utc_now, weeks_later

    roster = load_roster(team, file, run)
    now = utc_now()
    first = parse_first_day(since, roster, now)
    until = weeks_later(first, weeks, roster)
    if ics:
        from callout.roster.calendar_export import export_calendar

        sys.stdout.write(export_calendar(roster, team, (first, until), now, person))
        return
    entries = build_calendar(roster, first, until)
    shown = (entry.to_json() for entry in entries)
    run.print(shown, lambda: output.print_calendar(roster, entries))


@options.command(app)
def schema(*, run: options.Run) -> None:
    """Print a JSON Schema of rosters, for editors."""
    from callout.roster.json_schema import roster_schema

    del run
    sys.stdout.write(json.dumps(roster_schema(), indent=2, ensure_ascii=False) + "\n")


@options.command(app, "import")
def import_(
    *,
    ics: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Calendar in iCalendar format; - for standard input."),
    ] = None,
    people: Annotated[
        str | None, typer.Option("--csv", metavar="FILE", help="CSV with name, phone, language.")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option(metavar="ZONE", help="Time zone of the calendar (IANA name).")
    ] = None,
    run: options.Run,
) -> None:
    """Create a roster from a calendar, a contact list or both, and print it for you to complete."""
    from callout.roster.calendar import utc_now
    from callout.roster.importing.calendar_schedule import import_calendar
    from callout.roster.importing.contacts_csv import read_contacts
    from callout.roster.importing.roster_writer import write_roster
    from callout.roster.roster_file import read_text
    from oncall.messages.locale import available_languages

    if not ics and not people:
        raise CommandError("use --ics FILE, --csv FILE or both")
    contacts = []
    if people:
        contacts = read_contacts(people, read_text(people), available_languages())
    schedule = None
    if ics:
        schedule = import_calendar(ics, read_text(ics), timezone, utc_now(), contacts)
    sources = [Path(file).name for file in (ics, people) if file]
    roster = write_roster(sources, contacts, schedule)
    run.print({"roster": roster}, lambda: sys.stdout.write(roster))


def load_roster(team: str, file: str | None, run: options.Run) -> Roster:
    """Return the roster in a file, or the one that a page of a team would use.

    Raise CommandError if no saved roster is valid; exit if the file is not, after its problems.
    """
    from callout.roster import active_version
    from callout.roster.check import find_problems, print_problems
    from callout.roster.parameter_store import ADVANCED, LIMITS, RosterStore
    from callout.roster.roster_file import read_text, validate

    if file is not None:
        text = read_text(file)
        result = validate(text, LIMITS[ADVANCED])
        if result.roster is None:
            print_problems(find_problems(file, text, LIMITS[ADVANCED]), in_json=False)
            raise typer.Exit(options.FOUND)
        return result.roster
    selected = active_version.active_roster(RosterStore(run.session(), team).require_versions())
    if selected.fallback_reason:
        typer.echo(
            f"callout: the latest roster is not valid; pages use version {selected.stored.version}",
            err=True,
        )
    return selected.roster
