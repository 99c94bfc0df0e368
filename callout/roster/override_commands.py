"""The `callout roster` commands that add overrides to the saved roster: cover, swap."""

from dataclasses import replace
from typing import Annotated

import typer

from callout import options
from callout.roster.version_commands import Advanced, RosterEdit, open_roster, save_edit
from oncall.incident import DEFAULT_TEAM

_TIME = "Time in the roster's time zone, such as 2026-12-24T09:00"

app = typer.Typer()
Starts = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help=f"{_TIME}; default: now.")
]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help=f"{_TIME}.")]
Duration = Annotated[
    str | None, typer.Option("--for", metavar="DURATION", help="Such as 90m, 8h or 2d.")
]
Team = Annotated[str, typer.Option(help="Team.", metavar="TEAM")]


@options.command(app)
def cover(  # noqa: PLR0913 - a command line's options
    name: Annotated[str, typer.Argument(help="Contact or rotation to replace.", metavar="NAME")],
    *,
    by: Annotated[str, typer.Option(metavar="NAME", help="Contact or rotation to call instead.")],
    starts: Starts = None,
    until: Until = None,
    duration: Duration = None,
    team: Team = DEFAULT_TEAM,
    advanced: Advanced = False,
    run: options.Run,
) -> None:
    """Replace a contact or rotation for a period: add an override to the saved roster."""
    period = {"starts": starts, "until": until, "duration": duration}
    _add(open_roster(run, team), "cover", (name, by), period, advanced=advanced)


@options.command(app)
def swap(  # noqa: PLR0913 - a command line's options
    first: Annotated[str, typer.Argument(help="Contact or rotation.", metavar="NAME")],
    second: Annotated[
        str, typer.Argument(help="Contact or rotation to swap with.", metavar="NAME")
    ],
    *,
    starts: Starts = None,
    until: Until = None,
    duration: Duration = None,
    team: Team = DEFAULT_TEAM,
    advanced: Advanced = False,
    run: options.Run,
) -> None:
    """Swap two contacts or rotations for a period: add two overrides to the saved roster."""
    period = {"starts": starts, "until": until, "duration": duration}
    _add(open_roster(run, team), "swap", (first, second), period, advanced=advanced)


def _add(
    edit: RosterEdit,
    what: str,
    names: tuple[str, str],
    options_of_period: dict[str, str | None],
    *,
    advanced: bool,
) -> None:
    """Add the overrides, save the roster as `push` does, and print the shifts that change."""
    from callout.roster import output
    from callout.roster import overrides as overriding
    from callout.roster.on_call import parse_period
    from callout.roster.roster_edits import add_overrides

    period = parse_period(what, edit.roster.timezone, edit.now, **options_of_period)
    new = overriding.request_overrides(edit.roster, *names, period, swap=what == "swap")
    overriding.refuse_overlap(edit.store.team, edit.latest.text, edit.roster, new)
    after = replace(edit.roster, overrides=(*edit.roster.overrides, *new))
    save_edit(edit, add_overrides(edit.latest.text, edit.roster, new), advanced=advanced)
    if not edit.run.in_json:
        output.print_changed_shifts(after, overriding.changed_shifts(edit.roster, after, new[0]))
