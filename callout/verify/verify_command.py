"""`callout verify`: test a deployed stack with real calls, and report what AWS does."""

from pathlib import Path
from typing import Annotated

import typer

from callout import options
from callout.errors import CommandError
from oncall.incident import DEFAULT_TEAM

app = typer.Typer()


@options.command(app, stack=True, json=False)
def verify(
    *,
    name: Annotated[str, typer.Option("--contact", help="Contact to call.", metavar="NAME")],
    team: Annotated[str, typer.Option(help="Team whose roster has the contact.")] = DEFAULT_TEAM,
    only: Annotated[
        list[str] | None, typer.Option(help="Run only this step; repeatable.", metavar="STEP")
    ] = None,
    report: Annotated[
        Path, typer.Option(help="File for the report; must not exist.", metavar="FILE")
    ] = Path("callout-verification.md"),
    run: options.Run,
) -> None:
    """Verify a deployed stack with test calls and pages, and write a report. Takes ten minutes.

    Each step asks before it calls. The first four steps call only the contact's first number; the
    last two page the team. Exits with 1 if an assumption does not hold.
    """
    from callout.commands.call import find_contact, read_call_config
    from callout.doctor.aws_state import AwsState
    from callout.roster.file_commands import load_roster
    from callout.verify.call_steps import Setup
    from callout.verify.verification import STEPS, Verification

    for wrong in set(only or ()) - set(STEPS):
        raise CommandError(f"--only {wrong}: use one of {', '.join(STEPS)}")
    aws = run.session()
    roster = load_roster(team, None, run)
    contact = find_contact(roster, name)
    config = read_call_config(AwsState(aws, run.stack).environments, run.stack)
    verification = Verification()
    try:
        with report.open("x", encoding="utf-8") as file:
            try:
                verification.run(Setup(aws, run.stack, config, team, roster, contact), only or ())
            finally:  # also after Ctrl-C
                file.write(verification.report())
    except OSError as error:
        raise CommandError(f"--report {report}: {error.strerror}") from None
    typer.echo(f"\nThe report is in {report}.")
    if verification.has_problems:
        raise typer.Exit(options.FOUND)
