"""The command line of `callout roster`, of what concerns the saved roster."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from callout import options
from callout.errors import CommandError
from oncall.incident import DEFAULT_TEAM

if TYPE_CHECKING:
    from callout.roster.parameter_store import Store
    from callout.roster.push import Plan

Team = Annotated[str, typer.Argument(help="Whose roster.", metavar="TEAM", show_default=True)]
Advanced = Annotated[
    bool, typer.Option("--advanced", help="Allow more than 4 KB, in an advanced parameter.")
]

app = typer.Typer(no_args_is_help=True, help="Check, save and read the on-call lists.")


@app.command()
@options.takes_where
def show(team: Team = DEFAULT_TEAM, *, where: options.Where, in_json: options.Json = False) -> None:
    """Show the saved roster: its text, version, labels, who saved it, and whether it is valid."""
    from callout.roster import active_version, output  # noqa: PLC0415 - as everywhere here: fast to start
    from callout.roster.parameter_store import Store  # noqa: PLC0415

    versions = Store(where.aws(), team).existing()
    latest, in_use = versions[-1], active_version.number_in_use(versions)
    if in_json:
        options.print_json(output.version_json(latest, in_use) | {"text": latest.text})
    else:
        output.tell_text(latest, in_use)
    if active_version.problems(latest):
        raise typer.Exit(options.FOUND)


@app.command()
@options.takes_where
def history(
    team: Team = DEFAULT_TEAM, *, where: options.Where, in_json: options.Json = False
) -> None:
    """List the versions of a roster, the latest first: time, user, labels, valid or not."""
    from callout.roster import active_version, output  # noqa: PLC0415
    from callout.roster.parameter_store import Store  # noqa: PLC0415

    versions = Store(where.aws(), team).existing()[::-1]
    in_use = active_version.number_in_use(versions[::-1])
    if in_json:
        options.print_json(output.version_json(version, in_use) for version in versions)
    else:
        output.tell_history(versions, in_use)


@app.command()
@options.takes_where
def pull(
    team: Annotated[str, typer.Argument(help="Whose roster.", metavar="TEAM")],
    file: Annotated[
        str, typer.Argument(help="Where to; - for the standard output.", metavar="[FILE]")
    ] = "-",
    *,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Write the saved roster to a file, its version in the first line, for push to see."""
    from callout.roster.parameter_store import Store  # noqa: PLC0415
    from callout.roster.roster_file import STDIN, marked, write_text  # noqa: PLC0415

    latest = Store(where.aws(), team).existing()[-1]
    text = marked(latest.text, team, latest.number)
    if file != STDIN:
        write_text(file, text)
    if in_json:
        options.print_json({"version": latest.number, "file": file, "text": text})
    elif file == STDIN:
        typer.echo(text, nl=False)
    else:
        typer.echo(f"{file}: {latest.described}")


@app.command()
@options.takes_where
def push(  # noqa: PLR0913 - a command line's options
    team: Annotated[str, typer.Argument(help="Whose roster.", metavar="TEAM")],
    file: Annotated[str, typer.Argument(help="- for the standard input.", metavar="FILE")],
    *,
    if_version: Annotated[
        int | None,
        typer.Option(min=0, help="Save only over this version; 0: only where there is none."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    advanced: Advanced = False,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Validate a roster, show what it changes, save it and label it last-good."""
    from callout.roster import output  # noqa: PLC0415
    from callout.roster import push as pushing  # noqa: PLC0415
    from callout.roster.parameter_store import Store  # noqa: PLC0415
    from callout.roster.roster_file import draft_for, read_text  # noqa: PLC0415

    text = read_text(file)
    given = draft_for(team, file, text)
    store = Store(where.aws(), team)
    before = next(reversed(store.versions()), None)
    limit = pushing.limit_for(before, advanced=advanced)
    refuse_invalid(file, text, limit, in_json=in_json)
    based_on = if_version if if_version is not None else given.version
    if based_on is not None:
        pushing.refuse_if_changed(store, based_on, before)
    plan = pushing.prepare(store, given.body, before)
    if not in_json:
        output.tell_difference(plan.difference)
    if based_on is None and not yes and not plan.settled:
        confirm(store, plan)
    number = save(store, plan, in_json=in_json)
    if file != "-":
        pushing.remark(file, text, team, number)


@app.command()
@options.takes_where
def rollback(
    team: Annotated[str, typer.Argument(help="Whose roster.", metavar="TEAM")],
    version: Annotated[int, typer.Argument(min=1, help="As history lists them.")],
    *,
    where: options.Where,
    in_json: options.Json = False,
) -> None:
    """Save the text of an earlier version again, as a new one, and label it last-good."""
    from callout.roster import output  # noqa: PLC0415
    from callout.roster import push as pushing  # noqa: PLC0415
    from callout.roster.parameter_store import LIMITS, Store  # noqa: PLC0415

    store = Store(where.aws(), team)
    versions = store.existing()
    earlier = next((one for one in versions if one.number == version), None)
    if earlier is None:
        kept = f"{versions[0].number} to {versions[-1].number}"
        raise CommandError(f"there is no version {version} of {store.name}: SSM has {kept}")
    limit = LIMITS.get(versions[-1].tier, LIMITS["Advanced"])
    refuse_invalid(f"version {version}", earlier.text, limit, in_json=in_json)
    plan = pushing.prepare(store, earlier.text, versions[-1])
    if not in_json:
        output.tell_difference(plan.difference)
    save(store, plan, in_json=in_json)


def refuse_invalid(name: str, text: str, limit: int, *, in_json: bool) -> None:
    """End here where a text cannot be used, with everything that is wrong with it."""
    from callout.roster.check import findings, tell  # noqa: PLC0415

    wrong = [one for one in findings(name, text, limit) if not one.warning]
    if wrong:
        tell(wrong, in_json=in_json)
        raise typer.Exit(options.FOUND)


def confirm(store: Store, plan: Plan) -> None:
    """Ask before saving over something that the text may not be made from."""
    over = f"over {plan.before.described}" if plan.before else "as its first roster"
    try:
        sure = typer.confirm(f"Save for the team {store.team} {over}?", err=True)
    except typer.Abort:
        raise CommandError(
            f"nothing was saved, for nobody confirmed it: give --yes, or --if-version {plan.number}"
        ) from None
    if not sure:
        raise CommandError("nothing was saved")


def save(store: Store, plan: Plan, *, in_json: bool) -> int:
    """Save what is planned, say what became of it, and give its version."""
    from callout.roster import output  # noqa: PLC0415
    from callout.roster import push as pushing  # noqa: PLC0415

    outcome = pushing.Outcome(plan.number) if plan.settled else pushing.carry_out(store, plan)
    if in_json:
        options.print_json({"team": store.team, "difference": plan.difference} | asdict(outcome))
    elif plan.settled:
        typer.echo(f"{store.name}: version {plan.number} says so already")
    else:
        output.tell_outcome(store.name, outcome)
    if outcome.overtaken or outcome.not_labelled:
        raise typer.Exit(options.FOUND)
    return outcome.version
