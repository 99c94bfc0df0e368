"""The command line about mutes: mute, mutes, unmute. They edit the saved roster."""

from typing import Annotated

import typer

from callout import options
from callout.roster.file_commands import load_roster
from callout.roster.version_commands import Advanced, open_roster, save_edit
from oncall.incident import DEFAULT_TEAM

Team = Annotated[str, typer.Option(help="Team.", metavar="TEAM")]
Time = "Time in the roster's time zone, such as 2026-12-01T11:00"

app = typer.Typer()


@options.command(app)
def mute(  # noqa: PLR0913 - a command line's options
    pattern: Annotated[
        str,
        typer.Argument(
            help="Dedup key, alarm name or title; * and ? match any characters.", metavar="PATTERN"
        ),
    ],
    *,
    reason: Annotated[str, typer.Option(help="Why, for notifications.")],
    duration: Annotated[
        str | None, typer.Option("--for", metavar="DURATION", help="Such as 30m, 2h or 7d.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help=f"{Time}.")] = None,
    starts: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help=f"{Time}; default: at once.")
    ] = None,
    team: Team = DEFAULT_TEAM,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    advanced: Advanced = False,
    run: options.Run,
) -> None:
    """Let matching incidents of any severity wait for some time, at most 30 days."""
    from callout.roster import mutes as muting
    from callout.roster.roster_edits import edit_mutes

    edit = open_roster(run, team)
    new = muting.request_mute(
        edit.roster, pattern, reason, edit.now, starts=starts, until=until, duration=duration
    )
    if not yes and muting.matches_everything(new.match):
        options.confirm(
            f"{new.match} matches every incident of team {team}, critical ones too: mute them?",
            "not muted: confirmation required (use --yes)",
            "not muted",
        )
    expired = muting.expired_mutes(edit.roster, edit.now)
    body = edit_mutes(edit.latest.text, edit.roster, remove=expired, add=new)
    save_edit(edit, body, advanced=advanced)
    if not run.in_json:
        zone = edit.roster.timezone
        typer.echo(f"{new.match}: muted until {new.until:%a %Y-%m-%d %H:%M} {zone}")


@options.command(app)
def mutes(*, team: Team = DEFAULT_TEAM, run: options.Run) -> None:
    """List the mutes of a team with their numbers, expired ones included."""
    from callout.roster import mutes as muting
    from callout.roster import output
    from callout.roster.calendar import utc_now

    roster, now = load_roster(team, None, run), utc_now()
    listed = [
        muting.mute_json(number, listed, roster, now)
        for number, listed in enumerate(roster.mutes, start=1)
    ]
    run.print(listed, lambda: output.print_mutes(listed, roster.timezone))


@options.command(app)
def unmute(
    pattern: Annotated[
        str, typer.Argument(help="Pattern or number, from callout mutes.", metavar="PATTERN")
    ],
    *,
    team: Team = DEFAULT_TEAM,
    run: options.Run,
) -> None:
    """Remove a mute; incidents that wait for it call at their next check."""
    from callout.roster import mutes as muting
    from callout.roster.roster_edits import edit_mutes

    edit = open_roster(run, team)
    found = muting.find_mutes(edit.roster, pattern)
    expired = muting.expired_mutes(edit.roster, edit.now)
    body = edit_mutes(edit.latest.text, edit.roster, remove=found | expired)
    save_edit(edit, body)
