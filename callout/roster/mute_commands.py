"""The command line about mutes: mute, mutes, unmute. They edit the saved roster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from callout import options
from callout.errors import CommandError
from callout.roster.file_commands import load_roster
from callout.roster.version_commands import Advanced, refuse_invalid, save
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from callout.roster.parameter_store import RosterStore, Version
    from oncall.roster.model import Mute, Roster

Team = Annotated[str, typer.Option(help="Team.", metavar="TEAM")]
Time = "Time in the roster's time zone, such as 2026-12-01T11:00"

app = typer.Typer()


@app.command()
@options.aws_options
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
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Let matching incidents of any severity wait for some time, at most 30 days."""
    from callout.roster import mutes as muting

    edit = _open_roster(aws_options, team)
    new = muting.request_mute(
        edit.roster, pattern, reason, edit.now, starts=starts, until=until, duration=duration
    )
    if not yes and muting.matches_everything(new.match):
        _confirm_everything(team, new.match)
    _save(edit, muting.expired_mutes(edit.roster, edit.now), new, advanced, in_json=in_json)
    if not in_json:
        zone = edit.roster.timezone
        typer.echo(f"{new.match}: muted until {new.until:%a %Y-%m-%d %H:%M} {zone}")


@app.command()
@options.aws_options
def mutes(
    *, team: Team = DEFAULT_TEAM, aws_options: options.AwsOptions, in_json: options.Json = False
) -> None:
    """List the mutes of a team with their numbers, expired ones included."""
    from callout.roster import mutes as muting
    from callout.roster import output
    from callout.roster.calendar import utc_now

    roster, now = load_roster(team, None, aws_options), utc_now()
    listed = [
        muting.mute_json(number, listed, roster, now)
        for number, listed in enumerate(roster.mutes, start=1)
    ]
    if in_json:
        options.print_json(listed)
    else:
        output.print_mutes(listed, roster.timezone)


@app.command()
@options.aws_options
def unmute(
    pattern: Annotated[
        str, typer.Argument(help="Pattern or number, from callout mutes.", metavar="PATTERN")
    ],
    *,
    team: Team = DEFAULT_TEAM,
    aws_options: options.AwsOptions,
    in_json: options.Json = False,
) -> None:
    """Remove a mute; incidents that wait for it call at their next check."""
    from callout.roster import mutes as muting

    edit = _open_roster(aws_options, team)
    found = muting.find_mutes(edit.roster, pattern)
    expired = muting.expired_mutes(edit.roster, edit.now)
    _save(edit, found | expired, None, advanced=False, in_json=in_json)


@dataclass(frozen=True)
class _RosterEdit:
    """The latest version of a roster, which must be valid, and the time of the edit."""

    store: RosterStore
    latest: Version
    roster: Roster
    now: datetime


def _open_roster(aws_options: options.AwsOptions, team: str) -> _RosterEdit:
    from callout.roster.active_version import latest_roster
    from callout.roster.calendar import utc_now
    from callout.roster.parameter_store import RosterStore

    store = RosterStore(aws_options.session(), team)
    versions = store.require_versions()
    return _RosterEdit(store, versions[-1], latest_roster(versions), utc_now())


def _save(
    edit: _RosterEdit,
    remove: Collection[int],
    add: Mute | None,
    advanced: bool,  # noqa: FBT001 - as the option
    *,
    in_json: bool,
) -> None:
    """Save the roster as `callout roster push` does."""
    from callout.roster import output
    from callout.roster import push as pushing
    from callout.roster.mute_edits import edit_mutes

    body = edit_mutes(edit.latest.text, edit.roster, remove=remove, add=add)
    limit = pushing.size_limit(edit.latest, advanced=advanced)
    refuse_invalid(edit.store.name, body, limit, in_json=in_json)
    plan = pushing.plan_push(edit.store, body, edit.latest)
    if not in_json:
        output.print_diff(plan.diff)
    save(edit.store, plan, in_json=in_json)


def _confirm_everything(team: str, pattern: str) -> None:
    question = f"{pattern} matches every incident of team {team}, critical ones too: mute them?"
    try:
        confirmed = typer.confirm(question, err=True)
    except typer.Abort:
        raise CommandError("not muted: confirmation required (use --yes)") from None
    if not confirmed:
        raise CommandError("not muted")
