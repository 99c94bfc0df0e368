"""The `callout roster` commands about saved versions: show, history, pull, push, rollback."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from callout import options
from callout.errors import CommandError
from oncall.incident import DEFAULT_TEAM
from oncall.pin import hide_pins

if TYPE_CHECKING:
    from datetime import datetime

    from callout.roster.parameter_store import RosterStore, Version
    from callout.roster.push import PushPlan
    from oncall.roster.model import Roster

Team = Annotated[str, typer.Argument(help="Team.", metavar="TEAM", show_default=True)]
RequiredTeam = Annotated[str, typer.Argument(help="Team.", metavar="TEAM")]
Advanced = Annotated[
    bool, typer.Option("--advanced", help="Allow more than 4 KB, in an advanced parameter.")
]

app = typer.Typer(no_args_is_help=True, help="Validate, save and show rosters.")


@options.command(app)
def show(team: Team = DEFAULT_TEAM, *, run: options.Run) -> None:
    """Show the saved roster, with its version, labels and author, and whether it is valid."""
    from callout.roster import active_version, output
    from callout.roster.calendar import utc_now
    from callout.roster.mutes import current_holds, describe_hold
    from callout.roster.parameter_store import RosterStore

    versions = RosterStore(run.session(), team).require_versions()
    latest, active = versions[-1], active_version.active_version_number(versions)
    roster = active_version.roster_of(latest)
    holds = current_holds(roster, utc_now()) if roster else []
    shown = output.version_json(latest, active) | {"holds": [asdict(hold) for hold in holds]}
    lines = [describe_hold(hold, roster.timezone) for hold in holds if roster]
    run.print(
        shown | {"text": hide_pins(latest.text)},
        lambda: output.print_saved_roster(latest, active, lines),
    )
    if roster is None:
        raise typer.Exit(options.FOUND)


@options.command(app)
def history(team: Team = DEFAULT_TEAM, *, run: options.Run) -> None:
    """List the versions of a roster, latest first: time, author, labels, valid or not."""
    from callout.roster import active_version, output
    from callout.roster.parameter_store import RosterStore

    versions = RosterStore(run.session(), team).require_versions()
    active = active_version.active_version_number(versions)
    shown = (output.version_json(version, active) for version in versions[::-1])
    run.print(shown, lambda: output.print_history(versions[::-1], active))


@options.command(app)
def pull(
    team: RequiredTeam,
    file: Annotated[
        str, typer.Argument(help="File to write; - for standard output.", metavar="[FILE]")
    ] = "-",
    *,
    run: options.Run,
) -> None:
    """Write the saved roster to a file; its first line records the version, for `push`."""
    from callout.roster.parameter_store import RosterStore
    from callout.roster.roster_file import STDIN, with_version_header, write_text

    latest = RosterStore(run.session(), team).require_versions()[-1]
    text = with_version_header(latest.text, team, latest.number)
    if file != STDIN:
        write_text(file, text)
    if run.in_json:
        options.print_json({"version": latest.number, "file": file, "text": text})
    elif file == STDIN:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"{file}: {latest.description}")


@options.command(app)
def push(  # noqa: PLR0913 - a command line's options
    team: RequiredTeam,
    file: Annotated[str, typer.Argument(help="Roster file; - for standard input.", metavar="FILE")],
    *,
    if_version: Annotated[
        int | None,
        typer.Option(min=0, help="Replace only this version; 0: only create a new roster."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    advanced: Advanced = False,
    run: options.Run,
) -> None:
    """Validate a roster, show the diff, save it and label it last-good."""
    from callout.roster import push as pushing
    from callout.roster.parameter_store import RosterStore
    from callout.roster.roster_file import parse_roster_file_for, read_text

    text = read_text(file)
    roster_file = parse_roster_file_for(team, file, text)
    store = RosterStore(run.session(), team)
    before = next(reversed(store.versions()), None)
    limit = pushing.size_limit(before, advanced=advanced)
    refuse_invalid(file, text, limit, run)
    based_on = if_version if if_version is not None else roster_file.version
    if based_on is not None:
        pushing.refuse_if_changed(store, based_on, before)
    plan = pushing.plan_push(store, roster_file.body, before)
    number = save(store, plan, run, confirm=based_on is None and not yes)
    if file != "-":
        pushing.update_version_header(file, text, team, number)


@options.command(app)
def rollback(
    team: RequiredTeam,
    version: Annotated[int, typer.Argument(min=1, help="Version number, from history.")],
    *,
    run: options.Run,
) -> None:
    """Save an earlier version again as a new one, and label it last-good."""
    from callout.roster import push as pushing
    from callout.roster.parameter_store import LIMITS, RosterStore

    store = RosterStore(run.session(), team)
    versions = store.require_versions()
    earlier = next((saved for saved in versions if saved.number == version), None)
    if earlier is None:
        kept = f"{versions[0].number} to {versions[-1].number}"
        raise CommandError(
            f"there is no version {version} of {store.name}: use one from {kept}, as listed by"
            " callout roster history"
        )
    limit = LIMITS.get(versions[-1].tier, LIMITS["Advanced"])
    refuse_invalid(f"version {version}", earlier.text, limit, run)
    save(store, pushing.plan_push(store, earlier.text, versions[-1]), run)


def refuse_invalid(name: str, text: str, limit: int, run: options.Run) -> None:
    """Exit if a roster is not valid, after printing all its problems; print warnings otherwise."""
    from callout.roster.check import find_problems, print_problems

    problems = find_problems(name, text, limit)
    invalid = any(not problem.warning for problem in problems)
    if invalid or not run.in_json:
        print_problems(problems, in_json=run.in_json)
    if invalid:
        raise typer.Exit(options.FOUND)


def save(store: RosterStore, plan: PushPlan, run: options.Run, *, confirm: bool = False) -> int:
    """Print the difference, save a roster, print the result, and return its version.

    With `confirm`, ask before replacing a version that the text may not be based on.
    """
    from callout.roster import output
    from callout.roster import push as pushing

    if not run.in_json:
        output.print_diff(hide_pins(plan.diff))
    if confirm and not plan.up_to_date:
        change = f"replace {plan.before.description}" if plan.before else "create its first roster"
        options.confirm(
            f"Team {store.team}: {change}?",
            f"not saved: confirmation required (use --yes or --if-version {plan.number})",
            "not saved: you did not confirm; push again and answer y to save it",
        )
    result = pushing.PushResult(plan.number) if plan.up_to_date else pushing.apply(store, plan)
    if run.in_json:
        options.print_json(
            {"team": store.team, "difference": hide_pins(plan.diff)} | asdict(result)
        )
    elif plan.up_to_date:
        typer.echo(f"{store.name}: version {plan.number} is already up to date")
    else:
        output.print_push_result(store.name, result)
    if result.conflict or result.label_error:
        raise typer.Exit(options.FOUND)
    return result.version


@dataclass(frozen=True)
class RosterEdit:
    """The latest version of a roster, which must be valid, and the time of the edit."""

    run: options.Run
    store: RosterStore
    latest: Version
    roster: Roster
    now: datetime


def open_roster(run: options.Run, team: str) -> RosterEdit:
    """Return the saved roster of a team for an edit; raise CommandError if it is not valid."""
    from callout.roster.active_version import latest_roster
    from callout.roster.calendar import utc_now
    from callout.roster.parameter_store import RosterStore

    store = RosterStore(run.session(), team)
    versions = store.require_versions()
    return RosterEdit(run, store, versions[-1], latest_roster(versions), utc_now())


def save_edit(edit: RosterEdit, body: str, *, advanced: bool = False) -> None:
    """Save an edited roster as `push` does, without overrides that ended days ago."""
    from callout.roster import push as pushing
    from callout.roster.overrides import KEPT_AFTER_END, past_overrides
    from callout.roster.roster_edits import remove_overrides

    past = past_overrides(edit.roster, edit.now)
    with suppress(CommandError):  # its layout cannot be edited: keep them
        body = remove_overrides(body, past)
        if past and not edit.run.in_json:
            days = KEPT_AFTER_END.days
            typer.echo(f"removed: {len(past)} overrides that ended more than {days} days ago")
    limit = pushing.size_limit(edit.latest, advanced=advanced)
    refuse_invalid(edit.store.name, body, limit, edit.run)
    save(edit.store, pushing.plan_push(edit.store, body, edit.latest), edit.run)
